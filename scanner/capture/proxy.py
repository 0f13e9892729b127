"""The proxy itself: mitmproxy in this process, with those of its parts that a capture needs."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
from collections.abc import Callable
from types import TracebackType
from typing import Any, cast

from scanner.capture.addresses import Place
from scanner.capture.plan import Plan
from scanner.capture.recorder import MAX_BODY, Recorder
from scanner.errors import UsageError
from scanner.recordings.flow_state import bracketed


class Proxy:
    """One mitmproxy, which loads no scripts and no settings of its own, and prints nothing."""

    def __init__(self, plan: Plan, recorder: Recorder, started: Callable[[], None]) -> None:
        """Make it ready, inside the loop in which it is to run; `started` is called once it runs.

        Raises UsageError where the plan or the folder of certificates is refused.
        """
        from mitmproxy.exceptions import OptionsError  # noqa: PLC0415
        from mitmproxy.master import Master  # noqa: PLC0415 - half a second
        from mitmproxy.options import Options  # noqa: PLC0415

        self._plan = plan
        self._master = cast(Any, Master(Options(), event_loop=asyncio.get_running_loop()))
        with Faults() as faults:
            self._master.addons.add(*_parts(), recorder, _Started(started))
            try:
                self._master.options.update(**_options(plan))
            except (OptionsError, ValueError, TypeError) as error:
                said = str(error).partition("\n")[0][:300]
                raise UsageError(said, hint="see mingjian capture --help") from None
        if self._master.addons.get("tlsconfig").certstore is None:
            said = str(faults.first or "no certificate").partition("\n")[0][:300]
            hint = "mend what is there, or name another folder with --certificates"
            raise UsageError(f"the certificates in {plan.folder}: {said}", hint=hint)

    async def run(self) -> None:
        """Run until it is stopped."""
        await self._master.run()

    def stop(self) -> None:
        """Have it end; to be called in its loop."""
        self._master.should_exit.set()

    @property
    def fault(self) -> UsageError | None:
        """Why it does not listen, once it was started."""
        server = self._server
        fault = server.last_exception if server is not None else None
        if server is not None and fault is None:
            return None
        place = f"{bracketed(self._plan.address or '*')}:{self._plan.number}"
        number = fault.errno or 0 if isinstance(fault, OSError) else 0
        if number == errno.EADDRINUSE or "in use" in str(fault):
            return UsageError(f"{place} is taken by another program", hint="name another --port")
        said = os.strerror(number) if number > 0 else str(fault or "no server was started")
        said = " ".join(said.split())[:300]
        hint = "see --host and --port, and that this machine allows to listen there"
        return UsageError(f"the proxy cannot listen on {place}: {said}", hint=hint)

    @property
    def places(self) -> list[Place]:
        """Addresses and ports at which it listens."""
        listening = self._server.listen_addrs if self._server else ()
        return sorted({(str(host), int(port)) for host, port, *_ in listening})

    @property
    def certificate(self) -> str:
        """SHA-256 (hex) of the certificate with which it opens connections."""
        store = self._master.addons.get("tlsconfig").certstore
        return str(store.default_ca.fingerprint().hex())

    @property
    def tunnel(self) -> str:
        """Configuration for the client of its WireGuard tunnel; empty where it has none."""
        return str(self._server.client_conf() or "") if self._plan.mode == "wireguard" else ""

    @property
    def _server(self) -> Any:
        return next(iter(self._master.addons.get("proxyserver").servers), None)


class _Started:
    name = "mingjian-started"

    def __init__(self, then: Callable[[], None]) -> None:
        self._then = then

    def running(self) -> None:
        """All servers were started, or failed to."""
        self._then()


class Faults(logging.Handler):
    """Keeps what mitmproxy logs away from the terminal, and counts the crashes in it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0
        """Crashes: of each one's connection something may be missing."""
        self.first: BaseException | None = None
        """The first of them."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count a record that tells of an exception nobody expected."""
        if record.exc_info:
            self.count += 1
            self.first = self.first or record.exc_info[1]

    def __enter__(self) -> Faults:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        logging.getLogger().removeHandler(self)


def version() -> str:
    """Give the version of mitmproxy."""
    from mitmproxy.version import VERSION  # noqa: PLC0415

    return VERSION


def _parts() -> list[Any]:
    """Give the parts that a proxy needs: none that run scripts, replay, or alter what passes.

    Two alter a little, or nothing could be seen: offers of encrypted names are taken out of answers
    of the DNS, and offers to change to HTTP/2 without TLS out of requests.
    """
    from mitmproxy.addons import (  # noqa: PLC0415
        core,
        disable_h2c,
        dns_resolver,
        next_layer,
        onboarding,
        proxyserver,
        strip_dns_https_records,
        tlsconfig,
    )

    parts: list[Any] = [core.Core, strip_dns_https_records.StripDnsHttpsRecords]
    parts += [disable_h2c.DisableH2C, onboarding.Onboarding, proxyserver.Proxyserver]
    parts += [dns_resolver.DnsResolver, next_layer.NextLayer, tlsconfig.TlsConfig]
    return [part() for part in parts]


def _options(plan: Plan) -> dict[str, Any]:
    mode = f"upstream:{plan.upstream}" if plan.mode == "upstream" else str(plan.mode)
    return {
        "mode": [mode],
        "listen_host": "" if plan.everywhere else plan.address,
        "listen_port": plan.number,
        "confdir": str(plan.folder),
        "ignore_hosts": list(plan.ignore_hosts),
        "ssl_insecure": plan.insecure_upstream,
        "stream_large_bodies": str(MAX_BODY),
    }
