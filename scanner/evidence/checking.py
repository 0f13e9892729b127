"""The page in a case that tells how to check it with sha256sum and openssl alone."""

from __future__ import annotations

import textwrap
from typing import NamedTuple, Protocol

from scanner.evidence.lists import MANIFEST, SEAL, SM3_MANIFEST
from scanner.evidence.signing import Kind

CHECKING = "CHECKING.txt"
SIGNATURE = "manifest-sha256.txt.p7s"
"""Detached CMS signature of the manifest (DER)."""
SIGNER = "signer.pem"
"""The signer's certificate, then those that came with it."""
TOKEN = "manifest-sha256.txt.tsr"  # noqa: S105 - a name of a file
"""The time-stamping authority's answer as it came: over the signature, else over the manifest."""
AUTHORITY = "tsa.pem"
"""The authority's certificate, then those that came with its stamp."""
EARLIER = "seals"
"""Folder of the seals that a later act superseded."""


class Planned(NamedTuple):
    """What a seal will consist of, known before it is made."""

    signed: Kind | None = None
    stamped: bool = False
    earlier: bool = False
    """Whether the case holds seals that were superseded."""


class _Say(Protocol):
    def __call__(self, zh: str, en: str) -> str: ...


_LISTS = f"sha256sum --check --strict --quiet {SEAL}\nsha256sum --check --strict --quiet {MANIFEST}"
_SM3 = (
    "( bad=0; while IFS= read -r line; do\n"
    '    test "$(openssl dgst -sm3 -r < "${line#*  }")" = "${line%%  *} *stdin" ||\n'
    '      { echo "${line#*  }: FAILED"; bad=1; }\n'
    f"  done < {SM3_MANIFEST}; exit $bad )"
)
_ADDED = (
    f"( bad=0; known='|{SEAL}|'; for list in {SEAL} {MANIFEST}; do\n"
    '    while IFS= read -r line; do known="$known${line#*  }|"; done < $list; done\n'
    "  for each in * .[!.]* */* */.[!.]* */*/* */*/.[!.]*; do\n"
    '    test -e "$each" || test -L "$each" || continue\n'
    '    case "$each" in */*/*) ;; *) test ! -L "$each" && test -d "$each" && continue;; esac\n'
    '    case "$known" in *"|$each|"*) ;; *) echo "$each: WARNING: not listed"; bad=1;; esac\n'
    "  done; exit $bad )"
)
_SIGNED = (
    f"openssl cms -verify -binary -inform DER -in {SIGNATURE} -content {MANIFEST} \\\n"
    f"  -certfile {SIGNER} -noverify -out /dev/null\n"
    f"openssl x509 -in {SIGNER} -noout -subject -issuer -dates -fingerprint -sha256 -nameopt utf8"
)
_ROOTED = (
    f"test ! -f ../ROOT.pem ||\n"
    f"  openssl cms -verify -binary -inform DER -in {SIGNATURE} -content {MANIFEST} \\\n"
    f"  -certfile {SIGNER} -CAfile ../ROOT.pem -purpose any -out /dev/null"
)
_STAMPED_OVER = (
    "openssl ts -verify -data {over} -in "
    f"{TOKEN} \\\n  -CAfile {AUTHORITY} -partial_chain -untrusted {AUTHORITY}\n"
    f"openssl ts -reply -in {TOKEN} -text"
)
_EARLIER = (
    f'( for each in {EARLIER}/*/; do ( cd "$each" && echo "$each" &&\n'
    f"    sha256sum --check --strict --quiet {SEAL} &&\n"
    f"    if test -f {SIGNATURE}; then\n"
    f"      openssl cms -verify -binary -inform DER -in {SIGNATURE} -content {MANIFEST} \\\n"
    f"        -certfile {SIGNER} -noverify -out /dev/null; fi ) || exit 1; done )"
)


def page(planned: Planned) -> bytes:
    """Write the page for a case that will be sealed so: Chinese first, then English."""
    halves = [_told(planned, chinese=True), _told(planned, chinese=False)]
    return ("\n\n" + "-" * 72 + "\n\n").join(halves).encode() + b"\n"


def _told(planned: Planned, *, chinese: bool) -> str:
    def t(zh: str, en: str) -> str:
        return zh if chinese else en

    parts = [
        t(
            "如何核验本案卷（不需要明鉴，只需 sha256sum 与 openssl 3）",
            "How to check this case (without Mingjian: sha256sum and openssl 3 alone)",
        ),
        t(
            "在本文件所在的文件夹内打开终端，逐段粘贴下列命令。sha256sum 没有任何输出即为相符；\n"
            "openssl 显示 successful 或 OK 即为相符。出现 FAILED、WARNING 或 error 即为不符。",
            "Open a terminal in the folder of this file and paste the commands, block by block.\n"
            "All fits where sha256sum prints nothing and openssl prints “successful” or “OK”.\n"
            "FAILED, WARNING or error means that something does not.",
        ),
    ]
    steps = _steps(planned, t)
    for number, (words, command) in enumerate(steps, 1):
        shown = "" if command is None else "\n\n" + textwrap.indent(command, "    ")
        parts.append(f"{number}. {words}{shown}")
    return "\n\n".join(parts)


