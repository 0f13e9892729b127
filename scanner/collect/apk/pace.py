"""How often code asks to be told where the device is, where a constant says so.

Android's own call takes the shortest time between two answers; of makers' clients the option
counts that the same class sets. Whoever stops at the first answer watches nobody; how long anybody
watches who stops elsewhere, or asks for answers after a distance only, no constant tells.
"""

from __future__ import annotations

from scanner.collect.apk.inside import parameters_of
from scanner.collect.apk.reading import Place, Reading

_UPDATES = "android.location.LocationManager.requestLocationUpdates"
_LISTENER = "Landroid/location/LocationListener;"
_STOPS = ("android.location.LocationManager->removeUpdates",)
_ENDS = (
    *_STOPS,
    *("com.amap.api.location.AMapLocationClient->stopLocation",),
    *("com.amap.api.location.AMapLocationClient->onDestroy",),
    "com.google.android.gms.location.FusedLocationProviderClient->removeLocationUpdates",
    "com.huawei.hms.location.FusedLocationProviderClient->removeLocationUpdates",
)
"""Calls that end the watching. Source: the makers' public references."""
_DISTANCES = (
    "com.google.android.gms.location.LocationRequest->setSmallestDisplacement",
    "com.huawei.hms.location.LocationRequest->setSmallestDisplacement",
)
"""Options by which answers come after a distance only."""
_OPTIONS = {
    "com.amap.api.location.": (
        "com.amap.api.location.AMapLocationClientOption->setInterval",
        ("com.amap.api.location.AMapLocationClientOption->setOnceLocation",),
    ),
    "com.google.android.gms.location.": (
        "com.google.android.gms.location.LocationRequest->setInterval",
        ("com.google.android.gms.location.LocationRequest->setNumUpdates",),
    ),
    "com.huawei.hms.location.": (
        "com.huawei.hms.location.LocationRequest->setInterval",
        ("com.huawei.hms.location.LocationRequest->setNumUpdates",),
    ),
}
"""By the beginning of a call that watches: the option with the interval in milliseconds, and those
that ask for one answer only. Source: the makers' public references."""


_WATCHING = ("startLocation", "requestLocationUpdates", "requestLocationUpdatesEx")
DAY = 86_400_000
"""Milliseconds that stand for asking once."""


class Pace:
    """Finds the intervals."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.program = reading.program
        self.inside = reading.inside
        self._stopping = set(reading.members.methods(_STOPS))

    def of(self, api: str, place: Place) -> int | None:
        """Give the shortest time in milliseconds; None where no constant tells it."""
        if api == _UPDATES:
            return self._of_manager(place)
        for beginning, (setter, single) in _OPTIONS.items():
            if api.startswith(beginning) and api.endswith(_WATCHING):
                if self._near(place, single):
                    return DAY
                bounded = self._near(place, (*_ENDS, *_DISTANCES))
                return None if bounded else self._least(place, setter)
        return DAY

    def _of_manager(self, place: Place) -> int | None:
        body = self.inside.body(place.method)
        if body is None:
            return None
        invoke = body.invoke_at(place.at)
        callee = self.inside.callee(place.method, invoke)
        kinds = parameters_of(self.program.proto_of(callee)) if callee >= 0 else []
        if kinds.count("J") != 1:
            return None
        if self._stops(place, kinds):
            return DAY
        if "Ljava/lang/String;" in kinds:
            provider = self._numbers(place, kinds.index("Ljava/lang/String;"))[1]
            if provider == {"passive"}:
                return DAY
        distances = self._numbers(place, kinds.index("F"))[0] if "F" in kinds else {0}
        if distances != {0} or self._near(place, _ENDS):
            return None
        numbers, _ = self._numbers(place, kinds.index("J"))
        return max(numbers, default=None)

    def _numbers(self, place: Place, position: int) -> tuple[frozenset[int], frozenset[str]]:
        """Give the constants of an argument; none where it may be something else too."""
        body = self.inside.body(place.method)
        invoke = body.invoke_at(place.at) if body else None
        register = self.inside.argument(place.method, invoke, position) if invoke else None
        if register is None:
            return frozenset(), frozenset()
        found = self.inside.texts(place.method, place.at, register)
        return (frozenset(), frozenset()) if found.open else (found.numbers, found.values)

    def _stops(self, place: Place, kinds: list[str]) -> bool:
        """Tell whether the listener takes itself off as soon as it is told."""
        if _LISTENER not in kinds:
            return False
        body = self.inside.body(place.method)
        invoke = body.invoke_at(place.at) if body else None
        position = kinds.index(_LISTENER)
        register = self.inside.argument(place.method, invoke, position) if invoke else None
        if register is None:
            return True
        name = self.program.name_number("onLocationChanged")
        kinds_of = self.inside.objects(place.method, place.at, register).types
        told = [one for kind in kinds_of for one in self.reading.methods_of(kind, name)]
        return not told or any(self._calls_stop(one, 2) for one in told)

    def _calls_stop(self, method: int, depth: int) -> bool:
        """Tell whether a method, or one that it calls, takes a listener off."""
        body = self.inside.body(method)
        for invoke in body.invokes() if body else ():
            callee = self.inside.callee(method, invoke)
            if callee in self._stopping:
                return True
            bodies = self.inside.bodies(callee, invoke.op)[0] if callee >= 0 and depth else ()
            if any(self._calls_stop(one, depth - 1) for one in bodies):
                return True
        return False

    def _least(self, place: Place, setter: str) -> int | None:
        """Give the longest interval that the same class sets, so that nobody is wronged."""
        numbers = [self._numbers(one, 0)[0] for one in self._near(place, (setter,))]
        if not numbers or not all(numbers):
            return None
        return max(number for each in numbers for number in each)

    def _near(self, place: Place, members: tuple[str, ...]) -> list[Place]:
        """Give the calls of some methods in the class of a place, or one around or inside it."""
        house = self._house(place)
        calls = self.reading.calls(self.reading.members.methods(members))
        return [one for one, _ in calls if self._house(one) == house]

    def _house(self, place: Place) -> str:
        kind = int(self.program.method_class[place.method])
        return self.program.type_text(kind).partition("$")[0]
