import asyncio

import pytest

from scanner.fetch.socks import Answer, NotSocks, asked, reply

HELLO = b"\x05\x01\x00"


async def spoken(data: bytes) -> tuple[tuple[str, int] | type[Exception], bytes]:
    """What the client asked for, or how that failed, and what it was sent."""
    outcome: list[tuple[str, int] | type[Exception]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            outcome.append(await asked(reader, writer))
            await reply(writer, Answer.GRANTED)
        except (NotSocks, EOFError) as error:
            outcome.append(type(error))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(data)
        writer.write_eof()
        said = await reader.read()
        writer.close()
    return outcome[0], said


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        (b"\x01\x7f\x00\x00\x01", "127.0.0.1"),
        (b"\x03\x0aexample.cn", "example.cn"),
        (b"\x03\x00", ""),
        (b"\x03\x02\xff\xfe", "\ufffd\ufffd"),
        (b"\x04" + bytes(15) + b"\x01", "::1"),
    ],
)
def test_reads_each_kind_of_address(place: bytes, wanted: str) -> None:
    outcome, said = asyncio.run(spoken(HELLO + b"\x05\x01\x00" + place + b"\x01\xbb"))
    assert outcome == (wanted, 443)
    assert said == b"\x05\x00" + b"\x05\x00\x00\x01" + bytes(6)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b""),
        (b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00", b""),
        (b"\x05\x01\x02", b"\x05\xff"),
        (HELLO + b"\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50", b"\x05\x00\x05\x07"),
        (HELLO + b"\x05\x03\x00\x01\x7f\x00\x00\x01\x00\x50", b"\x05\x00\x05\x07"),
        (HELLO + b"\x05\x01\x00\x09", b"\x05\x00\x05\x08"),
        (HELLO + b"\x04\x01\x00\x01", b"\x05\x00"),
    ],
)
def test_refuses_what_is_no_request_for_a_connection(data: bytes, said: bytes) -> None:
    outcome, heard = asyncio.run(spoken(data))
    assert outcome is NotSocks
    assert heard[: len(said)] == said
    assert bool(heard) == bool(said)


@pytest.mark.parametrize("data", [b"", b"\x05", HELLO, HELLO + b"\x05\x01\x00\x03\x09abc"])
def test_a_client_that_goes_away_is_no_request(data: bytes) -> None:
    outcome, _ = asyncio.run(spoken(data))
    assert outcome is asyncio.IncompleteReadError
