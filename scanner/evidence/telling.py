"""What a seal says, in words for a person: who signed, when it was stamped, and what is not known.

A name in a certificate is whatever its maker wrote; it is called an identity only where it leads to
a certificate that the reader named.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from scanner.evidence.digests import shown
from scanner.evidence.seals import Seal, Signature, Stamp
from scanner.evidence.verifying import Verified
from scanner.model import Act, Deed, Words

DEEDS: dict[Deed, str] = {
    "collected": "采集",
    "judged": "判定",
    "reported": "出具报告",
    "decided": "人工认定",
    "sealed": "封存",
    "exported": "导出",
    "purged": "清除",
    "unmasked": "去遮蔽",
}
"""Acts in Chinese; in English they are their own names."""


def told(
    verified: Verified, acts: Sequence[Act], away: Sequence[Words] = (), *, left_out: int = 0
) -> list[Words]:
    """Tell what is known of a case of which nothing is wrong, a line each.

    `away` says what is not there on purpose; `left_out` counts the files of a copy's own list.
    """
    sm3 = "、SM3" if verified.sm3 else ""
    gone = bool(left_out) or any(act.removed for act in acts)
    zh, en = ("现有的", "that are here") if gone else ("全部", "")
    lines = [
        Words(
            f"{zh} {verified.files} 个文件与清单一致（SHA-256{sm3}）",
            f"all {verified.files} files {en + ' ' if en else ''}are as the list of digests says"
            f" (SHA-256{' and SM3' if verified.sm3 else ''})",
        ),
        *away,
        _signature(verified.seal.signature),
        _stamp(verified.seal.stamp),
        *_before(verified, gone=gone),
    ]
    lines.append(_custody(acts))
    return lines


def _custody(acts: Sequence[Act]) -> Words:
    if not acts:
        return Words("监管链：本案卷没有记录", "chain of custody: this case holds no log")
    last = acts[-1]
    names = [shown(each) for each in last.by]
    at = shown(last.at)
    return Words(
        f"监管链：{len(acts)} 项记录，前后相接；最后一项为{DEEDS[last.deed]}，{at}，"
        f"操作人{'、'.join(names) or '未注明'}",
        f"chain of custody: {len(acts)} acts, each chained to the one before; the last: "
        f"{last.deed} at {at} by {', '.join(names) or 'nobody named'}",
    )


def unverified(verified: Verified) -> list[Words]:
    """Tell of the signature and the stamp what could not be checked here."""
    signature, stamp = verified.seal.signature, verified.seal.stamp
    found = []
    if signature is not None and signature.standing == "unverified":
        found.append(_signature(signature))
    if stamp is not None and stamp.standing == "unverified":
        found.append(_stamp(stamp))
    return found


class _Result(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a verification, for programs."""

    schema: str = "mingjian/verified/1"
    whole: bool
    """Whether nothing is wrong."""
    wrong: tuple[dict[str, str], ...]
    files: int
    sm3: bool
    seal: Seal
    earlier: tuple[Seal, ...]
    acts: int
    last_act: Act | None
    left_out: tuple[str, ...]
    """Files that this copy leaves out, as its own list says: no seal is over that list."""
    removed: tuple[str, ...]
    """SHA-256 of evidence that was taken out for good, as the custody log says."""


