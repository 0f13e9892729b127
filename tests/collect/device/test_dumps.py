from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.dumps import Grant, operations, package_state
from tests.collect.device.drawn import package_dump
from tests.collect.device.recordings import APP

CAMERA = "android.permission.CAMERA"
MICROPHONE = "android.permission.RECORD_AUDIO"
ANDROID_9 = """\
Packages:
  Package [cn.example.app] (8a7b6c5):
    userId=10088
    versionCode=3 minSdk=19 targetSdk=22
    versionName=0.9 beta
    requested permissions:
      android.permission.CAMERA
    install permissions:
      android.permission.INTERNET: granted=true
      android.permission.VIBRATE: granted=true
    User 0: ceDataInode=98 installed=true hidden=false suspended=false stopped=false
      runtime permissions:
        android.permission.CAMERA: granted=true, flags=[ USER_SET REVOKE_ON_UPGRADE ]
        android.permission.RECORD_AUDIO: granted=true, flags=[ USER_SET ]
        android.permission.READ_SMS: granted=true, flags=[ REVIEW_REQUIRED ]
        android.permission.SCHEDULE_EXACT_ALARM: restricted=true
        android.permission.READ_CONTACTS: granted=true
"""
ANDROID_11 = """\
Current AppOps Service state:
  Settings:
    top_state_settle_time=+5s0ms
  All op active watchers:
    98a1797 ->
        [CAMERA]
        ActiveCallback{96892e4 watchinguid=-1 from uid=u0a138 pid=2375}

  Uid u0a119:
    state=bg
    capability=---
      LEGACY_STORAGE: mode=ignore
      COARSE_LOCATION: mode=foreground
    Package cn.example.app:
      COARSE_LOCATION (allow):
      FINE_LOCATION (allow / switch COARSE_LOCATION=allow):
        null=[
          Access: [fg-s] 2021-01-11 16:01:05.086 (-1h5m27s679ms)
          Access: [bg-s] 2021-01-11 15:59:27.223 (-7m5s542ms) duration=+1m37s899ms
          Reject: [cch-s]2021-01-11 15:02:12.835 (-2h4m19s930ms)
        ]
      CAMERA (ignore):
    Package cn.example.other:
      CAMERA (allow):
        null=[
          Access: [top-s] 2021-01-11 16:01:05.086 (-1s0ms)
        ]
  Uid u0a120:
      CAMERA: mode=deny
    Package cn.example.third:
      READ_SMS (allow):
"""
ANDROID_8 = """\
Current AppOps Service state:
  Uid u0a12:
    Package cn.example.app:
      COARSE_LOCATION: mode=0; time=+3d1h0m0s0ms ago; duration=0
      CAMERA: mode=1; rejectTime=+2m0s500ms ago
      MIUIOP(10017): mode=5
"""
GOT = """\
Uid mode: COARSE_LOCATION: ignore
COARSE_LOCATION: allow
WAKE_LOCK: allow; time=+23m48s927ms ago; duration=+39ms
MIUIOP(10022): ignore; rejectTime=+1h0m0s0ms ago
ACCESS_RESTRICTED_SETTINGS: default; rejectTime=+6h20m2s425ms ago
"""


def test_android_10_to_15() -> None:
    text = package_dump(
        {"CAMERA": "true USER_SET|USER_SENSITIVE_WHEN_GRANTED", "RECORD_AUDIO": "false USER_FIXED"},
        users={10: {"CAMERA": "false USER_SET"}},
    )
    state = package_state(text, APP)
    assert state is not None
    assert (state.uid, state.version_name, state.version_code) == (10123, "1.0", 10)
    assert state.runtime[CAMERA] == Grant(
        True, frozenset({"USER_SET", "USER_SENSITIVE_WHEN_GRANTED"})
    )
    assert state.runtime[MICROPHONE] == Grant(False, frozenset({"USER_FIXED"}))
    assert set(state.install) == {"android.permission.INTERNET"}
    assert CAMERA in state.requested
    assert "android.permission.WRITE_EXTERNAL_STORAGE" in state.requested
    assert f"{APP}.permission.C2D_MESSAGE" not in state.requested
    work = package_state(text, APP, 1_010_123)
    assert work is not None
    assert work.runtime[CAMERA].granted is False
    assert MICROPHONE not in work.runtime


