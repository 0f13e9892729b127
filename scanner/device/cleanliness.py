"""What stands on the phone that could make a run say something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.device.wire import Answer, Phone
from scanner.device_file import Cleanliness
from scanner.model import Words

CERTIFICATES = "/data/misc/user/0/cacerts-added"
"""Where Android keeps certificate authorities that a person added; phones show it to root only."""
SYSTEM_CERTIFICATES = ("/apex/com.android.conscrypt/cacerts", "/system/etc/security/cacerts")
"""Where Android keeps its own; the first since Android 14."""
HOOKING = frozenset(
    {
        "com.saurik.substrate",
        "com.topjohnwu.magisk",
        "de.robv.android.xposed.installer",
        "io.github.lsposed.manager",
        "io.va.exposed",
        "me.bmax.apatch",
        "me.weishu.exp",
        "me.weishu.kernelsu",
        "org.lsposed.manager",
        "org.meowcat.edxposed.manager",
    }
)
"""Apps by which frameworks that hook into other apps are managed."""
MOST_NAMED = 200
"""Names of one kind that are told at most."""

_NO_PROXY = ("", "null", ":0")
_LOOPBACK = ("127.0.0.1", "localhost")
_SERVERS = re.compile(r"(?:DnsAddresses|Dnses): \[([^\]]{0,600})\]")
_ADDRESS = re.compile(r"[0-9A-Fa-f.:]{3,45}")
_VPN = re.compile(
    r"(?:Transports: [A-Z_|& ]{0,60}\bVPN\b|type: VPN\[[^\]]{0,40}\], state: CONNECTED)"
)
_TUNNEL = re.compile(r"^\d+: (?:tun|wg|ppp|tap)\d+[:@].*\bUP\b", re.MULTILINE)
_FRIDA_PORT = re.compile(r"^\s*\d+: [0-9A-F]{8,32}:69A2 [0-9A-F:]+ 0A ", re.MULTILINE)
_NAME = re.compile(r"[\w.@ /-]{1,200}")


class Checked(NamedTuple):
    """The phone as it was found."""

    state: Cleanliness
    """What is written down."""
    system_certificates: int | None
    """How many certificate authorities Android itself brings; null when it does not show them."""


def check(phone: Phone) -> Checked:
    """Look at the phone; what it does not show stays null."""
    state = Cleanliness(
        proxy=proxy(phone),
        dns=_dns(phone),
        user_certificates=_certificates(phone),
        hook_modules=_hooks(phone),
        vpn=_vpn(phone),
        rooted=_rooted(phone),
    )
    return Checked(state, _system_certificates(phone))


def proxy(phone: Phone) -> str | None:
    """Give the phone's proxy as it is set, empty for none; null when it does not tell."""
    said = phone.run("settings get global http_proxy", most=1000)
    words = said.text.strip()
    if not said.good or "\n" in words or not words.isprintable():
        return None
    return "" if words in _NO_PROXY else words[:300]


def left_over(state: Cleanliness) -> Words | None:
    """Say how a proxy is taken off that a run which was broken off may have left; else null."""
    host, _, port = (state.proxy or "").rpartition(":")
    if host not in _LOOPBACK or not port.isdecimal():
        return None
    command = "adb shell settings put global http_proxy :0"
    return Words(
        f"该代理可能是中断的运行留下的；如需取消，请执行：{command}",
        f"a run that was broken off may have left this proxy; to take it off: {command}",
    )


def stains(state: Cleanliness) -> Iterator[Words]:
    """Say in words what is not clean."""
    if state.proxy:
        yield Words(f"已设代理 {state.proxy}", f"a proxy is set: {state.proxy}")
    private = [one for one in state.dns or () if not _ADDRESS.fullmatch(one)]
    if private:
        yield Words(f"已设私人 DNS {private[0]}", f"private DNS is set: {private[0]}")
    if state.user_certificates:
        count = len(state.user_certificates)
        yield Words(f"已添加 {count} 个用户根证书", f"{count} certificate authorities were added")
    if state.hook_modules:
        named = ", ".join(state.hook_modules[:5])
        yield Words(f"存在挂钩框架或模块：{named}", f"frameworks or modules that hook: {named}")
    if state.vpn:
        yield Words("已开启 VPN", "a VPN is on")
    if state.rooted:
        yield Words("设备已获取 root 权限", "the phone is rooted")


