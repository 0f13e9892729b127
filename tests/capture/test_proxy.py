from __future__ import annotations

import asyncio
import hashlib
import logging
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.capture.addresses import Place
from scanner.capture.plan import Plan
from scanner.capture.proxy import Faults, Proxy, version
from scanner.capture.recorder import Recorder
from scanner.errors import UsageError


def run_until_started(plan: Plan) -> tuple[UsageError | None, list[Place], str]:
    found: list[tuple[UsageError | None, list[Place], str]] = []

    async def go() -> None:
        def started() -> None:
            found.append((proxy.fault, proxy.places, proxy.certificate))
            proxy.stop()

        proxy = Proxy(plan, Recorder(lambda _: True), started)
        await asyncio.wait_for(proxy.run(), 30)

    with Faults() as faults:
        asyncio.run(go())
    assert faults.count == 0
    return found[0]


def test_it_listens_where_it_is_told_with_the_certificate_of_its_folder(tmp_path: Path) -> None:
    fault, (place,), digest = run_until_started(Plan(tmp_path / "x", port=0, certificates=tmp_path))
    assert (fault, place[0]) == (None, "127.0.0.1")
    assert place[1] > 0
    made = ssl.PEM_cert_to_DER_cert((tmp_path / "mitmproxy-ca-cert.pem").read_text())
    assert digest == hashlib.sha256(made).hexdigest()
    again = run_until_started(Plan(tmp_path / "x", port=0, certificates=tmp_path))
    assert again[2] == digest


def test_why_it_cannot_listen_is_said_once_and_plainly(tmp_path: Path) -> None:
    plan = Plan(tmp_path / "x", host="203.0.113.99", port=1, certificates=tmp_path)
    fault, places, _ = run_until_started(plan)
    assert str(fault) == (
        "the proxy cannot listen on 203.0.113.99:1: Cannot assign requested address"
    )
    assert places == []


def test_settings_and_scripts_of_mitmproxy_are_not_loaded(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    (tmp_path / "config.yaml").write_text(f"scripts: [{tmp_path / 'evil.py'}]\nlisten_port: 1\n")
    fault, _, _ = run_until_started(Plan(tmp_path / "x", port=0, certificates=tmp_path))
    assert fault is None
    assert not (tmp_path / "ran").exists()
    assert capfd.readouterr() == ("", "")


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    plan = Plan(tmp_path / "x", port=0, certificates=tmp_path / "file")
    with pytest.raises(UsageError, match=r"certificates in .*file"):
        run_until_started(plan)


def test_crashes_are_counted_and_other_words_are_not() -> None:
    with Faults() as faults:
        logging.getLogger("mitmproxy.proxy.server").warning("a client hung up")
        try:
            raise ValueError("broken")
        except ValueError:
            logging.getLogger("mitmproxy.proxy.server").exception("mitmproxy has crashed!")
    assert faults.count == 1
    assert str(faults.first) == "broken"


def test_help_does_not_wait_for_mitmproxy() -> None:
    script = "import sys, scanner.cli, scanner.capture.session; print('mitmproxy' in sys.modules)"
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.stdout == "False\n", done.stderr
    assert version().count(".") >= 1
