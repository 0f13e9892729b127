from __future__ import annotations

import errno
import hashlib
import mmap
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scanner.collect.apk import reading as room
from scanner.collect.apk.child import Child
from scanner.collect.apk.container import open_container
from scanner.collect.apk.dex import Dex
from scanner.collect.apk.look import look
from scanner.collect.apk.program import Program
from scanner.collect.apk.reading import Dumped, Place, Read, Reading, Standing, read_program
from tests.collect.apk.dexforge import Class, Method, dex
from tests.collect.apk.dexforge import container as joined
from tests.collect.apk.forge import File, Node, activity, axml, container, intent, manifest
from tests.samples import KNOWLEDGE

LAUNCHER = intent("android.intent.action.MAIN", categories=["android.intent.category.LAUNCHER"])
ROOT = manifest(inside=[activity(".Main", LAUNCHER), activity(".Work", tag="service")])
READ = "invoke-static {}, Lcn/example/app/Imei;->read()V"
IMEI = Class("cn.example.app.Imei", (Method("read", access=9),))


def body(*lines: str) -> str:
    return "\n".join((*lines, "return-void"))


def main(*lines: str) -> Class:
    created = Method("onCreate", "(Landroid/os/Bundle;)V", body(*lines))
    return Class(
        "cn.example.app.Main", (Method("<init>", access=0x10001), created), "android.app.Activity"
    )


def archive(folder: Path, *code: bytes, root: Node | None = ROOT) -> Path:
    names = ("classes.dex", *(f"classes{number}.dex" for number in range(2, len(code) + 1)))
    files = [File(name, data) for name, data in zip(names, code, strict=False)]
    head = [File("AndroidManifest.xml", axml(root))] if root else []
    path = folder / "app.apk"
    path.write_bytes(container([*head, *files]))
    return path


def read(path: Path, *dumped: Dumped, seen: list[str] | None = None) -> Read:
    names: list[str] = [] if seen is None else seen
    with open_container(path, path.name) as package:
        return read_program(package, dumped, lambda dex: names.append(dex.name))


def classes(found: Read) -> list[str]:
    program = found.program
    return [program.type_text(kind) for kind in program.class_type.tolist()]


@contextmanager
def reading(folder: Path, *code: Class, root: Node | None = ROOT) -> Iterator[Reading]:
    path = archive(folder, dex(*code), root=root)
    with open_container(path, path.name) as package, Child() as child:
        program = read_program(package, (), lambda _: None).program
        yield Reading(program, look(package, child).manifest, KNOWLEDGE)


def place(found: Reading, method: str) -> Place:
    program = found.program
    numbers = [
        number
        for number in range(len(program.method_key))
        if program.code[number] >= 0 and program.method_text(number) == method
    ]
    return Place(numbers[0], 0)


def standing(folder: Path, method: str, *code: Class, root: Node | None = ROOT) -> Standing:
    with reading(folder, *code, root=root) as found:
        return found.standing(place(found, method))


# when code runs


def test_what_the_first_screen_calls_is_early_and_its_way_is_told(tmp_path: Path) -> None:
    helper = Class("cn.example.app.Helper", (Method("go", code=body(READ), access=9),))
    screen = main("invoke-static {}, Lcn/example/app/Helper;->go()V")
    found = standing(tmp_path, "cn.example.app.Imei.read", screen, helper, IMEI)
    way = ("Main.onCreate", "Helper.go", "Imei.read")
    assert found == Standing("early", False, tuple(f"cn.example.app.{one}" for one in way))


def test_what_a_service_does_is_reachable(tmp_path: Path) -> None:
    service = Class(
        "cn.example.app.Work", (Method("onCreate", code=body(READ)),), "android.app.Service"
    )
    found = standing(tmp_path, "cn.example.app.Imei.read", main(), service, IMEI)
    assert (found.reach, found.guarded) == ("reachable", False)
    assert found.path == ("cn.example.app.Work.onCreate", "cn.example.app.Imei.read")


def test_what_nothing_calls_is_unreached_and_has_no_way(tmp_path: Path) -> None:
    found = standing(tmp_path, "cn.example.app.Imei.read", main(), IMEI)
    assert found == Standing("unreached", False, ())


# what a person or news from elsewhere sets off, through libraries in the package