def unlooked(state: Cleanliness) -> Iterator[Words]:
    """Say in words what the phone did not show."""
    if state.proxy is None:
        yield Words("代理", "proxy")
    if state.dns is None:
        yield Words("DNS", "DNS")
    if state.user_certificates is None:
        yield Words("用户根证书", "certificate authorities that were added")
    if state.hook_modules is None:
        yield Words("挂钩框架", "frameworks that hook")
    if state.vpn is None:
        yield Words("VPN", "VPN")
    if state.rooted is None:
        yield Words("root 权限", "root")


def _dns(phone: Phone) -> tuple[str, ...] | None:
    mode = phone.run("settings get global private_dns_mode", most=1000)
    if not mode.good:
        return None
    found = dict[str, None]()
    if mode.text.strip() == "hostname":
        name = phone.text("settings get global private_dns_specifier", most=1000).strip()
        if _NAME.fullmatch(name):
            found[name] = None
    for number in (1, 2, 3, 4):
        found[phone.text(f"getprop net.dns{number}", most=1000).strip()] = None
    for listed in _SERVERS.finditer(_connectivity(phone)):
        for one in listed[1].replace(",", " ").split():
            found[one.lstrip("/")] = None
    private = next(iter(found), "") if mode.text.strip() == "hostname" else ""
    kept = [one for one in found if _ADDRESS.fullmatch(one) or (one and one == private)]
    return tuple(kept[:MOST_NAMED])


def _certificates(phone: Phone) -> tuple[str, ...] | None:
    return _listed(phone.run(f"ls {CERTIFICATES} 2>&1"))


def _system_certificates(phone: Phone) -> int | None:
    for place in SYSTEM_CERTIFICATES:
        said = phone.run(f"ls {place} 2>/dev/null")
        if said.good and said.data.strip():
            return len(said.text.split())
    return None


def _listed(said: Answer) -> tuple[str, ...] | None:
    """Give the names in a folder: none where there is no such folder, null where it is closed."""
    if "No such file" in said.text and "Permission" not in said.text:
        return ()
    if not said.good:
        return None
    return tuple(name for name in said.text.split() if _NAME.fullmatch(name))[:MOST_NAMED]


def _hooks(phone: Phone) -> tuple[str, ...] | None:
    packages = phone.run("pm list packages")
    if not packages.good:
        return None
    names = {line.removeprefix("package:").strip() for line in packages.text.splitlines()}
    found = sorted(HOOKING & names)
    running = phone.text("ps -A -o NAME").split()
    found += sorted({name for name in running if _is_frida(name) and _NAME.fullmatch(name)})
    if _FRIDA_PORT.search(phone.text("cat /proc/net/tcp /proc/net/tcp6")):
        found.append("port 27042")
    placed = phone.text("ls /data/local/tmp").split()
    found += sorted(
        f"/data/local/tmp/{name}" for name in placed if _is_frida(name) and _NAME.fullmatch(name)
    )
    became = phone.text("which su", most=1000).strip()
    if became.startswith("/") and _NAME.fullmatch(became):
        found.append(became)
    return tuple(dict.fromkeys(found))[:MOST_NAMED]


def _is_frida(name: str) -> bool:
    return any(word in name for word in ("frida", "gadget", "gum-js", "hluda"))


def _vpn(phone: Phone) -> bool | None:
    told, links = _connectivity(phone), phone.text("ip -o link")
    if not told.strip() and not links.strip():
        return None
    return bool(_VPN.search(told) or _TUNNEL.search(links))


def _rooted(phone: Phone) -> bool | None:
    """Say whether the shell is root, or finds no way to become it; a way that is there is not
    tried, since the phone would ask its owner."""
    user = phone.text("id -u", most=100).strip()
    if user == "0":
        return True
    if not user.isdecimal():
        return None
    way = phone.run("which su", most=1000)
    return None if way.data.strip() or way.cut else False


def _connectivity(phone: Phone) -> str:
    return phone.text("dumpsys connectivity", most=1 << 20)