def _steps(planned: Planned, t: _Say) -> list[tuple[str, str | None]]:
    steps: list[tuple[str, str | None]] = [
        (
            t(
                "核对每个文件的 SHA-256。先核对清单本身，再核对清单所列的文件：",
                "Check the SHA-256 of every file: first of the lists, then of the files they name:",
            ),
            _LISTS,
        ),
        (
            t(
                f"两份清单（{SEAL}、{MANIFEST}）都未列出的文件不属于本案卷；{SEAL} 本身除外。\n"
                "流转副本（附有 left-out.txt）：该文件所列者系有意未附，上下各步将逐一报为缺失，\n"
                "仅此不为不符；left-out.txt、copy-sha256.txt、report-masked.html 是副本自加的，\n"
                "不在封签之内，须与原案卷核对。查找清单以外的文件：",
                f"A file that neither {SEAL} nor {MANIFEST} names is no part of this case;\n"
                f"{SEAL} itself excepted. A copy for circulation (it holds left-out.txt) lacks\n"
                "what that file lists: every step here names these as missing, which alone is no\n"
                "fault. left-out.txt, copy-sha256.txt and report-masked.html are the copy's own:\n"
                "no seal is over them, and only the original bears them out. To find what is not\n"
                "listed:",
            ),
            _ADDED,
        ),
        (
            t(
                "核对每个文件的 SM3（国密，GB/T 32905）：",
                "Check the SM3 of every file (GB/T 32905):",
            ),
            _SM3,
        ),
        _about_signature(planned, t),
        _about_time(planned, t),
    ]
    if planned.signed in ("key", "command"):
        steps.insert(
            4,
            (
                t(
                    "核验签名者的证书是否由您信任的机构签发：向该机构取得其根证书，\n"
                    "以 ROOT.pem 为名存放在本文件夹的上一级，再执行\n"
                    "（没有该文件时，此命令不作任何核验）：",
                    "To check that somebody you trust issued the signer's certificate, get the\n"
                    "root certificate from them, save it as ROOT.pem beside (not in) this folder,\n"
                    "and run (without that file the command checks nothing):",
                ),
                _ROOTED,
            ),
        )
    if planned.earlier:
        steps.append(
            (
                t(
                    f"此前的封签保存在 {EARLIER}/ 之下，每次一个文件夹。核验各次的清单与签名：",
                    f"Earlier seals stand under {EARLIER}/, a folder each. Check their lists and "
                    "signatures:",
                ),
                _EARLIER,
            )
        )
    return steps


def _about_signature(planned: Planned, t: _Say) -> tuple[str, str | None]:
    if planned.signed is None:
        return (
            t(
                "本次封存没有数字签名：上述核对只能说明各文件与清单一致，\n"
                "不能说明清单由谁、在何时作出。请与另行保存的清单摘要对照。",
                "This seal bears no signature: the checks above show that the files fit the\n"
                "lists, not who made the lists, or when. Hold them against a digest that was kept\n"
                "elsewhere.",
            ),
            None,
        )
    if planned.signed == "self-made":
        words = t(
            "核对清单的数字签名。签名所用的密钥由程序当场自制、用后即弃，\n"
            "其证书不证明任何人的身份，只能说明清单在签名之后未被改动：",
            "Check the signature over the list. Its key was made for this one seal and thrown\n"
            "away; the certificate identifies nobody, and shows only that the list was not\n"
            "altered after it was signed:",
        )
    else:
        words = t(
            "核对清单的数字签名，并显示签名者的证书。此命令只核对签名与清单、证书相符；\n"
            "使用国密 SM2 的签名须以支持国密的程序核验：",
            "Check the signature over the list, and print the signer's certificate. This checks\n"
            "that signature, list and certificate fit; a signature by SM2 needs a program that\n"
            "knows it:",
        )
    return words, _SIGNED


def _about_time(planned: Planned, t: _Say) -> tuple[str, str | None]:
    if not planned.stamped:
        return (
            t(
                "本次封存没有可信时间戳：案卷中的时间均出自采集所用机器的本机时钟。",
                "This seal bears no time stamp: every time in this case rests on the local clock\n"
                "of the machine that wrote it.",
            ),
            None,
        )
    over = MANIFEST if planned.signed is None else SIGNATURE
    return (
        t(
            f"核对可信时间戳（RFC 3161），所盖的是 {over}；\n"
            "第二条命令显示时间。要确认时间戳机构的身份，请以该机构公布的根证书\n"
            f"代替命令中 -CAfile 后的 {AUTHORITY}：",
            f"Check the time stamp (RFC 3161), which is over {over};\n"
            "the second command prints the time. To be sure whose it is, put the root certificate\n"
            f"that the authority publishes in place of {AUTHORITY} behind -CAfile:",
        ),
        _STAMPED_OVER.format(over=over),
    )
