"""Lists of a phone's connections, which say what no recording can: which app sent something."""

from __future__ import annotations

from scanner.connections.listed import TOLERANCE, Connection, Connections, Socket
from scanner.connections.pcapdroid import connections_of, read_connections
from scanner.connections.rows import LONGEST_NAME, PACKAGE, Bad
from scanner.connections.sockets import Polled, polled, polled_line, read_sockets

__all__ = [
    "LONGEST_NAME",
    "PACKAGE",
    "TOLERANCE",
    "Bad",
    "Connection",
    "Connections",
    "Polled",
    "Socket",
    "connections_of",
    "polled",
    "polled_line",
    "read_connections",
    "read_sockets",
]
