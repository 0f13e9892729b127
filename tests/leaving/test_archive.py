"""WARC 1.1 from recordings, read back by warcio, whose writer it is, and by hand."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import io
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.case import read_facts
from scanner.casework import standing
from scanner.leaving.archive import Counted, write_warc
from scanner.leaving.holdings import Holding, holdings
from scanner.model import Evidence
from tests.leaving.holding import entry, full_case, har, site_case

OBSERVED = "2026-11-22T10:00:00+00:00"


def archived(path: Path, *, picture: bytes = b"") -> tuple[bytes, Counted]:
    """Write the archive of a recording that stands alone."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    kept = Evidence(sha256=sha256, name="x.har", media_type="application/har+json", size=1)
    found = [Holding(kept, "traffic")]
    places = {sha256: path}
    if picture:
        shot = hashlib.sha256(picture).hexdigest()
        places[shot] = path.parent / "shot"
        places[shot].write_bytes(picture)
        entry_ = Evidence(sha256=shot, name="shot", media_type="image/jpeg", size=len(picture))
        found.append(Holding(entry_, "picture"))
    out = io.BytesIO()
    counted = write_warc(
        out, places.__getitem__, found, observed_at=OBSERVED, about={"software": "t"}
    )
    return out.getvalue(), counted


def records(data: bytes) -> list[dict[str, Any]]:
    from warcio.archiveiterator import ArchiveIterator

    found = []
    for one in ArchiveIterator(io.BytesIO(data)):
        http = one.http_headers
        found.append(
            {
                "type": one.rec_type,
                "warc": dict(one.rec_headers.headers),
                "line": None if http is None else f"{http.protocol} {http.statusline}",
                "http": [] if http is None else list(http.headers),
                "body": one.raw_stream.read(),
            }
        )
    return found


def of(data: bytes, kind: str) -> list[dict[str, Any]]:
    return [one for one in records(data) if one["type"] == kind]


def passes_check(path: Path) -> bool:
    """Ask warcio's own checker of digests."""
    from warcio.checker import Checker

    checker = Checker(Namespace(inputs=[str(path)], verbose=False))
    return bool(checker.process_all() == 0)


def test_an_answer_stands_with_every_byte_and_honest_headers(tmp_path: Path) -> None:
    body = b"<title>\xe4\xbd\xa0\xe5\xa5\xbd</title>" * 50
    headers = [
        {"name": "Content-Type", "value": "text/html; charset=utf-8"},
        {"name": "Content-Encoding", "value": "br"},
        {"name": "Content-Length", "value": "77"},
        {"name": "Transfer-Encoding", "value": "chunked"},
        {"name": "Set-Cookie", "value": "a=1"},
        {"name": "Set-Cookie", "value": "b=2"},
    ]
    one = entry("https://site.example/a?b=1#c", body, response={"headers": headers})
    data, counted = archived(har(tmp_path, one))
    (answer,) = of(data, "response")
    assert answer["body"] == body
    assert answer["line"] == "HTTP/1.1 200 OK"
    assert answer["http"] == [
        ("Content-Type", "text/html; charset=utf-8"),
        ("X-Archive-Orig-Content-Encoding", "br"),
        ("X-Archive-Orig-Content-Length", "77"),
        ("X-Archive-Orig-Transfer-Encoding", "chunked"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Content-Length", str(len(body))),
    ]
    warc = answer["warc"]
    assert warc["WARC-Target-URI"] == "https://site.example/a?b=1"
    assert warc["WARC-Date"] == "2026-10-01T02:00:00.250000Z"
    assert warc["WARC-IP-Address"] == "203.0.113.7"
    assert "WARC-Truncated" not in warc
    (listed,) = counted.answers
    assert listed.digest == warc["WARC-Payload-Digest"]
    at = io.BytesIO(data[listed.offset : listed.offset + listed.length])
    assert gzip.decompress(at.getvalue()).startswith(b"WARC/1.1\r\n")
    (asked,) = of(data, "request")
    assert asked["line"] == "GET /a?b=1 HTTP/1.1"
    assert asked["http"][0] == ("Host", "site.example")
    assert asked["warc"]["WARC-Concurrent-To"] == warc["WARC-Record-ID"]


def test_a_payload_digest_is_that_of_the_body(tmp_path: Path) -> None:
    import base64

    data, _ = archived(har(tmp_path, entry("https://site.example/", b"x" * 9)))
    (answer,) = of(data, "response")
    want = base64.b32encode(hashlib.sha256(b"x" * 9).digest()).decode()
    assert answer["warc"]["WARC-Payload-Digest"] == f"sha256:{want}"


def test_a_body_that_was_not_kept_is_said_to_be_missing_and_never_made_up(tmp_path: Path) -> None:
    data, counted = archived(
        har(tmp_path, entry("https://site.example/film", None, mime="video/mp4"))
    )
    (answer,) = of(data, "response")
    assert answer["body"] == b""
    assert answer["warc"]["WARC-Truncated"] == "unspecified"
    (said,) = of(data, "metadata")
    assert b"its body was not kept" in said["body"]
    assert counted.without_body == 1
    assert not counted.answers[0].page


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"response": {"status": 304}}, False),
        ({"request": {"method": "HEAD"}}, False),
        ({"response": {"status": 302}}, True),
    ],
)
def test_an_answer_that_has_no_body_by_its_nature_lacks_none(
    tmp_path: Path, changes: dict[str, Any], missing: bool
) -> None:
    data, counted = archived(har(tmp_path, entry("https://site.example/", None, **changes)))
    (answer,) = of(data, "response")
    assert ("WARC-Truncated" in answer["warc"]) is missing
    assert counted.without_body == int(missing)