NAMED = "Lcn/example/app/"
SPOKEN = (
    ("android.view.View$OnClickListener", "onClick", "(Landroid/view/View;)V"),
    ("android.content.DialogInterface$OnClickListener", "onClick",
     "(Landroid/content/DialogInterface;I)V"),
    ("androidx.activity.result.ActivityResultCallback", "onActivityResult",
     "(Ljava/lang/Object;)V"),
    ("androidx.lifecycle.Observer", "onChanged", "(Ljava/lang/Object;)V"),
    ("android.content.BroadcastReceiver", "onReceive",
     "(Landroid/content/Context;Landroid/content/Intent;)V"),
    ("java.lang.Thread$UncaughtExceptionHandler", "uncaughtException",
     "(Ljava/lang/Thread;Ljava/lang/Throwable;)V"),
)  # fmt: skip


@pytest.mark.parametrize("packaged", [False, True])
@pytest.mark.parametrize(("owner", "name", "proto"), SPOKEN)
def test_an_answer_that_a_library_passes_on_at_the_start_is_not_early(
    tmp_path: Path, owner: str, name: str, proto: str, packaged: bool
) -> None:
    above = {"extends": owner} if owner.endswith("Receiver") else {"implements": (owner,)}
    sort = "virtual" if "extends" in above else "interface"
    words = "v0" + ", v1" * proto.count(";") + ", v1" * proto.endswith("I)V")
    kind = f"L{owner.replace('.', '/')};"
    passed = body(
        "const/4 v0, 0", "const/4 v1, 0", f"invoke-{sort} {{{words}}}, {kind}->{name}{proto}"
    )
    library = Class("lib.Dialog", (Method("show", code=passed, access=9),))
    answer = Class("cn.example.app.Answer", (Method(name, proto, body(READ)),), **above)
    made = "new-instance v0, Lcn/example/app/Answer;"
    code = [main(made, "invoke-static {}, Llib/Dialog;->show()V"), library, answer, IMEI]
    if packaged and sort == "interface":
        code.append(Class(owner, (Method(name, proto, None, 0x401),), access=0x601))
    found = standing(tmp_path, "cn.example.app.Imei.read", *code)
    assert (found.reach, found.guarded) == ("reachable", False)


def test_a_listener_that_code_calls_by_its_own_class_is_early(tmp_path: Path) -> None:
    click = Method("onClick", "(Landroid/view/View;)V", body(READ))
    answer = Class(
        "cn.example.app.Answer", (click,), implements=("android.view.View$OnClickListener",)
    )
    screen = main(
        "new-instance v0, Lcn/example/app/Answer;",
        "const/4 v1, 0",
        "invoke-virtual {v0, v1}, Lcn/example/app/Answer;->onClick(Landroid/view/View;)V",
    )
    assert standing(tmp_path, "cn.example.app.Imei.read", screen, answer, IMEI).reach == "early"


def test_a_receiver_that_the_start_sends_to_by_its_class_is_early(tmp_path: Path) -> None:
    proto = "(Landroid/content/Context;Landroid/content/Intent;)V"
    receiver = Class(
        "cn.example.app.Gets",
        (Method("onReceive", proto, body(READ)),),
        extends="android.content.BroadcastReceiver",
    )
    screen = main(
        "const-class v1, Lcn/example/app/Gets;",
        "new-instance v0, Landroid/content/Intent;",
        "invoke-direct {v0, p0, v1},"
        " Landroid/content/Intent;-><init>(Landroid/content/Context;Ljava/lang/Class;)V",
        "invoke-virtual {p0, v0}, Lcn/example/app/Main;->sendBroadcast(Landroid/content/Intent;)V",
    )
    found = standing(tmp_path, "cn.example.app.Imei.read", screen, receiver, IMEI)
    assert found.reach == "early"


# what may run at any time


def test_a_function_of_a_packaged_kotlin_that_a_click_calls_is_reachable(tmp_path: Path) -> None:
    function = "kotlin.jvm.functions.Function0"
    proto = "()Ljava/lang/Object;"
    kotlin = Class(function, (Method("invoke", proto, None, 0x401),), access=0x601)
    code = f"{READ}\nconst/4 v0, 0\nreturn-object v0"
    block = Class("cn.example.app.F", (Method("invoke", proto, code),), implements=(function,))
    click = Method("onClick", "(Landroid/view/View;)V", body(
        "new-instance v0, Lcn/example/app/F;",
        "invoke-static {v0}, Lcn/example/app/Run;->go(Ljava/lang/Object;)V",
    ))  # fmt: skip
    runs = Class("cn.example.app.Run", (Method("go", "(Ljava/lang/Object;)V", body(
        f"invoke-interface {{p0}}, Lkotlin/jvm/functions/Function0;->invoke{proto}"
    ), 9),))  # fmt: skip
    screen = main()
    screen = screen._replace(methods=(*screen.methods, click))
    found = standing(tmp_path, "cn.example.app.Imei.read", screen, kotlin, block, runs, IMEI)
    assert found.reach == "reachable"


