"""Which phone it is, as it says of itself."""

from __future__ import annotations

from scanner.device.wire import Phone
from scanner.device_file import Device

_EMULATORS = ("goldfish", "ranchu", "vbox86", "cutf_cvm")
"""Boards of emulators (ro.hardware): Android's own, Genymotion, Cuttlefish."""
_LONGEST = 300


def described(phone: Phone) -> Device:
    """Describe the phone; whether it is an emulator stays null where nothing shows that it is."""
    level = _property(phone, "ro.build.version.sdk")
    virtual = "1" in (_property(phone, "ro.kernel.qemu"), _property(phone, "ro.boot.qemu"))
    return Device(
        model=_property(phone, "ro.product.model"),
        build=_property(phone, "ro.build.fingerprint"),
        api_level=int(level) if level and level.isdecimal() and len(level) < 5 else None,
        emulator=True if virtual or _property(phone, "ro.hardware") in _EMULATORS else None,
    )


def _property(phone: Phone, name: str) -> str | None:
    said = phone.run(f"getprop {name}", most=10_000)
    words = "".join(letter for letter in said.text.strip() if letter.isprintable())
    return words[:_LONGEST] or None
