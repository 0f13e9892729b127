"""Who on this machine speaks to the guard, as far as the system tells."""

from __future__ import annotations

import os
import socket
import struct

_SOCK_DIAG = 4
"""The kernel's service that describes sockets (man 7 sock_diag); Linux only."""
_BY_FAMILY = 20
_REQUEST = 1
_HEAD = struct.Struct("=IHHII")
_QUESTION = struct.Struct("=BBBxI2s2s16s16sI8s")
_USER_AT = _HEAD.size + 64
"""Where the number of the socket's owner stands in the answer (struct inet_diag_msg)."""
_LOOPBACK = bytes([127, 0, 0, 1])


def is_foreign(port: int, listening: int) -> bool:
    """Tell whether another user's program connected from this port to the one listened on.

    Where the system does not tell, the answer is no: only loopback keeps others out then.
    """
    family = getattr(socket, "AF_NETLINK", None)
    if family is None:
        return False
    near, far = struct.pack("!H", port), struct.pack("!H", listening)
    ends = (near, far, _LOOPBACK, _LOOPBACK, 0, b"\xff" * 8)
    question = _QUESTION.pack(socket.AF_INET, socket.IPPROTO_TCP, 0, 0xFFFFFFFF, *ends)
    head = _HEAD.pack(_HEAD.size + len(question), _BY_FAMILY, _REQUEST, 0, 0)
    try:
        with socket.socket(family, socket.SOCK_DGRAM, _SOCK_DIAG) as kernel:
            kernel.settimeout(1.0)
            kernel.send(head + question)
            answer = kernel.recv(4096)
    except OSError:
        return False
    if len(answer) < _USER_AT + 4 or _HEAD.unpack_from(answer)[1] != _BY_FAMILY:
        return False
    (user,) = struct.unpack_from("=I", answer, _USER_AT)
    return bool(user != os.geteuid())