def test_what_scripts_of_web_pages_are_given_is_reachable(tmp_path: Path) -> None:
    bridge = Class("cn.example.app.Js", (Method("id", code=body(READ)),))
    screen = main(
        "new-instance v0, Lcn/example/app/Js;",
        "const/4 v1, 0",
        "invoke-virtual {v1, v0, v1}, Landroid/webkit/WebView;->addJavascriptInterface("
        "Ljava/lang/Object;Ljava/lang/String;)V",
    )
    found = standing(tmp_path, "cn.example.app.Imei.read", screen, bridge, IMEI)
    assert found.reach == "reachable"
    found = standing(tmp_path, "cn.example.app.Imei.read", main(), bridge, IMEI)
    assert found.reach == "unreached"


def test_what_code_names_by_a_text_is_reachable(tmp_path: Path) -> None:
    job = Class("cn.example.app.Job", (Method("run", code=body(READ)),),
                implements=("java.lang.Runnable",))  # fmt: skip
    screen = main('const-string v0, "cn.example.app.Job"')
    found = standing(tmp_path, "cn.example.app.Imei.read", screen, job, IMEI)
    assert (found.reach, found.path) == (
        "reachable",
        ("cn.example.app.Job.run", "cn.example.app.Imei.read"),
    )


def test_a_fragment_that_only_a_layout_names_is_reachable(tmp_path: Path) -> None:
    page = Class("cn.example.app.Page", (Method("onResume", code=body(READ)),),
                 extends="android.app.Fragment")  # fmt: skip
    found = standing(tmp_path, "cn.example.app.Imei.read", main(), page, IMEI)
    assert found.reach == "reachable"


AGREED = (
    "const/4 v1, 0",
    'const-string v0, "privacy_agreed"',
    "const/4 v2, 0",
    "invoke-interface {v3, v0, v2},"
    " Landroid/content/SharedPreferences;->getBoolean(Ljava/lang/String;Z)Z",
    "move-result v0",
    "if-eqz v0, :no",
)


@pytest.mark.parametrize(
    ("lines", "guarded"),
    [
        ((*AGREED, READ, ":no", "nop"), True),
        ((*AGREED, READ, ":no", READ), False),
        ((*AGREED, "nop", ":no", READ), False),
    ],
)
def test_what_only_a_consent_flag_lets_through_is_guarded(
    tmp_path: Path, lines: tuple[str, ...], guarded: bool
) -> None:
    found = standing(tmp_path, "cn.example.app.Imei.read", main(*lines), IMEI)
    assert (found.reach, found.guarded) == ("early", guarded)


def test_a_place_behind_the_flag_is_guarded_and_its_neighbour_is_not(tmp_path: Path) -> None:
    with reading(tmp_path, main(READ, *AGREED, READ, ":no", "nop"), IMEI) as found:
        calls = found.calls([place(found, "cn.example.app.Imei.read").method])
        assert [found.standing(one).guarded for one, _ in calls] == [False, True]


def test_without_a_manifest_nothing_is_said_of_time(tmp_path: Path) -> None:
    found = standing(tmp_path, "cn.example.app.Imei.read", main(READ), IMEI, root=None)
    assert found == Standing(None, None, None)


def test_a_place_is_named_by_file_method_and_offset(tmp_path: Path) -> None:
    data = dex(main(READ), IMEI)
    with reading(tmp_path, main(READ), IMEI) as found:
        ((call, _),) = found.calls([place(found, "cn.example.app.Imei.read").method])
        name, method, offset = found.where(call).split()
    assert (name, method) == (
        "classes.dex",
        "Lcn/example/app/Main;->onCreate(Landroid/os/Bundle;)V",
    )
    assert data[int(offset[1:], 16)] == 0x71


def test_methods_of_a_class_are_those_with_code_of_its_own(tmp_path: Path) -> None:
    base = Class("cn.a.Base", (Method("m"), Method("m", "(I)V"), Method("n", code=None)))
    with reading(tmp_path, base, Class("cn.a.Sub", extends="cn.a.Base")) as found:
        program = found.program

        def of(kind: str, name: str) -> list[str]:
            numbers = found.methods_of(program.type_number(kind), program.name_number(name))
            return [program.method_descriptor(number) for number in numbers]

        assert of("cn.a.Base", "m") == ["Lcn/a/Base;->m()V", "Lcn/a/Base;->m(I)V"]
        assert of("cn.a.Base", "n") == of("cn.a.Sub", "m") == of("cn.a.None", "m") == []


