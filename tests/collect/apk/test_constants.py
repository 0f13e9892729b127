"""What a value may be, asked at calls of a method that takes it: Landroid/x/T;->take."""

from __future__ import annotations

import pytest

from scanner.collect.apk import constants, inside
from scanner.collect.apk.constants import Texts
from scanner.collect.apk.reading import Reading
from tests.collect.apk.dexforge import Class, Field, Method
from tests.collect.apk.readings import calls, read

TAKE = "invoke-static {v0}, Landroid/x/T;->take(Ljava/lang/Object;)V\nreturn-void"
BUILDER = "Ljava/lang/StringBuilder;"
STRING = "Ljava/lang/String;"
JOIN = f"{BUILDER}->append({STRING}){BUILDER}"
DONE = f"{BUILDER}->toString(){STRING}"
MAKE = f"new-instance v1, {BUILDER}\ninvoke-direct {{v1}}, {BUILDER}-><init>()V"


def taken(reading: Reading) -> Texts:
    (place,) = calls(reading, "android.x.T->take")
    return reading.inside.texts(place.method, place.at, 0)


def main(code: str, *methods: Method, fields: tuple[Field, ...] = ()) -> Class:
    body = Method("go", "(Ljava/lang/String;Z)V", f"{code}\n{TAKE}", access=9)
    return Class("cn.a.Main", (body, *methods), fields=fields)


def values(code: str, *methods: Method, others: tuple[Class, ...] = ()) -> tuple[set[str], bool]:
    found = taken(read((main(code, *methods), *others)))
    return set(found.values), found.open


def static(name: str, proto: str, code: str) -> Method:
    return Method(name, proto, code, access=9)


@pytest.mark.parametrize(
    ("code", "known", "open_"),
    [
        ('const-string v0, "a"', {"a"}, False),
        ("const/4 v0, 0", set(), False),
        ("move-object v0, p0", set(), True),
        ("const-class v0, Lcn/b/C;", {"cn.b.C"}, False),
        ('const-string v0, "a"\nif-eqz p1, :x\nconst-string v0, "b"\n:x', {"a", "b"}, False),
        ('const-string v0, "a"\nif-eqz p1, :x\nmove-object v0, p0\n:x', {"a"}, True),
        ('const-string v0, "a"\nif-eqz p1, :x\nconst/4 v0, 0\n:x', {"a"}, False),
    ],
)
def test_registers(code: str, known: set[str], open_: bool) -> None:
    assert values(code) == (known, open_)


def joined(*parts: str) -> str:
    lines = [MAKE]
    for part in parts:
        lines += [part, f"invoke-virtual {{v1, v2}}, {JOIN}"]
    return "\n".join((*lines, f"invoke-virtual {{v1}}, {DONE}", "move-result-object v0"))


A, B, P = 'const-string v2, "a"', 'const-string v2, "b"', "move-object v2, p0"


@pytest.mark.parametrize(
    ("code", "known", "open_"),
    [
        (joined(A, B), {"ab"}, False),
        (joined(A, P, B), {"a*b"}, True),
        (joined(P), set(), True),
        (joined(f"{A}\nif-eqz p1, :x\n{B}\n:x"), {"a", "b"}, False),
        (
            f"{MAKE}\n{A}\ninvoke-virtual {{v1, v2}}, {JOIN}\nmove-result-object v3\n{B}\n"
            f"invoke-virtual {{v3, v2}}, {JOIN}\nmove-result-object v3\n"
            f"invoke-virtual {{v3}}, {DONE}\nmove-result-object v0",
            {"ab"},
            False,
        ),
        (
            f"new-instance v1, {BUILDER}\n{A}\n"
            f"invoke-direct {{v1, v2}}, {BUILDER}-><init>({STRING})V\nconst/16 v2, 0x62\n"
            f"invoke-virtual {{v1, v2}}, {BUILDER}->append(C){BUILDER}\nconst/4 v2, 7\n"
            f"invoke-virtual {{v1, v2}}, {BUILDER}->append(I){BUILDER}\n"
            f"invoke-virtual {{v1}}, {DONE}\nmove-result-object v0",
            {"ab7"},
            False,
        ),
        (
            f"{MAKE}\n{A}\ninvoke-virtual {{v1, v2}}, {JOIN}\n"
            f"invoke-virtual {{v1}}, {BUILDER}->reverse(){BUILDER}\n"
            f"invoke-virtual {{v1}}, {DONE}\nmove-result-object v0",
            {"a"},
            True,
        ),
        (
            f"{MAKE}\n:again\n{A}\ninvoke-virtual {{v1, v2}}, {JOIN}\nif-eqz p1, :again\n"
            f"invoke-virtual {{v1}}, {DONE}\nmove-result-object v0",
            {"a"},
            True,
        ),
    ],
    ids=["two", "unknown", "nothing", "either", "chained", "letters", "reversed", "loop"],
)
def test_builders(code: str, known: set[str], open_: bool) -> None:
    assert values(code) == (known, open_)