def test_android_9_and_an_app_for_android_5() -> None:
    state = package_state(ANDROID_9, APP)
    assert state is not None
    assert state.version_name == "0.9 beta"
    stands = {name.rpartition(".")[2]: grant.granted for name, grant in state.runtime.items()}
    assert stands == {
        "CAMERA": False,  # granted on paper, and gives nothing
        "RECORD_AUDIO": True,
        "READ_SMS": None,
        "READ_CONTACTS": True,
    }


def test_other_packages_and_hidden_versions_say_nothing() -> None:
    other = package_dump({"CAMERA": "true USER_SET"}, package="cn.example.other")
    assert package_state(other, APP) is None
    assert package_state("", APP) is None
    both = other + package_dump({"CAMERA": "false "})
    state = package_state(both, APP)
    assert state is not None
    assert state.runtime[CAMERA].granted is False
    hidden = package_dump({"CAMERA": "true "}).replace("Packages:", "Hidden system packages:")
    assert package_state(hidden, APP) is None


def test_what_stands_twice_and_differently_is_unknown() -> None:
    line = f"        {CAMERA}: granted=true, flags=[ ]\n"
    text = package_dump({"CAMERA": "true "})
    assert line in text
    torn = text.replace(line, line + line.replace("true", "false"))
    state = package_state(torn, APP)
    assert state is not None
    assert CAMERA not in state.runtime


def test_operations_of_android_11() -> None:
    found = operations(ANDROID_11, APP)
    assert found is not None
    assert set(found) == {"LEGACY_STORAGE", "COARSE_LOCATION", "FINE_LOCATION", "CAMERA"}
    assert found["COARSE_LOCATION"].mode == "foreground"  # that of the user id holds
    assert found["CAMERA"].mode == "ignore"
    assert found["FINE_LOCATION"].used_s == 7 * 60 + 5.542
    assert found["FINE_LOCATION"].rejected_s == 2 * 3600 + 4 * 60 + 19.93
    third = operations(ANDROID_11, "cn.example.third")
    assert third is not None
    assert third["CAMERA"].mode == "deny"
    assert operations(ANDROID_11, "cn.example.nobody") is None


def test_operations_of_android_8_and_of_a_maker() -> None:
    found = operations(ANDROID_8, APP)
    assert found is not None
    assert found["COARSE_LOCATION"] == ("allow", 3 * 86_400 + 3_600, None)
    assert found["CAMERA"] == ("ignore", None, 120.5)
    assert found["MIUIOP(10017)"].mode == "ask"


def test_operations_that_were_asked_for_by_name() -> None:
    found = operations(GOT, APP)
    assert found is not None
    assert found["COARSE_LOCATION"].mode == "ignore"
    assert found["WAKE_LOCK"].used_s == 23 * 60 + 48.927
    assert found["MIUIOP(10022)"] == ("ignore", None, 3_600.0)
    assert operations("No operations.\n", APP) == {}


@given(st.text(max_size=300), st.integers(0, 60))
def test_noise_neither_fails_nor_invents_a_permission(noise: str, at: int) -> None:
    lines = package_dump({"CAMERA": "true "}).splitlines()
    torn = "\n".join([*lines[:at], *noise.splitlines(), *lines[at:]])
    state = package_state(torn, APP)
    if state is not None:
        assert set(state.runtime) <= {CAMERA}
    operations(torn, APP)


def test_a_dump_without_end_is_bounded() -> None:
    lines = "".join(f"        a.b{n}: granted=true\n" for n in range(20_000))
    text = package_dump({"CAMERA": "true "}).replace("      disabledComponents:\n", lines, 1)
    state = package_state(text + "x" * 1_000_000, APP)
    assert state is not None
    assert len(state.runtime) <= 5_000
