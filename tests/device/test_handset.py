from __future__ import annotations

import pytest

from scanner.device.handset import described
from scanner.device.wire import find_phone
from scanner.device_file import Device
from tests.device.adb_server import Send, serving
from tests.device.phones import FakePhone


def test_a_phone_as_it_says_of_itself() -> None:
    with serving(P1=FakePhone()) as server:
        assert described(find_phone(server.address)) == Device(
            model="Pixel 6",
            build="google/oriole/oriole:14/UP1A/1:user/release-keys",
            api_level=34,
            emulator=None,
        )


@pytest.mark.parametrize(
    ("name", "words"),
    [("ro.kernel.qemu", b"1"), ("ro.boot.qemu", b"1"), ("ro.hardware", b"ranchu")],
)
def test_an_emulator_that_shows_it(name: str, words: bytes) -> None:
    phone = FakePhone()

    def answer(send: Send) -> int:
        send(words + b"\n")
        return 0

    phone.taken[f"getprop {name}"] = answer
    with serving(P1=phone) as server:
        assert described(find_phone(server.address)).emulator is True


def test_nonsense_is_bounded() -> None:
    phone = FakePhone()

    def answer(send: Send) -> int:
        send(b"\x1b[31m" + b"9" * 100_000)
        return 0

    phone.taken["getprop"] = answer
    with serving(P1=phone) as server:
        device = described(find_phone(server.address))
    assert device.api_level is None
    assert device.model is not None and len(device.model) == 300
    assert device.model.isprintable()