CONTEXT = "Landroid/content/Context;"


@pytest.mark.parametrize(
    ("lines", "call", "answers"),
    [
        (("const/4 v0, 1",), ("v0", "Z"), {True}),
        (("const/4 v0, 0",), ("v0", "Z"), {False}),
        (("const/4 v0, 2",), ("v0", "I"), {True}),
        (("const/4 v0, 1", "const/4 v1, 0"), ("v0, v1", f"Z{CONTEXT}"), {True}),
        (("const/4 v0, 1", "const/4 v1, 0"), ("v0, v1", "ZZ"), {False}),
        (("const/4 v1, 0",), ("v1", CONTEXT), set()),
        ((), ("", ""), set()),
        (("const/4 v1, 0",), ("v1", "Lcn/a/Options;"), {None}),
        (("invoke-static {}, Lcn/a/X;->f()Z", "move-result v0"), ("v0", "Z"), {None}),
        (
            ("const/4 v0, 1", "if-eqz p1, :on", "const/4 v0, 0", ":on"),
            ("v0", "Z"),
            {True, False},
        ),
    ],
)
def test_what_a_call_is_handed_as_yes_or_no(
    tmp_path: Path, lines: tuple[str, ...], call: tuple[str, str], answers: set[bool | None]
) -> None:
    registers, kinds = call
    invoke = f"invoke-static {{{registers}}}, Lcn/a/Sdk;->agree({kinds})V"
    with reading(tmp_path, main(*lines, invoke)) as found:
        name = found.program.name_number("agree")
        (method,) = (found.program.method_name == name).nonzero()[0].tolist()
        ((at, _),) = found.calls([method])
        assert found.answers(at) == answers


# files


def test_files_are_read_in_androids_order_and_the_first_class_counts(tmp_path: Path) -> None:
    twice = Class("cn.a.Twice", (Method("first", access=9),))
    codes = [dex(Class(f"cn.a.C{n}")) for n in range(1, 12)]
    codes[0], codes[1] = dex(twice), dex(Class("cn.a.Twice", (Method("second", access=9),)))
    seen: list[str] = []
    found = read(archive(tmp_path, *codes), seen=seen)
    assert seen == ["classes.dex", *(f"classes{n}.dex" for n in range(2, 12))]
    assert classes(found).count("cn.a.Twice") == 1
    program = found.program
    defined = program.defined.nonzero()[0].tolist()
    assert [program.method_text(one) for one in defined] == ["cn.a.Twice.first"]


@pytest.mark.parametrize(
    "harm", [b"", b"x", b"dex\n035\0", bytes(200), b"dex\n999\0" + bytes(200), b"PK\3\4" * 99]
)
def test_a_file_that_is_no_dex_file_costs_no_other(tmp_path: Path, harm: bytes) -> None:
    good, last = dex(Class("cn.a.Good")), dex(Class("cn.a.Last"))
    found = read(archive(tmp_path, good, harm, last))
    assert classes(found) == ["cn.a.Good", "cn.a.Last"]
    (reason,) = found.unread
    assert "classes2.dex" in reason.en
    assert "inner error" not in reason.en


@pytest.mark.parametrize("step", ["_add_classes", "_field_numbers", "_proto_numbers"])
def test_a_file_that_fails_inside_leaves_no_half_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    real = getattr(Program, step)

    def fails(self: Program, *words: object) -> object:
        dexes = [getattr(one, "dex", one) for one in words]
        names = [getattr(one, "name", "") for one in dexes]
        if "classes2.dex" in names:
            raise IndexError
        return real(self, *words)

    monkeypatch.setattr(Program, step, fails)
    code = [dex(main(READ)), dex(Class("cn.a.Lost", (Method("m"),))), dex(IMEI)]
    found = read(archive(tmp_path, *code))
    assert classes(found) == ["cn.example.app.Main", "cn.example.app.Imei"]
    assert [one.en for one in found.unread] == [
        "classes2.dex could not be read whole (an inner error: IndexError)"
    ]
    program = found.program
    assert len(program.parts) == len(program.part_texts) == len(program.part_methods) == 2
    call = program.method_descriptor(int(program.invokes.target[0]))
    assert call == "Lcn/example/app/Imei;->read()V"


