"""Mailboxes of companies and machines, which have the form of a person's."""

from __future__ import annotations

import re

_EXACT = re.compile(
    r"(?i)(?:service|info|support|privacy|kefu|kf|hr|sales|contact|admin|webmaster|postmaster"
    r"|no-?reply|help|legal|security|abuse|feedback|jubao|business|bd|press|media|dpo|hello|office"
    r"|marketing|ir|job|jobs|recruit|zhaopin|git|example|your\.?name|user|test|name|xxx+)"
)
_FIRST = re.compile(r"(?i)(?:cs|pr|it|hr|kf|bd|ir|gm|ask|shop|mail|sys|team|ops|dev|api)(?![a-z])")
_STEMS = re.compile(
    r"(?i)service|support|privacy|data.?protect|feedback|yinsi|jubao|kefu|customer|complain|help"
    r"|security|no.?reply|webmaster|official|contact|market|compliance|tousu|geren|xinxi|legal"
    r"|business|hezuo|recruit|zhaopin|notify|notification|report|admin|invoice"
)
_SHORT_NUMBER = re.compile(r"\d{1,4}")
"""Numbers of mailboxes are longer where they are a person's, as at qq.com."""
_OF_PERSONS = re.compile(
    r"(?i)@(?:(?:vip\.)?(?:qq|163|126|139|188|189|sina|sohu|foxmail|gmail|outlook|hotmail|live|yahoo"
    r"|icloud|aliyun|yeah|tom|21cn|wo)\.[a-z.]+)$"
)
"""Where mostly persons have mailboxes."""
_FILE = re.compile(
    r"(?i)\.(?:png|jpe?g|gif|svg|webp|ico|js|mjs|css|woff2?|ttf|map|html?|json|mp[34]|vue|tsx?|log"
    r"|txt|xml|zip|gz|apk|dex|so)$"
)
_MACHINE = re.compile(
    r"(?i)@(?:[^@]*\.)?(?:conference|muc|groupchat|xmpp|jabber|im|mqtt|ingest|pubsub|broker|push)\."
)
"""Hosts whose names before an @ are rooms, channels and keys."""
_KEY = re.compile(r"(?=[^@]*\d)(?:[0-9a-f]{16}|[0-9a-f]{32})@")


def is_of_a_company(mailbox: str) -> bool:
    """Say whether a mailbox is likely that of a company or an example, by what stands before @."""
    local, _, _ = mailbox.partition("@")
    if _EXACT.fullmatch(local):
        return True
    if _OF_PERSONS.search(mailbox):
        return False
    return bool(_FIRST.match(local) or _STEMS.search(local) or _SHORT_NUMBER.fullmatch(local))


def is_of_a_machine(mailbox: str) -> bool:
    """Say whether what looks like a mailbox is a file, a room of a messenger or a key."""
    return bool(
        ".." in mailbox or _FILE.search(mailbox) or _MACHINE.search(mailbox) or _KEY.match(mailbox)
    )
