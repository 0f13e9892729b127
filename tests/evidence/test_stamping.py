"""Time stamps, by a real authority: openssl ts on loopback, and what it may get wrong."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.evidence import certificates, stamping
from scanner.evidence.stamping import Answer, checked, host_of, stamp
from tests.evidence import authority as others
from tests.evidence.authority import Root, Stamping, openssl

DATA = b"the manifest\n"


def now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stamping]:
    with others.stamping(Root(tmp_path_factory.mktemp("tsa"), "TSA Root"), digits=3) as server:
        yield server


def asked(tsa: Stamping, **changes: object) -> Answer:
    given: dict[str, object] = {
        "now": now,
        "roots": certificates.read(tsa.root.pem, "-"),
        "allow_private": True,
    }
    return stamp(tsa.url, DATA, **{**given, **changes})  # type: ignore[arg-type]


def test_a_stamp_is_what_openssl_calls_good(tsa: Stamping, tmp_path: Path) -> None:
    answer = asked(tsa)
    assert answer.stamped.standing == "holds", answer.stamped
    assert answer.stamped.untrusted is None
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "token.tsr").write_bytes(answer.response)
    words = ("-in", tmp_path / "token.tsr", "-CAfile", tsa.root.pem)
    assert b"OK" in openssl("ts", "-verify", "-data", tmp_path / "data", *words)
    text = openssl("ts", "-reply", "-in", tmp_path / "token.tsr", "-text").decode()
    at = answer.stamped.at
    assert at is not None
    assert at.strftime("%H:%M:%S") in text
    assert answer.stamped.within_s == 1.5
    assert certificates.subject(stamping.certificates_of(answer.stamped)[0]) == (
        "Common Name: Test TSA"
    )


@pytest.mark.parametrize("ahead", [0, 3600, -90])
def test_the_clock_is_compared_with_the_authority(tsa: Stamping, ahead: int) -> None:
    def wrong() -> datetime.datetime:
        return now() + datetime.timedelta(seconds=ahead)

    clock = asked(tsa, now=wrong).clock
    assert clock.offset_s is not None
    assert clock.within_s is not None
    assert abs(clock.offset_s - ahead) <= clock.within_s < 10
    assert "Test TSA" in clock.compared_with


def test_whole_seconds_are_told_from_exact_ones(tmp_path: Path) -> None:
    with others.stamping(Root(tmp_path)) as server:
        clock = asked(server).clock
    assert clock.offset_s is not None
    assert clock.within_s is not None
    assert abs(clock.offset_s) <= clock.within_s
    assert clock.within_s >= 2.0


def test_an_authority_without_its_root_and_one_over_a_middle(tmp_path: Path) -> None:
    """What came with the stamp vouches for nothing by itself; what the reader named does."""
    with others.stamping(Root(tmp_path / "a")) as server:
        config = server.folder / "tsa.cnf"
        config.write_text(config.read_text().replace("certs = ", "# certs = "))
        alone = asked(server)
        assert alone.stamped.standing == "holds"
        assert len(alone.stamped.certificates) == 1
        assert asked(server, roots=()).stamped.standing == "holds"
    stranger = certificates.read(Root(tmp_path / "b", "TSA Root").pem, "-")
    later = checked(alone.response, DATA, stranger)
    assert later.standing == "holds"
    assert later.untrusted is not None


def test_another_root_is_refused_before_anything_is_kept(tsa: Stamping, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none of --tsa-trust"):
        asked(tsa, roots=certificates.read(Root(tmp_path).pem, "-"))


def test_bytes_other_than_those_stamped_do_not_fit(tsa: Stamping) -> None:
    answer = asked(tsa)
    found = checked(answer.response, DATA + b" ")
    assert found.standing == "fails"
    assert checked(answer.response, DATA, nonce=1).standing == "fails"
    assert checked(answer.response, DATA).standing == "holds"


def _other_query(tsa: Stamping, data: bytes, *words: str) -> Callable[[bytes], bytes]:
    """Answer with a stamp for another request."""

    def lie(_: bytes) -> bytes:
        place = tsa.folder / "other"
        place.write_bytes(data)
        query = ("-data", place, "-sha256", "-cert", *words, "-out", tsa.folder / "other.tsq")
        openssl("ts", "-query", *query)
        given = ("-queryfile", tsa.folder / "other.tsq", "-out", tsa.folder / "other.tsr")
        openssl("ts", "-reply", "-config", tsa.folder / "tsa.cnf", "-section", "t", *given)
        return (tsa.folder / "other.tsr").read_bytes()

    return lie


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("nonce", "nonce"),
        ("imprint", "other bytes"),
        ("nothing", "no time stamp"),
        ("page", "no time stamp"),
        ("huge", "over"),
        ("refused", "declined"),
        ("status", "HTTP status 500"),
        ("flipped", "does not fit|not that of the bytes"),
    ],
)
def test_an_authority_that_lies_is_refused(tsa: Stamping, kind: str, said: str) -> None:
    def flipped(answer: bytes) -> bytes:
        at = answer.rindex(b"Test TSA") + 60  # behind the names: in what the signature covers
        place = answer.rindex(b"\x04") if at < 0 else len(answer) - 10
        return answer[:place] + bytes([answer[place] ^ 1]) + answer[place + 1 :]

    lies: dict[str, Callable[[bytes], bytes]] = {
        "nonce": _other_query(tsa, DATA),
        "imprint": _other_query(tsa, b"other"),
        "nothing": lambda _: b"",
        "page": lambda _: b"<html>hello</html>",
        "huge": lambda _: b"0" * (2 << 20),
        "refused": lambda _: bytes.fromhex("30053003020102"),
        "status": lambda answer: answer,
        "flipped": flipped,
    }
    tsa.lie = lies[kind]
    tsa.status = 500 if kind == "status" else 200
    try:
        with pytest.raises(UsageError, match=said):
            asked(tsa)
    finally:
        tsa.lie, tsa.status = (lambda answer: answer), 200


def test_an_authority_that_is_down_slow_or_private_is_refused(
    tsa: Stamping, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="--allow-private"):
        asked(tsa, allow_private=False)
    with pytest.raises(UsageError, match="refused port 1"):
        stamp("http://127.0.0.1:1/", DATA, now=now, roots=(), allow_private=True)
    for url in ("ftp://a.example/", "nonsense", "http://[", "http://user:secret@127.0.0.1:1/"):
        with pytest.raises(UsageError) as caught:
            stamp(url, DATA, now=now, roots=(), allow_private=True)
        assert "secret" not in str(caught.value)
    monkeypatch.setattr(stamping, "TIMEOUT_S", 0.2)
    wait = threading.Event()
    tsa.lie = lambda answer: answer if wait.wait(2) else b""
    try:
        with pytest.raises(UsageError, match=r"0\.2 seconds"):
            asked(tsa)
    finally:
        wait.set()
        tsa.lie = lambda answer: answer


def test_hosts_are_named_without_their_secrets() -> None:
    assert host_of("https://user:secret@tsa.example:8443/x") == "tsa.example:8443"
    assert host_of("http://[") == "?"


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_altered_stamp_never_holds_with_another_time(
    tsa: Stamping, tmp_path: Path, data: st.DataObject
) -> None:
    place = tmp_path / "token"
    if not place.exists():
        place.write_bytes(asked(tsa).response)
    whole = place.read_bytes()
    roots = certificates.read(tsa.root.pem, "-")
    at = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    found = checked(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :], DATA, roots)
    if found.standing == "holds" and found.untrusted is None:
        assert found.at == checked(whole, DATA, roots).at