def test_a_failing_look_is_told_and_keeps_the_code(tmp_path: Path) -> None:
    def fails(_: Dex) -> None:
        raise ValueError

    path = archive(tmp_path, dex(IMEI))
    with open_container(path, path.name) as package:
        found = read_program(package, (), fails)
    assert classes(found) == ["cn.example.app.Imei"]
    assert "inner error: ValueError" in found.unread[0].en


def test_several_files_in_one_are_all_read(tmp_path: Path) -> None:
    data = joined([Class("cn.a.One")], [Class("cn.a.Two")])
    seen: list[str] = []
    assert classes(read(archive(tmp_path, data), seen=seen)) == ["cn.a.One", "cn.a.Two"]
    assert seen == ["classes.dex", "classes.dex#2"]


def test_too_many_files_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_DEX_FILES", 2)
    path = archive(tmp_path, *(dex(Class(f"cn.a.C{n}")) for n in range(5)))
    found = read(path)
    assert classes(found) == ["cn.a.C0", "cn.a.C1"]
    assert [one.en for one in found.unread] == ["3 more DEX files were not read"]
    (tmp_path / "dump").write_bytes(dex(Class("cn.a.Dumped")))
    dumped = [Dumped(f"{n}", tmp_path / "dump") for n in range(3)]
    assert len(read(path, *dumped).unread) == 1
    assert "6 more" in read(path, *dumped).unread[0].en


def test_too_many_bytes_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [dex(Class(f"cn.a.C{n}")) for n in range(3)]
    monkeypatch.setattr(room, "MAX_DEX_TOTAL", len(codes[0]) + len(codes[1]))
    found = read(archive(tmp_path, *codes))
    assert classes(found) == ["cn.a.C0", "cn.a.C1"]
    assert ["classes3.dex" in one.en for one in found.unread] == [True]
    monkeypatch.setattr(room, "MAX_DEX_BYTES", 50)
    found = read(archive(tmp_path, *codes))
    assert (classes(found), len(found.unread)) == ([], 3)


def test_a_full_disk_is_one_clear_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> mmap.mmap:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(room, "_mapped", full)
    found = read(archive(tmp_path, dex(IMEI)))
    assert classes(found) == []
    assert [one.en for one in found.unread] == [
        "classes.dex cannot be read or set aside: No space left on device"
    ]


def test_no_temporary_file_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    during: list[list[Path]] = []
    path = archive(tmp_path, dex(IMEI), dex(main(READ)))
    with open_container(path, path.name) as package:
        read_program(package, (), lambda _: during.append(list(folder.iterdir())))
    assert during == [[], []]
    assert list(folder.iterdir()) == []


# dumped code


def dump(folder: Path, name: str, data: bytes) -> Dumped:
    path = folder / f"{hashlib.sha256(data).hexdigest()}"
    path.write_bytes(data)
    return Dumped(name, path)


def test_dumped_code_counts_before_the_packages_and_keeps_its_own_digest(tmp_path: Path) -> None:
    hollow = dex(Class("cn.a.Real", (Method("m", code="return-void", access=9),)))
    ran = dex(Class("cn.a.Real", (Method("m", code=body(READ), access=9),)))
    found = read(archive(tmp_path, hollow), dump(tmp_path, "classes.dex", ran))
    program = found.program
    assert [part.dex.name for part in program.parts] == ["classes.dex (dumped)", "classes.dex"]
    assert found.dumped == {"classes.dex (dumped)": hashlib.sha256(ran).hexdigest()}
    (method,) = program.defined.nonzero()[0].tolist()
    assert program.part_of(int(program.code[method]))[0].dex.name == "classes.dex (dumped)"


def test_dumps_of_one_name_are_told_apart(tmp_path: Path) -> None:
    codes = [dex(Class(f"cn.a.C{n}")) for n in range(3)]
    found = read(archive(tmp_path), *(dump(tmp_path, "0x7f.dex", code) for code in codes))
    assert sorted(found.dumped.values()) == sorted(
        hashlib.sha256(code).hexdigest() for code in codes
    )
    assert len({part.dex.name for part in found.program.parts}) == 3


def test_a_dump_that_is_gone_or_too_large_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = dex(IMEI)
    gone, large = Dumped("gone.dex", tmp_path / "gone"), dump(tmp_path, "large.dex", bytes(9999))
    monkeypatch.setattr(room, "MAX_DEX_BYTES", len(code))
    found = read(archive(tmp_path, code), gone, large)
    assert classes(found) == ["cn.example.app.Imei"]
    assert [one.en for one in found.unread] == [
        "gone.dex (dumped) cannot be read or set aside: No such file or directory",
        "large.dex is over the limit of size",
    ]
