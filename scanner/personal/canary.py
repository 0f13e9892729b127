"""The made-up person whose values are typed into forms, to see what leaves before a submit."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CANARY: Mapping[str, str] = MappingProxyType(
    {
        "phone": "14407316952",
        "id_card": "11010519030729000X",
        "name": "阚澹昭",
        "email": "kan.danzhao.7k2q9@example.com",
        "address": "北京市朝阳区鸢尾不存在路7316号9幢2952室",
        "bank_card": "6222029999973160959",
        "passport": "E79316952",
        "plate": "京A7K9Q2",
        "account": "kdz_7k2q9_mj",
        "password": "Mj!7k2q9-Kdz31",
        "birth_date": "1903-07-29",
        "wechat": "wxkdz7k2q9mj",
        "qq": "73169520731",
        "typed_text": "鸢尾澹昭7k2q9",
    }
)
"""One value per kind of data that a form may ask for; each belongs to nobody.

The keys are ids of rules/lists/data-types.yaml; wechat and qq are accounts (see CANARY_TYPES).
phone: segment 144, which is used for 13-digit numbers of machines only, so that no telephone has
an 11-digit number in it (general knowledge; no register was asked). id_card: sequence number 000,
which is never issued, with a valid check digit. email: example.com, reserved by RFC 2606.
bank_card: a valid check digit under a real issuer's beginning and 99999 as branch, which we take to
be unused (general knowledge). passport, plate, wechat, qq, account: by their form only; they are
improbable, not impossible. name, address: a rare combination, and a street that does not exist.
birth_date: a day on which nobody alive was born (the oldest living people are younger).
"""

CANARY_TYPES: Mapping[str, str] = MappingProxyType(
    {kind: {"wechat": "account", "qq": "account"}.get(kind, kind) for kind in CANARY}
)
"""Which kind of data each value is an example of."""