def test_two_builders_at_once_are_not_mixed_up() -> None:
    code = (
        f"{MAKE}\nmove-object v3, v1\n{MAKE}\n{A}\ninvoke-virtual {{v3, v2}}, {JOIN}\n{B}\n"
        f"invoke-virtual {{v1, v2}}, {JOIN}\ninvoke-virtual {{v3}}, {DONE}\nmove-result-object v0"
    )
    assert values(code) == ({"a"}, False)


@pytest.mark.parametrize(
    ("call", "known", "open_"),
    [
        ("invoke-virtual {v0}, Ljava/lang/String;->trim()Ljava/lang/String;", {"Ab"}, False),
        ("invoke-virtual {v0}, Ljava/lang/String;->toLowerCase()Ljava/lang/String;", {"ab"}, False),
        (
            "invoke-virtual {v0, v0}, Ljava/lang/String;->concat(Ljava/lang/String;)"
            "Ljava/lang/String;",
            {"AbAb"},
            False,
        ),
        (
            "invoke-static {v0, v1}, Ljava/lang/String;->format(Ljava/lang/String;"
            "[Ljava/lang/Object;)Ljava/lang/String;",
            set(),
            True,
        ),
        (
            "invoke-interface {v1, v0, v0}, Landroid/content/SharedPreferences;->getString("
            "Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;",
            set(),
            True,
        ),
        ("invoke-static {v1}, Ljava/lang/String;->valueOf(I)Ljava/lang/String;", set(), True),
        ("invoke-static {v0}, Lcn/b/Away;->mixed(Ljava/lang/String;)Ljava/lang/String;", set(), True),  # noqa: E501
        ("invoke-static {v0}, Ljava/lang/Class;->forName(Ljava/lang/String;)Ljava/lang/Class;", {"Ab"}, False),  # noqa: E501
    ],
)  # fmt: skip
def test_methods_of_java(call: str, known: set[str], open_: bool) -> None:
    given = "Ab" if "trim" not in call else " Ab "
    code = f'const-string v0, "{given}"\nconst/4 v1, 0\n{call}\nmove-result-object v0'
    assert values(code) == (known, open_)


ARRAY = f"const/4 v1, 2\nnew-array v0, v1, [{STRING}\nconst/4 v1, 0\n{A}\naput-object v2, v0, v1"
LIST = (
    "new-instance v0, Ljava/util/ArrayList;\ninvoke-direct {v0}, Ljava/util/ArrayList;-><init>()V"
)
ADD = "invoke-virtual {v0, v2}, Ljava/util/ArrayList;->add(Ljava/lang/Object;)Z"


@pytest.mark.parametrize(
    ("code", "known", "open_"),
    [
        (f"{ARRAY}\n{B}\naput-object v2, v0, v1", {"a", "b"}, False),
        (f"{ARRAY}\naput-object p0, v0, v1", {"a"}, True),
        (f"{A}\nmove-object v1, v2\n{B}\nfilled-new-array {{v1, v2}}, [{STRING}\n"
         "move-result-object v0", {"a", "b"}, False),
        (f"{ARRAY}\naget-object v0, v0, v1", {"a"}, False),
        (f"{ARRAY}\ninvoke-static {{v0}}, Ljava/util/Arrays;->asList([Ljava/lang/Object;)"
         "Ljava/util/List;\nmove-result-object v0", {"a"}, False),
        (f"{A}\ninvoke-static {{v2, v2}}, Ljava/util/List;->of(Ljava/lang/Object;Ljava/lang/Object;)"  # noqa: E501
         "Ljava/util/List;\nmove-result-object v0", {"a"}, False),
        (f"{LIST}\n{A}\n{ADD}\n{B}\n{ADD}", {"a", "b"}, False),
        (f"{LIST}\n{A}\n{ADD}\n{P}\n{ADD}", {"a"}, True),
        (f"{LIST}\n{A}\n{ADD}\nconst/4 v1, 0\nnew-array v1, v1, [{STRING}\n"
         "invoke-virtual {v0, v1}, Ljava/util/ArrayList;->toArray([Ljava/lang/Object;)"
         "[Ljava/lang/Object;\nmove-result-object v0\ncheck-cast v0, [Ljava/lang/String;",
         {"a"}, False),
        (f"{LIST}\n{A}\n{ADD}\ninvoke-static {{v0}}, Lcn/b/More;->fill(Ljava/util/List;)V",
         {"a"}, True),
        ("new-instance v0, Ljava/util/HashMap;", set(), True),
    ],
    ids=["two", "unknown", "filled", "item", "asList", "of", "added", "openly", "toArray",
         "handed-on", "map"],
)  # fmt: skip
def test_arrays_and_lists(code: str, known: set[str], open_: bool) -> None:
    assert values(code) == (known, open_)


