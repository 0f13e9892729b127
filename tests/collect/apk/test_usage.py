from __future__ import annotations

from types import MappingProxyType

import msgspec
import pytest

from scanner.collect.apk.accesses import Site
from scanner.collect.apk.reading import Place
from scanner.collect.apk.usage import Usage
from scanner.knowledge.apis import Access, Use
from tests.collect.apk.dexforge import Class, Method
from tests.collect.apk.readings import knowledge, read

USES = {
    "p.WHOLE": Use(
        permission="p.WHOLE",
        complete=True,
        methods=("android.x.Phone->call",),
        classes=("android.sip.", "android.x.Contract$", "android.x.Exact"),
        texts=("android.action.CALL", "content://x/*", "sms"),
    ),
    "p.PART": Use(permission="p.PART", complete=False, methods=("android.x.Phone->call",)),
}


def used(code: str, permission: str = "p.WHOLE", *, hidden: bool = False, **more: object) -> object:
    known = knowledge()
    table = msgspec.structs.replace(known.apis, uses=MappingProxyType(USES))
    go = Method("go", "()V", f"{code}\nreturn-void")
    reading = read(
        (Class("cn.a.Main", (go,), **more),),  # type: ignore[arg-type]
        known=msgspec.structs.replace(known, apis=table),
    )
    return Usage(reading, (), (), hidden=hidden).used(permission)


@pytest.mark.parametrize(
    "code",
    [
        "invoke-virtual {v0}, Landroid/x/Phone;->call()V",
        "invoke-virtual {v0}, Landroid/sip/Session;->open()V",
        "invoke-virtual {v0}, Landroid/x/Exact;->open()V",
        "const-class v0, Landroid/sip/deep/Session;",
        "sget-object v0, Landroid/x/Contract$Row;->CONTENT_URI:Landroid/net/Uri;",
        'const-string v0, "android.action.CALL"',
        'const-string v0, "content://x/rows"',
        'const-string v0, "sms"',
    ],
)
def test_found(code: str) -> None:
    assert used(code) is True
    assert used(code, hidden=True) is True


@pytest.mark.parametrize(
    "code",
    [
        "nop",
        "invoke-virtual {v0}, Lcn/b/Phone;->call()V",
        "invoke-virtual {v0}, Landroid/sips/Session;->open()V",
        "invoke-virtual {v0}, Landroid/x/Exactly;->open()V",
        'const-string v0, "android.action.CALLS"',
        'const-string v0, "content://xy/rows"',
        'const-string v0, "smsx"',
        'const-string v0, "a sms"',
    ],
)
def test_not_found(code: str) -> None:
    assert used(code) is False
    assert used(code, hidden=True) is None
    assert used(code, "p.PART") is None
    assert used(code, "p.UNKNOWN") is None


def test_what_a_class_extends_or_implements() -> None:
    assert used("nop", extends="android.sip.Listener") is True
    assert used("nop", implements=("android.sip.Listener",)) is True


def test_a_component_in_the_app_that_needs_it() -> None:
    """The classes of a table may be a library's, which stands in the app itself."""
    known = knowledge()
    table = msgspec.structs.replace(known.apis, uses=MappingProxyType(USES))
    call = Method("go", "()V", "invoke-virtual {v0}, Landroid/sip/Session;->open()V\nreturn-void")
    reading = read(
        (Class("cn.a.Main", (call,)), Class("android.sip.Session", (Method("open"),))),
        known=msgspec.structs.replace(known, apis=table),
    )
    assert Usage(reading, (), (), hidden=False).used("p.WHOLE") is True


def test_an_access_that_needs_it() -> None:
    access = Access(id="one", data_type="imei", permissions=("p.WHOLE", "p.OTHER"))
    usage = Usage(read(()), (Site(access, "x.Y.z", "call", Place(0, 0)),), (), hidden=True)
    assert usage.used("p.WHOLE") is True
    assert usage.used("p.OTHER") is True
    assert usage.used("p.UNKNOWN") is None
