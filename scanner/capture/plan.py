"""What the auditor wants of a capture, and whether it can be carried out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from scanner.errors import UsageError
from scanner.facts import Phase

Mode = Literal["regular", "wireguard", "upstream"]

CERTIFICATES = Path("~/.mitmproxy")
"""Where mitmproxy keeps its certificate by itself."""
PORTS: Mapping[Mode, int] = {"regular": 8080, "upstream": 8080, "wireguard": 51820}
"""Ports that mitmproxy listens on by itself."""
_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - so that they are known and warned of
_UPSTREAM = re.compile(r"https?://([^\s/@:\[\]]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?/?")
_UPSTREAM_PORT = re.compile(r":(\d+)/?$")


class Plan(NamedTuple):
    """What the auditor wants of a capture."""

    output: Path
    """File to write."""
    force: bool = False
    """Whether a file that is there may be replaced."""
    mode: Mode = "regular"
    """How the traffic reaches the proxy."""
    host: str | None = None
    """Address to listen on; by default this machine alone, for WireGuard all addresses."""
    port: int | None = None
    """Port to listen on; 0 for any that is free."""
    upstream: str | None = None
    """Proxy to which everything is handed on."""
    certificates: Path = CERTIFICATES
    """Folder of the certificate authority."""
    ignore_hosts: tuple[str, ...] = ()
    """Regular expressions of host:port that are let through unopened."""
    insecure_upstream: bool = False
    """Whether servers may show any certificate."""
    phase: Phase | None = None
    """Phase at the start."""

    @property
    def folder(self) -> Path:
        """Folder of the certificate authority, whole."""
        return self.certificates.expanduser().absolute()

    @property
    def everywhere(self) -> bool:
        """Whether all addresses of the machine are listened on."""
        return self.address in _EVERYWHERE

    @property
    def address(self) -> str:
        """Address listened on; empty for all."""
        default = "" if self.mode == "wireguard" else "127.0.0.1"
        return default if self.host is None else self.host

    @property
    def number(self) -> int:
        """Port listened on; 0 for any that is free."""
        return PORTS[self.mode] if self.port is None else self.port

    def check(self) -> None:
        """Raise UsageError where the words of the call do not fit together."""
        if (self.mode == "upstream") != (self.upstream is not None):
            hint = "write --mode upstream --upstream http://host:port"
            raise UsageError("--mode upstream and --upstream go together", hint=hint)
        if self.upstream is not None and not _UPSTREAM.fullmatch(self.upstream):
            hint = "write http://host:port; a name and a password are not taken"
            raise UsageError("--upstream is no address of a proxy", hint=hint)
        port = _UPSTREAM_PORT.search(self.upstream or "")
        if port is not None and not 0 < int(port[1]) < 1 << 16:
            raise UsageError(f"--upstream: {port[1]} is no port", hint="give one from 1 to 65535")
        if self.folder.exists() and not self.folder.is_dir():
            hint = "name the folder in which the certificate lies, or is to lie"
            raise UsageError(f"--certificates {self.folder} is no folder", hint=hint)
        for pattern in self.ignore_hosts:
            try:
                re.compile(pattern)
            except re.error as error:
                hint = r"e.g. --ignore-host '(^|\.)bank\.example:443$'"
                raise UsageError(f"--ignore-host {pattern}: {error}", hint=hint) from None
