from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from scanner.device.package import (
    Package,
    install,
    is_installed,
    launch,
    read_package,
    stop,
    uid_of,
    uninstall,
)
from scanner.device.wire import find_phone
from scanner.errors import MingjianError, NotAuditable, UsageError
from tests.device.adb_server import Send, serving
from tests.device.phones import PACKAGE, FakePhone

APK = Path(__file__).parents[2] / "fixtures" / "apk" / "compliant.apk"


def app(launcher: str | None = f"{PACKAGE}.MainActivity") -> Package:
    digest = hashlib.sha256(APK.read_bytes()).hexdigest()
    return Package(PACKAGE, digest, "2.0.0", 20, launcher, "手电筒")


def said(words: str, code: int = 0) -> object:
    def answer(send: Send) -> int:
        send(words.encode())
        return code

    return answer


def test_an_apk_says_what_it_is() -> None:
    assert read_package(APK) == app()


def test_what_is_no_apk_is_refused_in_one_line(tmp_path: Path) -> None:
    text, archive = tmp_path / "a.apk", tmp_path / "b.apk"
    text.write_text("not a ZIP")
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("../../etc/passwd", "x")
    for path in (text, archive):
        with pytest.raises(MingjianError) as told:
            read_package(path)
        assert told.value.exit_code == 3


def test_the_app_comes_on_the_phone_and_off_again() -> None:
    phone = FakePhone()
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        assert not is_installed(found, PACKAGE)
        install(found, APK, app(), replace=False)
        assert is_installed(found, PACKAGE)
        assert phone.installed[PACKAGE] == app().sha256
        assert phone.pushed == {}
        assert uid_of(found, PACKAGE) == 10123
        uninstall(found, PACKAGE)
        assert not is_installed(found, PACKAGE)


def test_an_apk_that_arrives_altered_is_not_installed() -> None:
    phone = FakePhone()
    phone.taken["sha256sum"] = said("0" * 64 + "  x\n")  # type: ignore[assignment]
    with serving(P1=phone) as server, pytest.raises(NotAuditable, match="did not arrive"):
        install(find_phone(server.address), APK, app(), replace=False)
    assert PACKAGE not in phone.installed
    assert phone.pushed == {}


def test_why_android_refused_is_told() -> None:
    phone = FakePhone()
    words = "Failure [INSTALL_FAILED_DEPRECATED_SDK_VERSION: App package must target at least 24]"
    phone.taken["pm install"] = said(words, 1)  # type: ignore[assignment]
    why = "INSTALL_FAILED_DEPRECATED_SDK_VERSION"
    with serving(P1=phone) as server, pytest.raises(NotAuditable, match=why):
        install(find_phone(server.address), APK, app(), replace=False)
    assert phone.pushed == {}


def test_an_app_that_is_there_stays_unless_it_may_go() -> None:
    phone = FakePhone()
    phone.installed[PACKAGE] = "mine"
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        with pytest.raises(UsageError, match="already"):
            install(found, APK, app(), replace=False)
        assert phone.installed[PACKAGE] == "mine"
        install(found, APK, app(), replace=True)
    assert phone.installed[PACKAGE] == app().sha256


@pytest.mark.parametrize(
    ("resolved", "launcher", "begun"),
    [
        (f"priority=0\n  {PACKAGE}/.Main\n", None, f"{PACKAGE}/.Main"),
        ("No activity found\n", f"{PACKAGE}.Alias", f"{PACKAGE}/{PACKAGE}.Alias"),
        ("com.evil/.X; rm -rf /\n", f"{PACKAGE}.Alias", f"{PACKAGE}/{PACKAGE}.Alias"),
        ("com.evil/.X\n", None, None),
    ],
)
def test_only_the_app_itself_is_ever_started(
    resolved: str, launcher: str | None, begun: str | None
) -> None:
    phone = FakePhone()
    phone.taken["cmd package"] = said(resolved)  # type: ignore[assignment]
    with serving(P1=phone) as server:
        launch(find_phone(server.address), app(launcher))
    started = phone.ran[-1]
    if begun is None:
        assert started.startswith(f"monkey -p {PACKAGE} ")
    else:
        assert f" -n {begun} " in f"{started} "
    assert "evil" not in started


def test_a_start_that_failed_is_known() -> None:
    phone = FakePhone()
    phone.taken["am start"] = said("Error type 3\nError: Activity class does not exist.\n")  # type: ignore[assignment]
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        assert not launch(found, app())
        del phone.taken["am start"]
        assert launch(found, app())
        assert phone.screen == "consent"
        stop(found, PACKAGE)
    assert phone.screen == "home"
