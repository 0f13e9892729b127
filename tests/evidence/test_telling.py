"""The words for a seal: no name becomes an identity, and no doubt becomes a pass."""

from __future__ import annotations

import json
from typing import get_args

import msgspec

from scanner.evidence.seals import Discrepancy, Seal, Signature, Stamp
from scanner.evidence.telling import DEEDS, as_json, told, unverified
from scanner.evidence.verifying import Verified
from scanner.model import Act, Deed, Tool, Words

NONE = Words("", "")
SIGNATURE = Signature(
    standing="holds",
    why=NONE,
    subject="Common Name: Zhang San",
    sha256="c" * 64,
    self_made=False,
    trusted=None,
)
STAMP = Stamp(
    standing="holds",
    why=NONE,
    over="signature",
    at="2026-11-23T10:00:00+00:00",
    within_s=1.0,
    authority="Common Name: TSA",
    sha256="d" * 64,
    trusted=None,
)
ACT = Act(
    deed="decided",
    at="2026-11-23T10:00:00+08:00",
    by=("王\x1b[31m五",),
    tool=Tool(name="mingjian", version="1"),
)


def seal(signature: Signature | None, stamp: Stamp | None, folder: str = "") -> Seal:
    return Seal(folder=folder, manifest="a" * 64, signature=signature, stamp=stamp)


def lines(
    signature: Signature | None = None,
    stamp: Stamp | None = None,
    *earlier: Seal,
    acts: tuple[Act, ...] = (ACT,),
) -> tuple[str, str]:
    found = told(Verified((), 7, False, seal(signature, stamp), earlier), acts)
    return "\n".join(each.zh for each in found), "\n".join(each.en for each in found)


def test_without_a_signature_nobody_is_named_and_the_clock_is_local() -> None:
    zh, en = lines()
    assert "签名：无" in zh
    assert "signature: none" in en
    assert "本机时钟" in zh
    assert "local clock" in en


def test_a_name_is_an_identity_only_where_the_reader_named_a_root() -> None:
    for changed, word in (
        ({}, "was not checked"),
        ({"self_made": True}, "identifies nobody"),
        ({"standing": "unverified", "why": Words("不明", "SM2")}, "could not be verified"),
        ({"trusted": False}, "was not checked"),
    ):
        zh, en = lines(msgspec.structs.replace(SIGNATURE, **changed))
        assert word in en
        assert "signature: by" not in en
        assert "由 Common Name" not in zh
    zh, en = lines(msgspec.structs.replace(SIGNATURE, trusted=True))
    assert "signature: by Common Name: Zhang San" in en
    assert "由 Common Name: Zhang San 签署" in zh


def test_a_time_is_vouched_for_only_where_the_reader_named_a_root() -> None:
    zh, en = lines(SIGNATURE, STAMP)
    assert "says 2026-11-23T10:00:00+00:00" in en
    assert "未核验" in zh
    zh, en = lines(SIGNATURE, msgspec.structs.replace(STAMP, trusted=True, over="manifest"))
    assert "vouches that the manifest existed at" in en
    assert "清单" in zh
    zh, en = lines(None, msgspec.structs.replace(STAMP, standing="unverified"))
    assert "could not be verified" in en
    assert "未能验证" in zh


def test_what_could_not_be_verified_is_said_by_itself() -> None:
    doubtful = msgspec.structs.replace(SIGNATURE, standing="unverified")
    stamped = msgspec.structs.replace(STAMP, standing="unverified")
    assert unverified(Verified((), 1, False, seal(SIGNATURE, STAMP), ())) == []
    assert len(unverified(Verified((), 1, False, seal(doubtful, stamped), ()))) == 2


def test_the_last_signed_seal_is_named_where_the_top_is_unsigned() -> None:
    earlier = seal(SIGNATURE, None, "seals/0001"), seal(None, STAMP, "seals/0002")
    zh, en = lines(None, None, *earlier)
    assert "seals/0001" in zh
    assert "seals/0001" in en
    assert "seals/0001" not in lines(SIGNATURE, None, *earlier)[1]


def test_an_earlier_stamp_is_told_and_covers_nothing_that_came_later() -> None:
    _, en = lines(None, None, seal(SIGNATURE, STAMP, "seals/0001"))
    assert "the last seal that was stamped is seals/0001, and its stamp is not over what" in en
    assert "says 2026-11-23T10:00:00+00:00" in en
    assert "stamped is" not in lines(SIGNATURE, STAMP, seal(SIGNATURE, STAMP, "seals/0001"))[1]


def test_what_is_away_is_told_and_no_list_is_called_whole() -> None:
    away = Words("副本", "a copy")
    found = told(Verified((), 7, False, seal(None, None), ()), (ACT,), (away,), left_out=2)
    assert found[1] == away
    assert "全部" not in found[0].zh
    assert "that are here" in found[0].en


def test_the_chain_of_custody_is_told_without_what_a_terminal_obeys() -> None:
    zh, en = lines()
    assert "人工认定" in zh
    assert "1 acts" in en
    assert "\x1b" not in zh + en
    assert "没有记录" in lines(acts=())[0]
    assert set(DEEDS) == set(get_args(Deed))


def test_programs_get_the_same() -> None:
    wrong = (Discrepancy("a", "altered", "why"),)
    data = json.loads(as_json(Verified(wrong, 7, True, seal(SIGNATURE, STAMP), ()), (ACT,)))
    assert data["whole"] is False
    assert data["wrong"] == [{"path": "a", "what": "altered", "why": "why"}]
    assert data["seal"]["signature"]["standing"] == "holds"
    assert data["acts"] == 1
    assert data["last_act"]["deed"] == "decided"
    assert data["schema"] == "mingjian/verified/1"
