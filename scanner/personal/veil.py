"""Personal values taken out of what a case repeats: of the test identity, and of anybody else.

What the auditor put there to be found is known; whose value it is else is not, so whatever has the
form of a person's value goes, whosoever it is. Two things stay. What a company publishes of itself
stays: a mailbox that is not a person's, and what stands in a privacy policy, an offer of rights or
a filing, where the law wants the operator to say how it is reached (PIPL, article 17(1)); a reader
must be able to check it, and it is nobody's secret. And what a program or a network is named by
stays: versions, digests, addresses of servers.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from scanner.facts import Fact, kind_of
from scanner.model import CaseSource, Evidence, Unseen
from scanner.personal.hidden import Hidden, fact_without, unseen_without
from scanner.personal.mailboxes import is_of_a_company, is_of_a_machine
from scanner.personal.masking import masked
from scanner.personal.patterns import find, may_tell

OF_A_PERSON = frozenset(
    {
        *("phone", "id_card", "email", "bank_card", "passport", "plate", "name", "address"),
        *("imei", "meid", "imsi", "iccid", "mac"),
    }
)
"""Kinds of value whose form alone tells that somebody is meant."""
BY_FORM_ALONE = frozenset({"phone", "id_card"})
"""Of these also what may be one: to hide too much costs a reader less than to show a value."""
OF_THE_IDENTITY = OF_A_PERSON | frozenset(
    {
        *("serial", "android_id", "oaid", "aaid", "bssid", "account", "birth_date", "password"),
        *("location_precise", "clipboard", "typed_text", "device_ids"),
    }
)
"""Kinds of which a known value is hidden in every fact: a model or a carrier is many people's."""
PUBLISHED = ("policy.", "rights.offered", "filing.shown", "app.signer", "store.listing")
"""Kinds of fact that repeat what the operator publishes of itself."""
NAMES_OF_THINGS = frozenset(
    {
        *("sha256", "app_sha256", "schemes", "phase_span", "credit_code", "ip", "answers"),
        *("package", "version", "version_name", "version_before", "country", "derived_from"),
        *("permission", "permissions", "region", "tls", "build"),
    }
)
"""Fields in which no person's value stands, though numbers do."""
_NUMBER = re.compile(r"(?<![0-9A-Za-z*])(?:1[3-9]\d{9}|\d{15,19}[Xx]?)(?![0-9A-Za-z*])")
"""Such numbers by their length alone, as they stand in names of hosts and of fields."""
_MAY_BE_ONE = re.compile(r"\d{11}|\d[ -]\d{4}[ -]\d{4}")
_MAIL = re.compile(
    r"(?<![A-Za-z0-9*.])([A-Za-z0-9][A-Za-z0-9._+-]{0,63})(?:@|%40)"
    r"((?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24})(?![A-Za-z0-9])"
)
STARS = "**"
"""What stands in a value that is masked already."""
F = TypeVar("F", bound=Fact)
T = TypeVar("T", Evidence, CaseSource)


class Veil:
    """Takes the values of a known person, and whatever has the form of a person's, out of texts."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        """Take the known values by kind of data."""
        self._known = Hidden({kind: v for kind, v in values.items() if kind in OF_THE_IDENTITY})

    def known(self, text: str) -> str:
        """Give a text without the known values."""
        return self._known.text(text)

    def text(self, text: str) -> str:
        """Give a text without them."""
        return formed(self._known.text(text))

    def fact(self, fact: F) -> F:
        """Give a fact whose texts hold none; what its operator published holds no known value."""
        published = kind_of(fact).startswith(PUBLISHED)
        hide = self._known.text if published else self.text
        return fact_without(fact, hide, NAMES_OF_THINGS)

    def unseen(self, one: Unseen) -> Unseen:
        """Give an Unseen whose reason and scope hold none."""
        return unseen_without(one, self.text)

    def named(self, things: Iterable[T]) -> tuple[T, ...]:
        """Give things that bear a name, the name without them."""
        return tuple(msgspec.structs.replace(one, name=self.text(one.name)) for one in things)


@functools.lru_cache(maxsize=8192)
def formed(text: str) -> str:
    """Give a text in which whatever has the form of a person's value is masked."""
    if not (_MAY_BE_ONE.search(text) or may_tell(text)):
        return text
    kept, at = [], 0
    for one in find(text):
        told = one.sure or one.data_type in BY_FORM_ALONE
        if one.data_type in OF_A_PERSON and told and STARS not in one.value:
            kept += [text[at : one.start], masked(one.data_type, one.value)]
            at = one.end
    shown = "".join([*kept, text[at:]])
    return _MAIL.sub(_mailbox, _NUMBER.sub(_number, shown))


def _mailbox(found: re.Match[str]) -> str:
    """Mask a person's mailbox in an address, where it may also be written with %40."""
    mailbox = f"{found[1]}@{found[2]}"
    if is_of_a_company(mailbox) or is_of_a_machine(mailbox):
        return found[0]
    return masked("email", mailbox)


def _number(found: re.Match[str]) -> str:
    """Mask a number that can be a telephone's, a person's, a device's or a card's."""
    kind = {11: "phone", 15: "imei", 18: "id_card"}.get(len(found[0]), "bank_card")
    return masked(kind, found[0])
