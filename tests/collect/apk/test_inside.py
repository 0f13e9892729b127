from __future__ import annotations

import pytest

from scanner.collect.apk import inside
from scanner.collect.apk.inside import Inside
from scanner.collect.apk.reading import Reading
from tests.collect.apk.dexforge import Class, Field, Method
from tests.collect.apk.readings import calls, method, read

STRING = "Ljava/lang/String;"
TAKE = "invoke-static {v0}, Landroid/x/T;->take(Ljava/lang/Object;)V\nreturn-void"


def static(name: str, proto: str, code: str) -> Method:
    return Method(name, proto, code, access=9)


def objects(reading: Reading) -> tuple[set[str], set[int]]:
    (place,) = calls(reading, "android.x.T->take")
    found = reading.inside.objects(place.method, place.at, 0)
    return {reading.program.type_text(kind) for kind in found.types}, set(found.parameters)


@pytest.mark.parametrize(
    ("code", "types", "parameters"),
    [
        ("new-instance v0, Lcn/a/Task;", {"cn.a.Task"}, set()),
        ("const-class v0, Lcn/a/Task;", {"cn.a.Task"}, set()),
        ("move-object v0, p0", {"cn.a.Main"}, set()),
        ("move-object v0, p1", set(), {1}),
        ("iget-object v0, p0, Lcn/a/Main;->task:Lcn/a/Any;", {"cn.a.Any", "cn.a.Task"}, set()),
        (
            "invoke-static {}, Lcn/a/Main;->make()Lcn/a/Any;\nmove-result-object v0",
            {"cn.a.Any", "cn.a.Task"},
            set(),
        ),
        ('const-string v0, "x"', set(), set()),
    ],
)
def test_objects(code: str, types: set[str], parameters: set[int]) -> None:
    reading = read(
        (
            Class(
                "cn.a.Main",
                (
                    Method("go", "(Ljava/lang/Object;)V", f"{code}\n{TAKE}"),
                    Method(
                        "keep",
                        "()V",
                        "new-instance v0, Lcn/a/Task;\n"
                        "iput-object v0, p0, Lcn/a/Main;->task:Lcn/a/Any;\nreturn-void",
                    ),
                    static(
                        "make", "()Lcn/a/Any;", "new-instance v0, Lcn/a/Task;\nreturn-object v0"
                    ),
                ),
                fields=(Field("task", "Lcn/a/Any;", static=False),),
            ),
        )
    )
    assert objects(reading) == (types, parameters)


def test_objects_handed_in_by_callers_of_a_helper_that_returns_them() -> None:
    same = static("same", "(Ljava/lang/Object;)Ljava/lang/Object;", "return-object p0")
    go = static(
        "go",
        "()V",
        "new-instance v0, Lcn/a/Task;\ninvoke-static {v0}, Lcn/a/Main;->same(Ljava/lang/Object;)"
        f"Ljava/lang/Object;\nmove-result-object v0\n{TAKE}",
    )
    assert "cn.a.Task" in objects(read((Class("cn.a.Main", (same, go)),)))[0]


def wide_reading() -> Reading:
    proto = f"(JLjava/lang/Object;D{STRING})V"
    call = f"invoke-virtual/range {{v0 .. v6}}, Landroid/x/T;->take{proto}\nreturn-void"
    return read((Class("cn.a.Main", (static("go", "()V", call.replace(" .. ", ", v1, v2, v3, v4, v5, ")),)),))  # fmt: skip  # noqa: E501


def test_arguments_count_wide_ones_twice() -> None:
    reading = wide_reading()
    (place,) = calls(reading, "android.x.T->take")
    body = reading.inside.body(place.method)
    assert body is not None
    invoke = body.invoke_at(place.at)
    assert invoke.registers == (0, 1, 2, 3, 4, 5, 6)
    found = [reading.inside.argument(place.method, invoke, number) for number in range(5)]
    assert found == [1, 3, 4, 6, None]
    assert list(reading.inside.arguments(place.method, invoke)) == [
        (0, 0, "Landroid/x/T;"),
        (3, 3, "Ljava/lang/Object;"),
        (6, 6, STRING),
    ]


@pytest.mark.parametrize(
    ("proto", "kinds"),
    [
        ("()V", []),
        (f"(I[J[[{STRING}D)V", ["I", "[J", f"[[{STRING}", "D"]),
        ("(Lbroken", []),
        ("([", ["["]),
        ("", []),
    ],
)
def test_parameters_of(proto: str, kinds: list[str]) -> None:
    assert inside.parameters_of(proto) == kinds


