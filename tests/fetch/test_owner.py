import os
import socket
import subprocess
import sys

import pytest

from scanner.fetch.owner import is_foreign

CONNECT = """import os, socket, sys
if sys.argv[2:]:
    os.setuid(int(sys.argv[2]))
client = socket.socket()
client.connect(("127.0.0.1", int(sys.argv[1])))
client.recv(1)
"""
"""A program that connects, as another user where one is named, and then waits."""
can_change_user = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root on Linux can be another user"
)


def seen(user: int | None) -> bool:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        port = server.getsockname()[1]
        words = [str(port)] if user is None else [str(port), str(user)]
        with subprocess.Popen([sys.executable, "-c", CONNECT, *words]) as client:
            near, (_, source) = server.accept()
            foreign = is_foreign(source, port)
            near.close()
            client.wait(10)
    return foreign


def test_a_program_of_ours_is_known() -> None:
    assert seen(None) is False


@can_change_user
def test_a_program_of_another_user_is_told_apart() -> None:
    assert seen(65534) is True


def test_where_the_system_does_not_tell_nobody_is_turned_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert is_foreign(1, 2) is False

    def none(*_: object) -> socket.socket:
        raise PermissionError

    monkeypatch.setattr(socket, "socket", none)
    assert is_foreign(1, 2) is False
    monkeypatch.delattr(socket, "AF_NETLINK", raising=False)
    assert is_foreign(1, 2) is False
