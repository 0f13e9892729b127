"""Dialogs of the system and dumps of permissions as phones show them, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.collect.device.recordings import APP, Drawn, node, screen

CONTROLLER = "com.android.permissioncontroller"
ALLOW = (60, 1500, 1020, 1600)
ONCE = (60, 1620, 1020, 1720)
DENY = (60, 1740, 1020, 1840)
PLACE = "要允许“样例”获取此设备的位置信息吗？"
CAMERA = "要允许“样例”拍摄照片和录制视频吗？"
MICROPHONE = "要允许“样例”录制音频吗？"


def dialog(
    text: str, *behind: Drawn, again: bool = False, extra: tuple[Drawn, ...] = (), id: str = ""
) -> str:
    """Draw the dialog of Android 10 and later; `behind` belongs to the app, `again` asks again."""
    deny = "permission_deny_and_dont_ask_again_button" if again else "permission_deny_button"
    name = f"{id or CONTROLLER}:id"
    return screen(
        *(Drawn({**one.said, "package": APP}, one.inside) for one in behind),
        node(text, bounds=(60, 1200, 1020, 1400), id=f"{name}/permission_message"),
        *extra,
        node(
            "仅在使用该应用时允许",
            "Button",
            ALLOW,
            id=f"{name}/permission_allow_foreground_only_button",
        ),
        node("仅限这一次", "Button", ONCE, id=f"{name}/permission_allow_one_time_button"),
        node("拒绝且不再询问" if again else "拒绝", "Button", DENY, id=f"{name}/{deny}"),
        package=id or CONTROLLER,
    )


def maker_dialog(text: str, package: str = "com.lbe.security.miui") -> str:
    """Draw a dialog of a Chinese maker, whose buttons have no names of their own."""
    return screen(
        node(text, bounds=(60, 1200, 1020, 1400), id="android:id/message"),
        node("拒绝", "Button", DENY, id="android:id/button2"),
        node("始终允许", "Button", ALLOW, id="android:id/button1"),
        package=package,
    )


def tap(second: float, bounds: tuple[int, int, int, int]) -> dict[str, Any]:
    """Tap into the middle of something."""
    left, top, right, bottom = bounds
    return {"time": second, "x": (left + right) // 2, "y": (top + bottom) // 2}


def main_screen(*more: Drawn) -> str:
    """Draw a screen that can be used."""
    return screen(
        node("首页"),
        node("扫一扫", "Button", (40, 300, 500, 400)),
        node("附近门店", "Button", (40, 500, 500, 600)),
        node("我的", "Button", (40, 2200, 500, 2300)),
        *more,
    )


SCAN = (40, 300, 500, 400)


def package_dump(
    runtime: Mapping[str, str],
    *,
    package: str = APP,
    requested: tuple[str, ...] | None = None,
    users: Mapping[int, Mapping[str, str]] | None = None,
    version: str = "1.0",
) -> str:
    """Write `dumpsys package` in the layout of Android 10 to 15; values: granted, then flags."""
    full = {_full(name): stands for name, stands in runtime.items()}
    asked = [_full(name) for name in requested] if requested is not None else list(full)
    blocks = {0: full, **{n: {_full(k): v for k, v in m.items()} for n, m in (users or {}).items()}}
    lines = [
        "Activity Resolver Table:",
        "  Non-Data Actions:",
        "      android.intent.action.MAIN:",
        f"        1a2b3c4 {package}/.MainActivity filter 5d6e7f8",
        "",
        "Packages:",
        f"  Package [{package}] (9f8e7d6):",
        "    userId=10123",
        f"    pkg=Package{{9f8e7d6 {package}}}",
        "    versionCode=10 minSdk=23 targetSdk=33",
        f"    versionName={version}",
        "    firstInstallTime=2025-06-15 23:00:00",
        "    declared permissions:",
        f"      {package}.permission.C2D_MESSAGE: prot=signature, INSTALLED",
        "    requested permissions:",
        "      android.permission.INTERNET",
        *(f"      {name}" for name in asked),
        "      android.permission.WRITE_EXTERNAL_STORAGE: restricted=true",
        "    install permissions:",
        "      android.permission.INTERNET: granted=true",
    ]
    for number, held in blocks.items():
        lines.append(f"    User {number}: ceDataInode=131619 installed=true hidden=false")
        lines += ["      gids=[3003]", "      runtime permissions:"]
        for name, stands in held.items():
            granted, _, flags = stands.partition(" ")
            lines.append(f"        {name}: granted={granted}, flags=[ {flags}]")
        lines += ["      disabledComponents:", f"        {package}.Off"]
    return "\n".join([*lines, "", "Queries:", "  system apps queryable: false", ""])


def _full(name: str) -> str:
    return name if "." in name else f"android.permission.{name}"