def test_through_a_helper_and_its_callers() -> None:
    helper = static("ask", f"({STRING})V", f"move-object v0, p0\n{TAKE}")
    callers = tuple(
        static(name, "()V", f'const-string v0, "{name}"\n'
               f"invoke-static {{v0}}, Lcn/a/Help;->ask({STRING})V\nreturn-void")
        for name in ("one", "two")
    )  # fmt: skip
    found = taken(read((Class("cn.a.Help", (helper,)), Class("cn.a.Use", callers))))
    assert found == Texts(frozenset({"one", "two"}), False)
    alone = taken(read((Class("cn.a.Help", (helper,)),)))
    assert alone == constants.OPEN


def test_a_helper_that_is_called_by_what_it_overrides() -> None:
    helper = Method("ask", f"({STRING})V", f"move-object v0, p1\n{TAKE}")
    reading = read(
        (
            Class("cn.a.Asks", (Method("ask", f"({STRING})V", None, 0x401),), access=0x601),
            Class("cn.a.Help", (helper,), implements=("cn.a.Asks",)),
            Class(
                "cn.a.Use",
                (
                    static(
                        "one",
                        "(Lcn/a/Asks;)V",
                        f'const-string v0, "one"\n'
                        f"invoke-interface {{p0, v0}}, Lcn/a/Asks;->ask({STRING})V\nreturn-void",
                    ),
                ),
            ),
        )
    )
    assert taken(reading) == Texts(frozenset({"one"}), False)


def test_more_callers_than_are_followed_are_told() -> None:
    helper = static("ask", f"({STRING})V", f"move-object v0, p0\n{TAKE}")
    callers = tuple(
        static(f"m{n}", "()V", f'const-string v0, "{n}"\n'
               f"invoke-static {{v0}}, Lcn/a/Help;->ask({STRING})V\nreturn-void")
        for n in range(50)
    )  # fmt: skip
    found = taken(read((Class("cn.a.Help", (helper,)), Class("cn.a.Use", callers))))
    assert found.open
    assert len(found.values) == 40


def test_what_a_method_returns_and_its_overrides() -> None:
    call = f"invoke-virtual {{v1}}, Lcn/a/Base;->name(){STRING}\nmove-result-object v0"
    one = Method("name", f"(){STRING}", 'const-string v0, "one"\nreturn-object v0')
    two = Method("name", f"(){STRING}", 'const-string v0, "two"\nreturn-object v0')
    sub = Class("cn.a.Sub", (two,), extends="cn.a.Base")
    assert values(call, others=(Class("cn.a.Base", (one,)), sub)) == ({"one", "two"}, False)
    abstract = Class("cn.a.Base", (Method("name", f"(){STRING}", None, 0x401),), access=0x401)
    assert values(call, others=(abstract, sub)) == ({"two"}, False)
    native = Class("cn.a.Base", (Method("name", f"(){STRING}", None, 0x101),))
    assert values(call, others=(native,)) == (set(), True)


def test_recursion_ends() -> None:
    loop = static("loop", f"({STRING}){STRING}",
                  f"invoke-static {{p0}}, Lcn/a/Main;->loop({STRING}){STRING}\n"
                  "move-result-object v0\nif-eqz p0, :x\nconst-string v0, \"end\"\n:x\n"
                  "return-object v0")  # fmt: skip
    call = f"invoke-static {{p0}}, Lcn/a/Main;->loop({STRING}){STRING}\nmove-result-object v0"
    assert values(call, loop)[0] == {"end"}


