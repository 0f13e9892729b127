"""Whose code a class is: the app's, a third-party component's, or nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scanner.knowledge import Sdk

APP = "app"
"""The owner of the app's own code."""

_GENERATED = re.compile(r"(.*\.)?(R|R\$\w+|BuildConfig)")


_SHARED = frozenset(
    (
        *("android", "androidx", "com.android", "com.google", "com.google.android"),
        *("com.google.android.apps", "com.googlecode", "com.github", "io.github", "com.gitee"),
        *("io.gitee", "com.gitlab", "io.gitlab", "org.bitbucket"),
        *("net.sourceforge", "com.cn", "com.hk", "com.tw", "net.cn", "org.cn"),
    )
)
"""Names under which many developers, or a platform and its libraries, keep packages."""
_SECOND_LEVEL = frozenset(("com", "co", "net", "org", "gov", "edu", "ac", "mil", "or", "ne", "go"))
"""Second labels under which countries register names, as in cn.com.example."""


SHORT = 2
"""Letters of a class name that a shrinker made."""


class Owners:
    """Attributes classes by the longest package prefix that the table of components knows.

    What no component owns is the app's when it lies under the first two labels of the app's
    package, as Android names them, and else unknown. Where many share these (cn.com, io.github,
    com.google), one label more counts. A component of whose package the app's is a part is the app.
    The package of a first screen counts like the app's own, unless a component brings the screen:
    an application id need not be where the classes are. Under a plain library a class whose name a
    shrinker made is nobody's: shrinkers move classes there.
    """

    def __init__(self, sdks: Iterable[Sdk], package: str, screens: Iterable[str] = ()) -> None:
        sdks = tuple(sdks)
        self._prefixes: dict[str, str] = {}
        self._plain = {sdk.id for sdk in sdks if not sdk.collects}
        for sdk in sdks:
            for prefix in (*sdk.prefixes, *sdk.classes):
                if not f"{package}.".startswith(f"{prefix}."):
                    self._prefixes[prefix] = sdk.id
        screens = (name.rpartition(".")[0] for name in screens if not self.prefix_of(name))
        self._homes = {_home(name) for name in (package, *screens) if name} - {""}
        self._known: dict[str, str | None] = {}

    def of(self, name: str) -> str | None:
        """Give the owner of a class by its dotted name: app, an id, or None."""
        outer = name.partition("$")[0]
        if outer in self._prefixes:
            return self._prefixes[outer]
        package, _, simple = outer.rpartition(".")
        if package not in self._known:
            self._known[package] = self._find(package)
        owner = self._known[package]
        return None if owner in self._plain and len(simple) <= SHORT else owner

    def prefix_of(self, name: str) -> str:
        """Give the prefix by which a component owns a class; empty when none does."""
        outer = name.partition("$")[0]
        end = len(outer)
        while end > 0:
            if outer[:end] in self._prefixes:
                return outer[:end]
            end = outer.rfind(".", 0, end)
        return ""

    def _find(self, package: str) -> str | None:
        prefix = self.prefix_of(package)
        if prefix:
            return self._prefixes[prefix]
        inside = any(package == home or package.startswith(f"{home}.") for home in self._homes)
        return APP if inside else None


def _home(package: str) -> str:
    labels = package.split(".")
    if len(labels) < 2:
        return package
    count = 2
    if len(labels[0]) == 2 and labels[1] in _SECOND_LEVEL:
        count = 3
    while count < len(labels) and ".".join(labels[:count]) in _SHARED:
        count += 1
    return ".".join(labels[:count])


def is_generated(name: str) -> bool:
    """Tell whether the build tools made a class for every package, with no code of its own."""
    return _GENERATED.fullmatch(name) is not None
