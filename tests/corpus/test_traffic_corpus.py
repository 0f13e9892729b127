from __future__ import annotations

import json
from pathlib import Path

import pytest
from mitmproxy.exceptions import FlowReadException
from mitmproxy.http import HTTPFlow
from mitmproxy.io import FlowReader

from scanner.exchange import Exchange
from scanner.recordings.har import read_har
from tests.collect.traffic.hars import entry, log, shared
from tests.corpus import compare_traffic
from tests.corpus.compare_traffic import compare


def folders() -> list[Path]:
    return [shared() / "corpus" / name for name in ("har", "mitm")]


def test_each_file_gives_as_many_exchanges_as_a_plain_count(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = compare_traffic.main([str(one) for one in folders()])
    assert code == 0, capsys.readouterr().out


def test_only_what_no_reader_reads_is_refused() -> None:
    compared = [compare(path) for folder in folders() for path in sorted(folder.iterdir())]
    assert {one.name: one.reasons for one in compared if one.reasons} == {
        "corrupted_har_brokenfile.har": ["no HAR file: the text is no JSON from byte 22 on"],
        "har_extractor.har": ["no HAR file: it has no list log.entries"],
    }
    assert sum(one.exchanges for one in compared) == sum(len(one.plain.urls) for one in compared)


def test_mitmproxy_reads_the_same_out_of_har_files() -> None:
    """mitmproxy has a reader of its own; what it cannot read at all is no measure."""
    compared = 0
    for path in [one for folder in folders() for one in sorted(folder.glob("*.har"))]:
        with path.open("rb") as stream:
            try:
                flows = [one for one in FlowReader(stream).stream() if isinstance(one, HTTPFlow)]
            except FlowReadException:
                continue
        for one, flow in zip(read_har(path), flows, strict=True):
            assert isinstance(one, Exchange)
            assert one.status == (flow.response.status_code if flow.response else one.status)
            if one.method != "WS":
                assert one.method == flow.request.method
            body = flow.request.get_content(strict=False) or b""
            assert (one.request_body or b"") == body, (path.name, one.at)
            compared += 1
    assert compared > 200


def test_each_exchange_of_har_files_can_be_cut_out_at_its_place() -> None:
    for path in [one for folder in folders() for one in sorted(folder.glob("*.har"))]:
        data = path.read_bytes()
        if compare(path).reasons:
            continue
        for one in read_har(path):
            cut = data[int(one.at.split(", byte ")[1]) :].decode("utf-8")
            said, _ = json.JSONDecoder().raw_decode(cut)
            assert isinstance(one, Exchange)
            assert one.url == said["request"]["url"]


def test_a_folder_without_recordings_is_no_success(tmp_path: Path) -> None:
    assert compare_traffic.main([str(tmp_path)]) == 1


@pytest.mark.parametrize(
    ("text", "read", "differences"),
    [
        (json.dumps(log([entry("https://a.test/")])), 1, []),
        (json.dumps(log([entry("https://a.test/")]))[:-3], 1, []),
        ('{"log":{"entries":[7]}}', 0, []),
        ("{}", 0, []),
        ('{"log":{"entries":[{"request":{"url":"a"}}],"entries":[]}}', 1, [
            "1 exchanges for 0 requests"]),
    ],
)  # fmt: skip
def test_what_differs_is_told(tmp_path: Path, text: str, read: int, differences: list[str]) -> None:
    path = tmp_path / "a.har"
    path.write_text(text)
    compared = compare(path)
    assert compared.exchanges == read
    assert compared.differences == differences
