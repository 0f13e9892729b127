from __future__ import annotations

import msgspec
import pytest

from scanner.knowledge import Sdk
from scanner.owners import APP, Owners, is_generated
from tests.collect.apk.readings import knowledge


def sdk(name: str, *prefixes: str, classes: tuple[str, ...] = ()) -> Sdk:
    return msgspec.structs.replace(knowledge().sdks[0], id=name, prefixes=prefixes, classes=classes)


SDKS = (
    sdk("maps", "com.maps", "com.maps.api"),
    sdk("maps-search", "com.maps.api.search"),
    sdk("one-class", "org.plain.only", classes=("org.plain.Entry",)),
)


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("com.maps.api.search.Poi", "maps-search"),
        ("com.maps.api.searching.Poi", "maps"),
        ("com.maps.View", "maps"),
        ("com.mapsy.View", None),
        ("org.plain.Entry", "one-class"),
        ("org.plain.Entry$1", "one-class"),
        ("org.plain.Other", None),
        ("cn.shop.app.Main", APP),
        ("cn.shop.data.Store", APP),
        ("cn.shopping.Main", None),
        ("a.b.c", None),
    ],
)
def test_longest_prefix_then_the_apps_own_name(name: str, owner: str | None) -> None:
    owners = Owners(SDKS, "cn.shop.app")
    assert owners.of(name) == owner
    assert owners.of(name) == owner


@pytest.mark.parametrize(
    ("package", "own", "foreign"),
    [
        ("com.github.anna.notes", "com.github.anna.Log", "com.github.barteksc.pdfviewer.View"),
        ("io.github.anna.notes", "io.github.anna.Log", "io.github.other.Lib"),
        ("cn.com.bank.mobile", "cn.com.bank.Log", "cn.com.chinatelecom.Sdk"),
        ("com.android.settings", "com.android.settings.Main", "com.android.volley.Request"),
        ("com.google.android.apps.maps", "com.google.android.apps.maps.Go", "com.google.gson.Gson"),
        ("com.example", "com.example.Main", "com.examples.Main"),
        ("com.shop", "com.shop.Main", "com.other.Main"),
        ("single", "single.Main", "other.Main"),
    ],
)
def test_names_that_many_share_need_one_label_more(package: str, own: str, foreign: str) -> None:
    owners = Owners((), package)
    assert owners.of(own) == APP
    assert owners.of(foreign) is None


def test_an_app_of_the_components_own_house_is_the_app() -> None:
    owners = Owners(SDKS, "com.maps.api.demo")
    assert owners.of("com.maps.api.demo.Main") == APP
    assert owners.of("com.maps.api.search.Poi") == "maps-search"


def test_without_a_package_nothing_is_the_apps() -> None:
    assert Owners(SDKS, "").of("cn.shop.Main") is None
    assert Owners(SDKS, "").of("com.maps.Main") == "maps"


def test_prefix_of() -> None:
    owners = Owners(SDKS, "cn.shop.app")
    assert owners.prefix_of("com.maps.api.search.a.b.C") == "com.maps.api.search"
    assert owners.prefix_of("cn.shop.Main") == ""


@pytest.mark.parametrize("name", ["cn.a.R", "cn.a.R$id", "cn.a.BuildConfig", "R"])
def test_generated(name: str) -> None:
    assert is_generated(name)


@pytest.mark.parametrize("name", ["cn.a.Rx", "cn.a.R$", "cn.a.MyBuildConfig", "cn.R.Main"])
def test_written_by_people(name: str) -> None:
    assert not is_generated(name)