def as_json(verified: Verified, acts: Sequence[Act], left_out: Sequence[str] = ()) -> bytes:
    """Give the same for programs."""
    result = _Result(
        whole=not verified.wrong,
        wrong=tuple(each._asdict() for each in verified.wrong),
        files=verified.files,
        sm3=verified.sm3,
        seal=verified.seal,
        earlier=verified.earlier,
        acts=len(acts),
        last_act=acts[-1] if acts else None,
        left_out=tuple(left_out),
        removed=tuple(sorted({one for act in acts for one in act.removed})),
    )
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def _signature(one: Signature | None) -> Words:
    if one is None:
        return Words(
            "签名：无。文件与清单一致，但清单由谁作出不得而知",
            "signature: none; the files fit the lists, and who made the lists is not known",
        )
    if one.standing == "unverified":
        return Words(
            f"签名：未能验证（{one.why.zh}）；不等于无效，须用支持该算法的程序核验",
            f"signature: could not be verified here ({one.why.en}); that is not the same as "
            "invalid: check it with a program that knows it",
        )
    digest = f"SHA-256 {one.sha256}"
    if one.trusted:
        return Words(
            f"签名：由 {one.subject} 签署，证书链通向您指定的证书（{digest}）",
            f"signature: by {one.subject}, whose certificate leads to one that you named "
            f"({digest})",
        )
    if one.self_made:
        return Words(
            f"签名：与清单相符，但证书为自制，不证明任何人的身份（证书 {digest}）",
            "signature: fits the list, but its certificate is self-made and identifies nobody "
            f"({digest})",
        )
    return Words(
        f"签名：与清单相符；证书自称 {one.subject}，未核验由谁签发（用 --trust 核验；{digest}）",
        f"signature: fits the list; its certificate says {one.subject}, and who issued it was not "
        f"checked (--trust checks it; {digest})",
    )


def _stamp(one: Stamp | None) -> Words:
    if one is None:
        return Words(
            "时间戳：本次封存无。时间均出自采集机器的本机时钟",
            "time stamp: none on this seal; times rest on the local clock of the machine used",
        )
    over_zh = "签名" if one.over == "signature" else "清单"
    if one.standing == "unverified":
        return Words(
            f"时间戳：未能验证（{one.why.zh}）；不等于无效，原样保存",
            f"time stamp: could not be verified here ({one.why.en}); that is not the same as "
            "invalid, and it is kept as it came",
        )
    if one.trusted:
        return Words(
            f"时间戳：{one.authority} 证明该{over_zh}在 {one.at} 之前已经存在",
            f"time stamp: {one.authority} vouches that the {one.over} existed at {one.at}",
        )
    return Words(
        f"时间戳：盖在{over_zh}上，称 {one.at}；证书自称 {one.authority}，未核验由谁签发"
        "（用 --tsa-trust 核验）",
        f"time stamp: over the {one.over}, says {one.at}; its certificate says {one.authority}, "
        "and who issued it was not checked (--tsa-trust checks it)",
    )


def _before(verified: Verified, *, gone: bool) -> list[Words]:
    """Tell of superseded seals, the last that was signed first of all."""
    if not verified.earlier:
        return []
    count = len(verified.earlier)
    but = Words("，有意除去的除外", ", but for what is away on purpose") if gone else Words("", "")
    lines = [
        Words(
            f"此前的封签：{count} 个，证据与各次封存时一致{but.zh}",
            f"earlier seals: {count}; the evidence is as each of them lists it{but.en}",
        )
    ]
    signed = [seal for seal in verified.earlier if seal.signature is not None]
    if verified.seal.signature is None and signed:
        last: Seal = signed[-1]
        said = _signature(last.signature)
        lines.append(
            Words(
                f"其后案卷有新的记录而未再签名，现有报告及其后的记录均不在该签名之内；"
                f"最近一次签名见 {last.folder}。{said.zh}",
                f"the case was added to since, unsigned: that signature is not over the reports "
                f"and records as they are now; the last signed seal is {last.folder}. {said.en}",
            )
        )
    stamped = [seal for seal in verified.earlier if seal.stamp is not None]
    if verified.seal.stamp is None and stamped:
        dated: Seal = stamped[-1]
        said = _stamp(dated.stamp)
        lines.append(
            Words(
                f"最近一次时间戳见 {dated.folder}，不及于其后的记录。{said.zh}",
                f"the last seal that was stamped is {dated.folder}, and its stamp is not over what "
                f"came after. {said.en}",
            )
        )
    return lines