def test_a_request_without_an_answer_has_none_here(tmp_path: Path) -> None:
    one = entry("https://site.example/", None, response={"status": 0}, _error="net::ERR_REFUSED")
    data, counted = archived(har(tmp_path, one))
    assert not of(data, "response")
    assert len(of(data, "request")) == counted.unanswered == 1
    assert b"none recorded: net::ERR_REFUSED" in of(data, "metadata")[0]["body"]


def test_what_was_sent_stands_in_the_request(tmp_path: Path) -> None:
    sent = {"method": "POST", "bodySize": 5, "postData": {"mimeType": "x/y", "text": "a=b&c"}}
    data, _ = archived(har(tmp_path, entry("https://site.example/f", b"ok", request=sent)))
    (asked,) = of(data, "request")
    assert asked["line"] == "POST /f HTTP/1.1"
    assert asked["body"] == b"a=b&c"
    assert ("Content-Length", "5") in asked["http"]


def test_pictures_stand_beside_the_traffic(tmp_path: Path) -> None:
    data, _ = archived(har(tmp_path, entry("https://site.example/", b"x")), picture=b"\xff\xd8jpeg")
    (shot,) = of(data, "resource")
    assert shot["body"] == b"\xff\xd8jpeg"
    assert shot["warc"]["Content-Type"] == "image/jpeg"
    digest = hashlib.sha256(b"\xff\xd8jpeg").hexdigest()
    assert shot["warc"]["WARC-Target-URI"] == f"urn:sha256:{digest}"


HOSTILE = st.text(max_size=40) | st.sampled_from(
    ["a\r\nContent-Length: 0\r\n\r\nWARC/1.1", "x\x00y", "\u202egnp", "é" * 30, " ", "\r\n\r\n"]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(HOSTILE, HOSTILE), max_size=6),
    HOSTILE,
    st.binary(max_size=200),
    st.integers(0, 999),
)
def test_no_input_breaks_out_of_its_record(
    tmp_path_factory: pytest.TempPathFactory,
    headers: list[tuple[str, str]],
    path: str,
    body: bytes,
    status: int,
) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    listed = [{"name": name, "value": value} for name, value in headers]
    one = entry(
        f"https://site.example/{path}",
        body,
        response={"headers": listed, "status": status},
        request={"headers": listed},
        _error=path,
        serverIPAddress=path,
    )
    after = entry("https://site.example/after", b"after")
    place = folder / "a.warc.gz"
    data, counted = archived(har(folder, one, after))
    place.write_bytes(data)
    assert passes_check(place)
    answers = of(data, "response")
    assert answers[-1]["body"] == b"after"
    assert len(answers) == len(counted.answers) == 1 + (status != 0)
    if status:
        assert answers[0]["body"] == body
    assert len(of(data, "request")) == 2
    assert all("\n" not in value for one in answers for _, value in one["http"])


def test_moments_that_nobody_recorded_are_those_of_the_case_and_said_to_be(tmp_path: Path) -> None:
    data, _ = archived(har(tmp_path, entry("https://site.example/", b"x", startedDateTime="soon")))
    (answer,) = of(data, "response")
    when = datetime.datetime.fromisoformat(OBSERVED)
    assert answer["warc"]["WARC-Date"] == f"{when:%Y-%m-%dT%H:%M:%S}.000000Z"
    assert b"time: not recorded" in of(data, "metadata")[0]["body"]


def test_what_is_not_of_the_web_is_counted_and_left(tmp_path: Path) -> None:
    _, counted = archived(
        har(tmp_path, entry("data:text/plain,x", b"x"), entry("https://site.example/", b"x"))
    )
    assert counted.requests == 1
    assert counted.left == ("1 x addresses that are not of the web",)


def test_an_app_s_traffic_becomes_an_archive_too_the_same_each_time(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    stored = read_facts(case)
    made: list[bytes] = []
    place: Callable[[str], Path] = lambda sha256: case / "evidence" / sha256  # noqa: E731
    for _ in range(2):
        out = io.BytesIO()
        found = holdings(stored.header, stored.facts)
        counted = write_warc(out, place, found, observed_at=OBSERVED, about={"software": "t"})
        made.append(out.getvalue())
    assert made[0] == made[1]
    assert counted.requests == len(of(made[0], "request")) > 0
    (tmp_path / "a.warc.gz").write_bytes(made[0])
    assert passes_check(tmp_path / "a.warc.gz")


def test_a_site_s_case_becomes_an_archive(tmp_path: Path) -> None:
    from tests.leaving.test_exporting import export

    case = site_case(tmp_path, entry("https://site.example/", b"<p>hello</p>"))
    done = export(case, tmp_path / "a.warc.gz", "warc", complete=True)
    assert done.files == 1
    assert passes_check(tmp_path / "a.warc.gz")
    standing.check(case)
