from __future__ import annotations

from scanner.report.viewer.calls import MOST_STEPS, Calls
from tests.report.viewer.kept_bytes import Made


def calls() -> Calls:
    made = Made()
    sdk: dict[str, object] = {
        "kind": "sdk.present",
        "sdk": "jpush",
        "prefix": "cn.jpush",
        "source": {},
    }
    made.facts = {
        "a": sdk,
        "b": {**sdk, "prefix": 5},
        "c": {**sdk, "sdk": "x", "prefix": "cn.jpush.im"},
    }
    return Calls(made.report())


def test_each_step_is_told_with_whose_it_is() -> None:
    path = [
        "android.os.Looper.loop",
        "cn.example.shop.Main.on",
        "cn.jpush.A.b",
        "cn.jpush.im.C.d",
        "q.r.s",
    ]
    found = calls().path({"path": path, "api": "x.y", "channel": "device"})
    assert found is not None
    assert [step.owner for step in found.steps] == ["system", "app", "jpush", "x", None]
    assert (found.api, found.observed) == ("x.y", True)


def test_a_caller_alone_is_a_path_and_its_owner_is_told() -> None:
    found = calls().path({"caller": "q.r.s", "owner": "jpush", "channel": "apk"})
    assert found is not None
    assert [tuple(step) for step in found.steps] == [("q.r.s", "jpush")]
    assert not found.observed
    assert calls().path({"path": [], "caller": None}) is None
    assert calls().path({"path": "abc", "caller": 5}) is None


def test_a_long_path_keeps_its_end() -> None:
    found = calls().path({"path": [f"a.b.c{n}" for n in range(500)]})
    assert found is not None
    assert len(found.steps) == MOST_STEPS
    assert found.steps[-1].name == "a.b.c499"
