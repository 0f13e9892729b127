"""How often code asks for the place, where a constant says so."""

from __future__ import annotations

import pytest

from scanner.collect.apk.pace import DAY, Pace
from tests.collect.apk.dexforge import Class, Method
from tests.collect.apk.readings import calls, read

MANAGER = "android.location.LocationManager"
UPDATES = (
    "invoke-virtual/range {v0 .. v5}, Landroid/location/LocationManager;->requestLocationUpdates"
    "(Ljava/lang/String;JFLandroid/location/LocationListener;)V"
)
STOP = (
    "invoke-virtual {v0, p0}, Landroid/location/LocationManager;"
    "->removeUpdates(Landroid/location/LocationListener;)V"
)
LISTENER = "android.location.LocationListener"


def listener(*lines: str) -> Class:
    told = Method(
        "onLocationChanged", "(Landroid/location/Location;)V", "\n".join((*lines, "return-void"))
    )
    return Class("cn.a.L", (Method("<init>", access=0x10001), told), implements=(LISTENER,))


def watching(time: str, provider: str = "gps") -> Class:
    code = f"""
        const-string v1, "{provider}"
        {time}
        const/4 v4, 0
        new-instance v5, Lcn/a/L;
        invoke-direct {{v5}}, Lcn/a/L;-><init>()V
        {UPDATES}
        return-void
    """
    return Class("cn.a.B", (Method("go", "(J)V", code, registers=9),))


def pace(*classes: Class) -> int | None:
    reading = read(classes)
    (place,) = calls(reading, f"{MANAGER}->requestLocationUpdates")
    return Pace(reading).of(f"{MANAGER}.requestLocationUpdates", place)


@pytest.mark.parametrize(
    ("time", "interval"),
    [
        ("const-wide/16 v2, 0", 0),
        ("const-wide/16 v2, 999", 999),
        ("const-wide/32 v2, 60000", 60_000),
        ("move-wide v2, p1", None),
    ],
)
def test_the_shortest_time_of_androids_own_call(time: str, interval: int | None) -> None:
    assert pace(watching(time), listener()) == interval


def test_who_stops_at_the_first_answer_watches_nobody() -> None:
    assert pace(watching("const-wide/16 v2, 0"), listener(STOP)) == DAY


def test_who_stops_by_a_helper_watches_nobody() -> None:
    helper = Class("cn.a.H", (Method("stop", "()V", f"{STOP}\nreturn-void"),))
    call = "invoke-virtual {v1}, Lcn/a/H;->stop()V"
    assert pace(watching("const-wide/16 v2, 0"), listener(call), helper) == DAY


def test_a_listener_that_cannot_be_told_is_left_alone() -> None:
    assert pace(watching("const-wide/16 v2, 0")) == DAY


def test_passive_answers_cost_nobody_more() -> None:
    assert pace(watching("const-wide/16 v2, 0", provider="passive"), listener()) == DAY


@pytest.mark.parametrize(
    ("distance", "interval"),
    [("const/4 v4, 0", 0), ("const/high16 v4, 0x43fa", None), ("move v4, p1", None)],
)
def test_answers_after_a_distance_only_have_no_known_pace(
    distance: str, interval: int | None
) -> None:
    found = watching("const-wide/16 v2, 0")
    (method,) = found.methods
    code = (method.code or "").replace("const/4 v4, 0", distance)
    assert pace(found._replace(methods=(method._replace(code=code),)), listener()) == interval


@pytest.mark.parametrize("name", ["cn.a.B$1", "cn.a.B$Stopping"])
def test_how_long_anybody_watches_who_stops_elsewhere_is_not_known(name: str) -> None:
    stop = Class(name, (Method("run", "()V", f"{STOP}\nreturn-void"),))
    assert pace(watching("const-wide/16 v2, 0"), listener(), stop) is None
    other = Class("cn.a.Other", stop.methods)
    assert pace(watching("const-wide/16 v2, 0"), listener(), other) == 0


AMAP = "com.amap.api.location"


def client(*lines: str, other: str = "cn.a.B") -> tuple[Class, ...]:
    start = (
        f"invoke-virtual {{v0}}, L{AMAP.replace('.', '/')}/AMapLocationClient;->startLocation()V"
    )
    setting = Method("set", "()V", "\n".join((*lines, "return-void")))
    if other == "cn.a.B":
        return (Class("cn.a.B", (Method("go", "()V", f"{start}\nreturn-void"), setting)),)
    go = Class("cn.a.B", (Method("go", "()V", f"{start}\nreturn-void"),))
    return go, Class(other, (setting,))


INTERVAL = (
    "const-wide/16 v2, 800",
    "invoke-virtual {v0, v2, v3}, Lcom/amap/api/location/AMapLocationClientOption;->setInterval(J)"
    "Lcom/amap/api/location/AMapLocationClientOption;",
)
ONCE = (
    "const/4 v1, 1",
    "invoke-virtual {v0, v1}, Lcom/amap/api/location/AMapLocationClientOption;->setOnceLocation(Z)"
    "Lcom/amap/api/location/AMapLocationClientOption;",
)


STOPPED = f"invoke-virtual {{v0}}, L{AMAP.replace('.', '/')}/AMapLocationClient;->stopLocation()V"


@pytest.mark.parametrize(
    ("classes", "interval"),
    [
        (client(*INTERVAL), 800),
        (client(*INTERVAL, other="cn.a.B$1"), 800),
        (client(*INTERVAL, other="cn.a.Other"), None),
        (client(*INTERVAL, *ONCE), DAY),
        (client(*INTERVAL, STOPPED), None),
        (client(), None),
    ],
)
def test_the_option_that_the_same_class_sets(
    classes: tuple[Class, ...], interval: int | None
) -> None:
    reading = read(classes)
    (place,) = calls(reading, f"{AMAP}.AMapLocationClient->startLocation")
    assert Pace(reading).of(f"{AMAP}.AMapLocationClient.startLocation", place) == interval
    assert Pace(reading).of("android.location.LocationManager.getLastKnownLocation", place) == DAY
