from __future__ import annotations

import pytest

from scanner.device.cleanliness import check, left_over, proxy, stains, unlooked
from scanner.device.wire import find_phone
from scanner.device_file import Cleanliness
from tests.device.adb_server import Send, serving
from tests.device.phones import COLUMNS, FakePhone


def checked(phone: FakePhone) -> Cleanliness:
    with serving(P1=phone) as server:
        return check(find_phone(server.address)).state


def says(words: str, code: int = 0) -> object:
    def answer(send: Send) -> int:
        send(words.encode())
        return code

    return answer


def with_answers(**answers: object) -> FakePhone:
    phone = FakePhone()
    phone.taken.update(answers)  # type: ignore[arg-type]
    return phone


def test_a_clean_phone_and_what_it_does_not_show() -> None:
    state = checked(FakePhone())
    assert state == Cleanliness(
        proxy="",
        dns=("192.168.1.1", "192.168.1.2"),
        user_certificates=None,
        hook_modules=(),
        vpn=False,
        rooted=False,
    )
    assert list(stains(state)) == []
    assert [one.en for one in unlooked(state)] == ["certificate authorities that were added"]


def test_androids_own_authorities_are_counted() -> None:
    with serving(P1=FakePhone()) as server:
        assert check(find_phone(server.address)).system_certificates == 3


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (says("5ed36f99.0\n9a5ba575.0\n"), ("5ed36f99.0", "9a5ba575.0")),
        (says(""), ()),
        (says("ls: /data/misc/user/0/cacerts-added: No such file or directory\n", 1), ()),
        (says("ls: /data/misc/user/0/cacerts-added: Permission denied\n", 1), None),
    ],
)
def test_authorities_that_a_person_added(answer: object, found: tuple[str, ...] | None) -> None:
    phone = with_answers(**{"ls /data/misc": answer})
    assert checked(phone).user_certificates == found


def test_frameworks_that_hook() -> None:
    phone = with_answers(
        **{
            "ps -A": says("NAME\nfrida-server\nsystem_server\n"),
            "ls /data/local/tmp": says("frida-server-17 notes.txt\n"),
            "which su": says("/system/xbin/su\n"),
            "cat /proc/net/tcp": says(
                COLUMNS + "   0: 0100007F:69A2 00000000:0000 0A 00000000:00000000 00:0 0 0 1\n"
            ),
        }
    )
    phone.installed["com.topjohnwu.magisk"] = ""
    state = checked(phone)
    assert state.hook_modules == (
        *("com.topjohnwu.magisk", "frida-server", "port 27042"),
        *("/data/local/tmp/frida-server-17", "/system/xbin/su"),
    )
    assert state.rooted is None  # there is a way, and it is not tried


def test_a_connection_to_fridas_port_is_no_server_there() -> None:
    row = "   0: 0F02000A:A3D2 0100007F:69A2 01 00000000:00000000 00:0 0 0 1\n"
    assert checked(with_answers(**{"cat /proc/net/tcp": says(COLUMNS + row)})).hook_modules == ()


def test_root_vpn_and_private_dns() -> None:
    phone = with_answers(
        **{
            "id -u": says("0\n"),
            "ip -o link": says("12: tun0: <POINTOPOINT,UP,LOWER_UP> mtu 1500\n"),
        }
    )
    phone.settings |= {
        "private_dns_mode": "hostname",
        "private_dns_specifier": "dns.example.cn",
        "http_proxy": "10.0.0.1:8080",
    }
    state = checked(phone)
    assert (state.rooted, state.vpn, state.proxy) == (True, True, "10.0.0.1:8080")
    assert state.dns is not None and state.dns[0] == "dns.example.cn"
    said = " ".join(one.en for one in stains(state))
    for word in ("rooted", "VPN", "dns.example.cn", "10.0.0.1:8080"):
        assert word in said


def test_a_network_that_is_no_vpn_says_so_in_so_many_words() -> None:
    told = "Transports: WIFI Capabilities: INTERNET&NOT_RESTRICTED&TRUSTED&NOT_VPN&VALIDATED"
    assert checked(with_answers(**{"dumpsys connectivity": says(told)})).vpn is False
    told = "Transports: WIFI|VPN Capabilities: INTERNET"
    assert checked(with_answers(**{"dumpsys connectivity": says(told)})).vpn is True


def test_silence_is_not_cleanliness() -> None:
    phone = FakePhone()
    mute = says("", 1)
    for begin in ("settings", "ls", "pm", "ps", "cat", "which", "id", "dumpsys", "ip", "getprop"):
        phone.taken[begin] = mute  # type: ignore[assignment]
    state = checked(phone)
    assert state == Cleanliness()
    assert len(list(unlooked(state))) == 6


@pytest.mark.parametrize(("words", "found"), [("null\n", ""), (":0\n", ""), ("a\nb\n", None)])
def test_no_proxy_has_several_names(words: str, found: str | None) -> None:
    with serving(P1=with_answers(**{"settings get": says(words)})) as server:
        assert proxy(find_phone(server.address)) == found


@pytest.mark.parametrize(
    ("proxy", "left"),
    [
        *(("127.0.0.1:38211", True), ("localhost:8080", True)),
        *(("10.0.0.9:8888", False), ("", False), (None, False), ("127.0.0.1:; reboot", False)),
    ],
)
def test_a_proxy_on_the_phone_itself_may_be_left_over(proxy: str | None, left: bool) -> None:
    assert (left_over(Cleanliness(proxy=proxy)) is not None) == left