def callers_reading() -> Reading:
    return read(
        (
            Class("cn.a.Base", (Method("m"),)),
            Class("cn.a.Sub", (Method("m"),), extends="cn.a.Base"),
            Class(
                "cn.a.Use",
                (
                    static("base", "()V", "invoke-virtual {v0}, Lcn/a/Base;->m()V\nreturn-void"),
                    static("sub", "()V", "invoke-virtual {v0}, Lcn/a/Sub;->m()V\nreturn-void"),
                ),
            ),
        )
    )


def test_callers_with_and_without_those_that_name_what_is_overridden() -> None:
    reading = callers_reading()

    def callers(name: str, *, overrides: bool) -> list[str]:
        found = reading.inside.callers(method(reading, name), overrides=overrides)
        return [reading.program.method_text(caller) for caller, _ in found]

    assert callers("cn.a.Base.m", overrides=False) == ["cn.a.Use.base"]
    assert callers("cn.a.Base.m", overrides=True) == ["cn.a.Use.base"]
    assert callers("cn.a.Sub.m", overrides=False) == ["cn.a.Use.sub"]
    assert callers("cn.a.Sub.m", overrides=True) == ["cn.a.Use.base", "cn.a.Use.sub"]


def test_by_caller_tells_apart_what_helpers_are_handed() -> None:
    helper = static("ask", f"({STRING})V", f"move-object v0, p0\n{TAKE}")
    outer = static(
        "outer", f"({STRING})V", f"invoke-static {{p0}}, Lcn/a/Help;->ask({STRING})V\nreturn-void"
    )
    uses = tuple(
        static(
            name,
            "()V",
            f'const-string v0, "{name}"\n'
            f"invoke-static {{v0}}, Lcn/a/Help;->{target}({STRING})V\nreturn-void",
        )
        for name, target in (("one", "ask"), ("two", "outer"))
    )
    reading = read((Class("cn.a.Help", (helper, outer)), Class("cn.a.Use", uses)))
    (place,) = calls(reading, "android.x.T->take")
    found = reading.inside.by_caller(place.method, place.at, 0)
    assert {(reading.program.method_text(m), *sorted(t.values)) for m, _, t in found} == {
        ("cn.a.Use.one", "one"),
        ("cn.a.Use.two", "two"),
    }
    assert not any(texts.open for _, _, texts in found)


def test_by_caller_of_a_method_that_calls_itself_ends() -> None:
    helper = static(
        "ask",
        f"({STRING})V",
        f"invoke-static {{p0}}, Lcn/a/Help;->ask({STRING})V\nmove-object v0, p0\n{TAKE}",
    )
    reading = read((Class("cn.a.Help", (helper,)),))
    (place,) = calls(reading, "android.x.T->take")
    for _, _, texts in reading.inside.by_caller(place.method, place.at, 0):
        assert not texts.values


def test_parts_of_an_array_keep_their_order() -> None:
    array = f"const/4 v1, 2\nnew-array v0, v1, [{STRING}\n" + "\n".join(
        f'const-string v2, "{word}"\naput-object v2, v0, v1' for word in ("z", "a", "m")
    )
    reading = read((Class("cn.a.Main", (static("go", "()V", f"{array}\n{TAKE}"),)),))
    (place,) = calls(reading, "android.x.T->take")
    parts = reading.inside.parts(place.method, place.at, 0)
    assert [sorted(part.values) for part in parts] == [["z"], ["a"], ["m"]]


def test_after_too_many_questions_all_is_open_and_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading = read((Class("cn.a.Main", (static("go", "()V", f'const-string v0, "a"\n{TAKE}'),)),))
    (place,) = calls(reading, "android.x.T->take")
    assert not reading.inside.texts(place.method, place.at, 0).open
    assert not reading.inside.exhausted
    monkeypatch.setattr(inside, "MAX_QUESTIONS", 1)
    assert reading.inside.texts(place.method, place.at, 0).open
    assert reading.inside.exhausted


def test_bodies_are_kept_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside, "MAX_BODIES", 3)
    reading = read((Class("cn.a.Main", tuple(static(f"m{n}", "()V", "return-void") for n in range(9))),))  # fmt: skip  # noqa: E501
    ours: Inside = reading.inside
    for number in range(9):
        assert ours.body(method(reading, f"cn.a.Main.m{number}")) is not None
    assert len(ours._bodies) == 3
    native = read((Class("cn.a.Main", (Method("m", code=None, access=0x101),)),))
    (number,) = [n for n in range(len(native.program.method_key)) if native.program.defined[n]]
    assert native.inside.body(number) is None