def test_texts_that_are_put_together_without_end() -> None:
    """Each of the texts contains the one before twice; nobody may build or follow that."""
    lines = ['const-string v2, "ab"']
    for _ in range(400):
        lines += [MAKE, f"invoke-virtual {{v1, v2}}, {JOIN}", f"invoke-virtual {{v1, v2}}, {JOIN}",
                  f"invoke-virtual {{v1}}, {DONE}", "move-result-object v2"]  # fmt: skip
    known, open_ = values("\n".join((*lines, "move-object v0, v2")))
    assert open_
    assert all(len(text) <= 2 * constants.MAX_LENGTH + 2 for text in known)


@pytest.mark.parametrize("static_", [True, False])
def test_fields(static_: bool) -> None:
    field = Field("F", STRING, static=static_)
    put = "sput-object v0, " if static_ else "iput-object v0, v1, "
    get = "sget-object v0, " if static_ else "iget-object v0, v1, "
    store = static(
        "store", "()V", f'const-string v0, "a"\n{put}Lcn/a/Main;->F:{STRING}\nreturn-void'
    )
    other = static("other", f"({STRING})V",
                   f"move-object v0, p0\n{put}Lcn/a/Main;->F:{STRING}\nreturn-void")  # fmt: skip
    code = f"{get}Lcn/a/Main;->F:{STRING}"
    found = taken(read((main(code, store, fields=(field,)),)))
    assert found == Texts(frozenset({"a"}), False)
    assert taken(read((main(code, store, other, fields=(field,)),))).open
    assert taken(read((main(code, fields=(field,)),))).open


def test_a_static_field_begins_with_a_text() -> None:
    code = f"sget-object v0, Lcn/a/Main;->F:{STRING}"
    field = Field("F", STRING, "first")
    assert taken(read((main(code, fields=(field,)),))) == Texts(frozenset({"first"}), False)
    store = static("store", "()V", f'const-string v0, "a"\nsput-object v0, Lcn/a/Main;->F:{STRING}\nreturn-void')  # fmt: skip  # noqa: E501
    found = taken(read((main(code, store, fields=(Field("F", STRING, "first"),)),)))
    assert found == Texts(frozenset({"first", "a"}), False)


def test_a_field_that_compilers_name_by_the_subclass() -> None:
    code = f"sget-object v0, Lcn/a/Sub;->F:{STRING}"
    base = Class("cn.a.Base", fields=(Field("F", STRING, "first"),))
    found = taken(read((main(code), base, Class("cn.a.Sub", extends="cn.a.Base"))))
    assert found == Texts(frozenset({"first"}), False)


def test_a_static_array_of_the_class_initialiser() -> None:
    initialiser = Method("<clinit>", "()V", f"{ARRAY}\nsput-object v0, Lcn/a/Main;->F:[{STRING}\nreturn-void", 9)  # fmt: skip  # noqa: E501
    code = f"sget-object v0, Lcn/a/Main;->F:[{STRING}"
    found = taken(read((main(code, initialiser, fields=(Field("F", f"[{STRING}"),)),)))
    assert found == Texts(frozenset({"a"}), False)


def test_fields_outside_the_app_are_named() -> None:
    code = "sget-object v0, Landroid/provider/CallLog$Calls;->CONTENT_URI:Landroid/net/Uri;"
    found = taken(read((main(code),)))
    name = "android.provider.CallLog$Calls->CONTENT_URI"
    assert found == Texts(frozenset(), True, outside=frozenset({name}))


def test_numbers_and_boxes() -> None:
    assert taken(read((main("const/4 v0, 5"),))).numbers == {5}
    boxed = "const/4 v0, 1\ninvoke-static {v0}, Ljava/lang/Boolean;->valueOf(Z)Ljava/lang/Boolean;"
    found = taken(read((main(f"{boxed}\nmove-result-object v0"),)))
    assert found == Texts(frozenset(), False, frozenset({1}))


def test_two_files_name_the_same_class() -> None:
    helper = static("ask", f"({STRING})V", f"move-object v0, p0\n{TAKE}")
    use = static("use", "()V", f'const-string v0, "x"\ninvoke-static {{v0}}, Lcn/a/Help;->ask({STRING})V\nreturn-void')  # fmt: skip  # noqa: E501
    reading = read((Class("cn.a.Help", (helper,)),), (Class("cn.a.Use", (use,)),))
    assert taken(reading) == Texts(frozenset({"x"}), False)


def test_a_list_nobody_looked_through_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = read((main(f"{LIST}\n{A}\n{ADD}"),))
    assert not taken(reading).open
    reading.inside.questions = 0
    monkeypatch.setattr(inside, "MAX_QUESTIONS", 1)
    assert taken(reading).open
