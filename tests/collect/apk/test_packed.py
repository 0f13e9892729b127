from __future__ import annotations

from pathlib import Path

import pytest

from scanner.facts import AppPacked
from tests.collect.apk.forge import Attribute, File, apk, look_at, manifest


@pytest.mark.parametrize(
    ("application", "files", "signs"),
    [
        ("com.stub.StubApp", [], ("com.stub.StubApp",)),
        (".App", [File("lib/x86/libjiagu_x86.so")], ("lib/x86/libjiagu_x86.so",)),
        (".App", [File("assets/.appkey")], ("assets/.appkey",)),
        ("com.stubborn.App", [File("assets/x.appkey"), File("res/libjiagu.so")], None),
    ],
)
def test_traces_of_packers(
    tmp_path: Path, application: str, files: list[File], signs: tuple[str, ...] | None
) -> None:
    app: dict[str, Attribute] = {"android:name": application}
    seen = look_at(apk(manifest(app=app), *files), tmp_path)
    found = [(one.packer, one.signs) for one in seen.of(AppPacked)]
    assert found == ([] if signs is None else [("jiagu", signs)])
    assert bool(seen.unseen_of("policy.link")) is (signs is not None)
