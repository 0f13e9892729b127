from __future__ import annotations

from pathlib import Path

import pytest

from scanner.device.plan import Plan
from scanner.errors import UsageError


def test_words_that_do_not_fit_are_refused_before_anything_is_done(tmp_path: Path) -> None:
    apk = tmp_path / "a.apk"
    apk.touch()
    fits = Plan(apk=apk, output=tmp_path / "run")
    fits.check()
    for wrong in (
        fits._replace(apk=tmp_path),
        fits._replace(output=tmp_path / "no" / "where"),
        fits._replace(script=tmp_path / "none.yaml"),
        fits._replace(seconds=0),
        fits._replace(seconds=float("nan")),
        fits._replace(seconds=1e9),
    ):
        with pytest.raises(UsageError):
            wrong.check()
    assert not (tmp_path / "run").exists()
