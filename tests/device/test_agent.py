from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from scanner.device import agent
from scanner.device.agent import Agent, attach, bridge, generate, hooker, hooks_of
from scanner.device_file import Event
from scanner.errors import NotAuditable, UsageError
from scanner.knowledge import Knowledge, rules_folder

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no node here to run JavaScript")
HERE = Path(__file__).parent
TELEPHONY = "android.telephony.TelephonyManager"
SECURE = "android.provider.Settings$Secure"
PACKAGES = "android.content.pm.PackageManager"


# The list


def test_hooks_are_the_table_counted_another_way(known: Knowledge) -> None:
    rows = yaml.safe_load((rules_folder() / "lists" / "apis.yaml").read_text("utf-8"))["accesses"]
    wanted = set()
    for row in rows.values():
        inner = [one for key in ("calls", "near") for one in row.get(key, ())]
        for each in (row, *inner):
            wanted |= {name.replace("->", ".") for name in each.get("methods", ())}
    hooks = hooks_of(known)
    names = [hook.api for hook in hooks]
    assert len(names) == len(set(names))
    beside = set(names) - wanted
    assert wanted <= set(names)
    assert {name.rpartition(".")[0] for name in beside} <= {
        "android.content.ContentResolver",
        "android.content.Context",
        "android.app.Activity",
        "dalvik.system.DexClassLoader",
        "dalvik.system.InMemoryDexClassLoader",
        "java.lang.ProcessBuilder",
        "java.io.FileInputStream",
        "java.io.RandomAccessFile",
    }
    assert "android.content.ContentResolver.query" in beside


def test_a_method_that_always_counts_has_no_tests(known: Knowledge) -> None:
    always = {name for access in known.apis.accesses for name in access.methods}
    for hook in hooks_of(known):
        member = f"{hook.owner}->{'<init>' if hook.method == '$init' else hook.method}"
        assert not (member in always and hook.tests), member
    tests = {hook.api: hook.tests for hook in hooks_of(known)}
    (first, *_) = tests[f"{SECURE}.getString"]
    assert first.kind == "constant"
    assert any("android_id" in test.values for test in tests[f"{SECURE}.getString"])


def test_commands_are_expressions_that_javascript_has(known: Knowledge) -> None:
    """RE2 knows named groups, classes and flags in forms that JavaScript does not."""
    for access in known.apis.accesses:
        for pattern in access.commands:
            assert not re.search(r"\(\?[^:]|\[\[:|\\[pPAzZCQE]", pattern), pattern


# The script, in node


@needs_node
def test_the_script_is_javascript(known: Knowledge, tmp_path: Path) -> None:
    script = tmp_path / "agent.js"
    script.write_text(generate(known, package="cn.app\u2028'\"</script>"), "utf-8")
    subprocess.run([str(NODE), "--check", str(script)], check=True, timeout=60)
    script.write_text("const TABLE = ;", "utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run([str(NODE), "--check", str(script)], check=True, timeout=60)


def played(known: Knowledge, tmp_path: Path, classes: str, scenario: str) -> list[dict[str, Any]]:
    """Run the agent beside stub classes, then a scenario, and give what it sent."""
    fake = (HERE / "fake_java.js").read_text("utf-8")
    script = tmp_path / "play.js"
    parts = (
        fake,
        classes,
        generate(known, package="cn.app"),
        scenario,
        "process.stdout.write(JSON.stringify(sent));",
    )
    script.write_text("\n".join(parts), "utf-8")
    done = subprocess.run(
        [str(NODE), str(script)], capture_output=True, timeout=60, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    sent: list[dict[str, Any]] = json.loads(done.stdout)
    return sent


def events(sent: list[dict[str, Any]]) -> list[Event]:
    return [msgspec.convert(each, Event) for each in sent if "api" in each]


PHONE = f"""
add('{TELEPHONY}', {{
  getDeviceId: [
    [[], function () {{ return call('{TELEPHONY}', 'getDeviceId', [0], 1); }}],
    [['int'], () => '353879234252633'],
  ],
  getSubscriberId: [[[], () => {{ throw new Error('java.lang.SecurityException: no'); }}]],
  getLine1Number: [[[], () => null]],
}});
const given = ['android.content.ContentResolver', 'java.lang.String'];
add('{SECURE}', {{ getString: [[given, () => 'x']] }});
"""
RESOLVER = "{ $className: 'android.app.ContextImpl$ApplicationContentResolver' }"


@needs_node
def test_calls_become_events(known: Knowledge, tmp_path: Path) -> None:
    sent = played(
        known,
        tmp_path,
        PHONE,
        f"""
        const stack = [['com.sdk.A', 'b'], ['cn.app.B', 'c']];
        const result = call('{TELEPHONY}', 'getDeviceId', [0], 1, stack);
        if (result !== '353879234252633') throw new Error('changed');
        let thrown = null;
        try {{ call('{TELEPHONY}', 'getSubscriberId'); }} catch (error) {{ thrown = error; }}
        if (!/SecurityException/.test(String(thrown))) throw new Error('swallowed');
        if (call('{TELEPHONY}', 'getLine1Number') !== null) throw new Error('changed');
        if (hookedOverloads('{TELEPHONY}', 'getDeviceId') !== 2) throw new Error('overloads');
        """,
    )
    first, denied, empty = events(sent)
    assert isinstance(first.time, float)
    assert abs(first.time / 1000 - time.time()) < 600
    assert msgspec.structs.replace(first, time=0.0) == Event(
        time=0.0,
        api=f"{TELEPHONY}.getDeviceId",
        uid=10123,
        pid=4321,
        package="cn.app",
        thread="main",
        args=("0",),
        stack=("com.sdk.A.b", "cn.app.B.c"),
        outcome="value",
    )
    assert (denied.outcome, empty.outcome) == ("denied", "empty")
    assert "353879234252633" not in json.dumps(sent)


@needs_node
def test_an_overload_that_calls_another_is_one_call(known: Knowledge, tmp_path: Path) -> None:
    sent = played(known, tmp_path, PHONE, f"call('{TELEPHONY}', 'getDeviceId', [], 0);")
    (event,) = events(sent)
    assert event.args == ()


@needs_node
def test_constants_filter(known: Knowledge, tmp_path: Path) -> None:
    sent = played(
        known,
        tmp_path,
        PHONE,
        f"""
        call('{SECURE}', 'getString', [{RESOLVER}, 'location_mode']);
        call('{SECURE}', 'getString', [{RESOLVER}, 'android_id']);
        call('{SECURE}', 'getString', [{RESOLVER}, null]);
        call('{SECURE}', 'getString', ['android_id', 'screen_brightness']);
        """,
    )
    (event,) = events(sent)
    assert event.args == ("<android.app.ContextImpl$ApplicationContentResolver>", "android_id")


@needs_node
def test_what_is_missing_stops_nothing_and_is_told(known: Knowledge, tmp_path: Path) -> None:
    classes = f"""
    add('{TELEPHONY}', {{ getImei: [[[], () => 'x']] }});
    const bad = () => {{ throw new Error('bad'); }};
    classes['android.location.LocationManager'] = new Proxy({{}}, {{ get: bad }});
    add('{PACKAGES}', {{
      getInstalledPackages: [[['int'], null]],
      getInstalledApplications: [[['int'], null]],
    }});
    add('android.app.ApplicationPackageManager', {{ getInstalledPackages: [[['int'], () => []]] }});
    """
    sent = played(
        known,
        tmp_path,
        classes,
        """
        call('android.app.ApplicationPackageManager', 'getInstalledPackages', [0]);
        add('android.telephony.SubscriptionInfo', { getIccId: [[[], () => '']] });
        beats[0]();
        """,
    )
    told = [each for each in sent if "hooked" in each]
    assert told[0]["hooked"] == [f"{PACKAGES}.getInstalledPackages", f"{TELEPHONY}.getImei"]
    assert told[0]["missing"][f"{TELEPHONY}.getMeid"] == "no such method"
    assert told[0]["missing"]["android.telephony.SubscriptionInfo.getIccId"] == "no such class"
    assert told[0]["missing"][f"{PACKAGES}.getInstalledApplications"] == "no such method"
    assert "android.location.LocationManager.getLastKnownLocation" in told[0]["missing"]
    everything = {*told[0]["hooked"], *told[0]["missing"]}
    assert everything == {hook.api for hook in hooks_of(known)}
    assert "android.telephony.SubscriptionInfo.getIccId" in told[1]["hooked"]
    (event,) = events(sent)
    assert (event.api, event.outcome) == (f"{PACKAGES}.getInstalledPackages", "empty")
    assert [each["calls"] for each in sent if "alive" in each] == [1]


@needs_node
def test_abstract_methods_are_watched_where_they_are_done(known: Knowledge, tmp_path: Path) -> None:
    info = "com.android.internal.telephony.IPhoneSubInfo"
    stub = f"add('{info}', {{ getDeviceId: [[['java.lang.String'], null]] }});\n"
    (told,) = played(known, tmp_path, stub, "")
    assert told["missing"][f"{info}.getDeviceId"] == "abstract"
    proxy = f"add('{info}$Stub$Proxy', {{ getDeviceId: [[['java.lang.String'], () => 'x']] }});"
    sent = played(
        known, tmp_path, stub + proxy, f"call('{info}$Stub$Proxy', 'getDeviceId', ['cn.app']);"
    )
    assert [event.api for event in events(sent)] == [f"{info}.getDeviceId"]


@needs_node
def test_personal_arguments_are_masked_in_the_app(known: Knowledge, tmp_path: Path) -> None:
    resolver = "android.content.ContentResolver"
    classes = f"add('{resolver}', {{ query: [[['android.net.Uri'], () => null]] }});"
    lookup = "content://com.android.contacts/phone_lookup/13800138000?a=zhang.san@example.cn"
    sent = played(
        known,
        tmp_path,
        classes + PHONE,
        f"""
        call('{resolver}', 'query', [uri('{lookup}')]);
        call('{resolver}', 'query', [uri('content://cn.app.files/1')]);
        call('{resolver}', 'query', [uri('content://cn.app/1')]);
        call('{resolver}', 'query', [uri('content://cn.application/1')]);
        call('{resolver}', 'query', ['file:///sdcard']);
        const odd = [39.90923, '02:1a:2b:3c:4d:5e', ['a', 1234567, '张三'], '张三', 'li si', {{}}];
        call('{TELEPHONY}', 'getDeviceId', odd, 1);
        """,
    )
    contacts, other, device = events(sent)
    assert contacts.args == ("content://com.android.contacts/phone_lookup/*?*",)
    assert other.args == ("content://cn.application/1",)
    assert device.args == ("*", "*", "[a, *, *]", "*", "*", "*")
    said = json.dumps(sent, ensure_ascii=False)
    assert not re.search(r"13800138000|zhang|39\.9|1a:2b|张|li si", said)


@needs_node
def test_what_goes_to_other_apps(known: Knowledge, tmp_path: Path) -> None:
    start, context = "android.app.Instrumentation", "android.app.ContextImpl"
    classes = f"""
    add('{start}', {{ execStartActivity: [[['android.content.Intent'], () => null]] }});
    add('{context}', {{ bindService: [[['android.content.Intent'], () => true]] }});
    const asked = ['[Ljava.lang.String;', 'int'];
    add('android.app.Activity', {{ requestPermissions: [[asked, () => undefined]] }});
    """
    sent = played(
        known,
        tmp_path,
        classes,
        f"""
        call('{start}', 'execStartActivity', [intent('cn.app')]);
        call('{start}', 'execStartActivity', [intent(null)]);
        call('{start}', 'execStartActivity', [intent('com.other')]);
        call('{context}', 'bindService', [intent(null, 'com.third')]);
        call('android.app.Activity', 'requestPermissions', [['android.permission.CAMERA'], 7]);
        """,
    )
    found = [(event.api, event.args) for event in events(sent)]
    assert found == [
        ("android.content.Context.startActivity", ("Intent { cmp=com.other/.Main }",)),
        ("android.content.Context.bindService", ("Intent { cmp=null/.Main }",)),
        ("android.app.Activity.requestPermissions", ("[android.permission.CAMERA]", "7")),
    ]
    assert events(sent)[2].outcome is None


@needs_node
def test_commands_and_paths(known: Knowledge, tmp_path: Path) -> None:
    builder, stream = "java.lang.ProcessBuilder", "java.io.FileInputStream"
    classes = f"""
    add('{builder}', {{ start: [[[], () => ({{}})]] }});
    add('{stream}', {{ $init: [[['java.lang.String'], () => undefined]] }});
    function exec(...words) {{
      const self = {{ command: () => ({{ toArray: () => words }}) }};
      return classes['{builder}'].start.overloads[0].implementation.apply(self, []);
    }}
    """
    sent = played(
        known,
        tmp_path,
        classes,
        f"""
        exec('ls', '/data/local'); exec('getprop', 'ro.serialno');
        call('{stream}', '$init', ['/data/data/cn.app/a']);
        call('{stream}', '$init', ['/sys/class/net/wlan0/address']);
        """,
    )
    run, read = events(sent)
    assert (run.api, run.args) == (f"{builder}.start", ("getprop ro.serialno",))
    assert (read.api, read.args) == (f"{stream}.<init>", ("/sys/class/net/wlan0/address",))


@needs_node
def test_floods_and_deep_stacks_are_bounded(known: Knowledge, tmp_path: Path) -> None:
    sent = played(
        known,
        tmp_path,
        PHONE,
        f"""
        Date.now = () => 1700000000000;
        const deep = Array.from({{ length: 9000 }}, (_, i) => ['a.B', 'c' + i]);
        const long = ['x'.repeat(9999)];
        for (let i = 0; i < 300; i++) call('{TELEPHONY}', 'getDeviceId', long, 1, deep);
        """,
    )
    found = events(sent)
    assert len(found) == 300
    assert [len(event.stack or ()) for event in found] == [64] * 200 + [0] * 100
    assert found[-1].stack is None
    assert all(len(text) <= 200 for event in found for text in event.args or ())


@needs_node
def test_without_java_it_says_so(known: Knowledge, tmp_path: Path) -> None:
    (told,) = played(known, tmp_path, "Java.available = false;", "")
    assert told == {"failed": "no Java in this process"}


# The asking end


def sent_message(payload: object) -> dict[str, Any]:
    return {"type": "send", "payload": payload}


def test_messages_are_taken_whatever_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent, "MOST_EVENTS", 1)
    taken: list[Event] = []
    watching = Agent("", taken.append)
    assert not watching.wait(0)
    watching.heard(
        sent_message({"hooked": ["a.B.d", "a.B.c", 7], "missing": {"x.Y.z": "abstract"}})
    )
    for said in ({"api": 7}, {"api": "a.B.c"}, "words", None, {"alive": 1, "calls": 0}):
        watching.heard(sent_message(said))
    watching.heard({"type": "error", "description": "ReferenceError: x"})
    for _ in range(2):
        watching.heard(sent_message({"api": "a.B.c", "time": 1_700_000_000_000, "uid": 10_001}))
    assert taken == [Event(time=1_700_000_000_000.0, api="a.B.c", uid=10_001)]
    assert watching.wait(0)
    assert watching.hooked == ("a.B.c", "a.B.d")
    assert watching.missing == {"x.Y.z": "abstract"}
    assert (watching.events, watching.lost) == (1, 3)
    assert "ReferenceError: x" in watching.faults
    for _ in range(100):
        watching.heard({"type": "error"})
    assert len(watching.faults) == agent.MOST_FAULTS
    assert not watching.silent
    monkeypatch.setattr(agent, "SILENT_S", -1)
    assert watching.silent


def test_without_frida_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "frida_tools", None)
    with pytest.raises(UsageError, match="frida"):
        attach("x", "cn.app", lambda _: None, "")


class FakeSpawn:
    def __init__(self, identifier: str, pid: int) -> None:
        self.identifier, self.pid = identifier, pid


class FakeDevice:
    """A phone's Frida that runs nothing and remembers everything."""

    def __init__(self) -> None:
        self.did: list[tuple[str, object]] = []
        self.listeners: dict[str, Any] = {}
        self.reply: object = {"hooked": ["a.B.c"]}

    def on(self, signal: str, listener: Any) -> None:
        self.listeners[signal] = listener

    def off(self, signal: str, _: Any) -> None:
        del self.listeners[signal]

    def spawn(self, names: list[str]) -> int:
        self.did.append(("spawn", tuple(names)))
        return 1

    def attach(self, pid: int) -> FakeSession:
        self.did.append(("attach", pid))
        return FakeSession(self, pid)

    def resume(self, pid: int) -> None:
        self.did.append(("resume", pid))

    def kill(self, pid: int) -> None:
        self.did.append(("kill", pid))

    def enable_spawn_gating(self) -> None:
        self.did.append(("gate", True))

    def disable_spawn_gating(self) -> None:
        self.did.append(("gate", False))


class FakeSession(FakeDevice):
    def __init__(self, device: FakeDevice, pid: int) -> None:
        super().__init__()
        self.device, self.pid, self.did = device, pid, device.did

    def create_script(self, source: str, name: str) -> FakeSession:
        assert source.endswith("// agent")
        return self

    def load(self) -> None:
        self.did.append(("load", self.pid))
        self.listeners["message"](sent_message(self.device.reply), None)

    def detach(self) -> None:
        self.did.append(("detach", self.pid))


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> FakeDevice:
    frida = pytest.importorskip("frida", reason="frida is not installed")
    pytest.importorskip("frida_tools", reason="frida-tools is not installed")
    fake = FakeDevice()
    monkeypatch.setattr(frida, "get_device", lambda serial, timeout: fake)
    return fake


def test_hooks_stand_before_the_app_runs_and_in_all_its_processes(device: FakeDevice) -> None:
    watching = attach("serial", "cn.app", lambda _: None, "// agent")
    main = [("spawn", ("cn.app",)), ("attach", 1), ("load", 1), ("gate", True), ("resume", 1)]
    assert device.did == main
    gate = device.listeners["spawn-added"]
    for spawn in (FakeSpawn("cn.app:push", 2), FakeSpawn("cn.apple", 3), FakeSpawn("com.o", 4)):
        gate(spawn)
    for _ in range(600):
        if ("resume", 4) in device.did:
            break
        time.sleep(0.05)
    watching.close()
    assert device.did[len(main) :] == [
        *[("attach", 2), ("load", 2), ("resume", 2), ("resume", 3), ("resume", 4)],
        *[("gate", False), ("detach", 1), ("detach", 2)],
    ]
    assert watching.faults == []


def test_an_agent_that_cannot_hook_is_told_and_taken_away(device: FakeDevice) -> None:
    device.reply = {"failed": "no Java in this process"}
    with pytest.raises(NotAuditable, match="no Java in this process"):
        attach("serial", "cn.app", lambda _: None, "// agent")
    assert device.did[-3:] == [("kill", 1), ("gate", False), ("detach", 1)]


def test_a_phone_without_frida_server_is_told(
    device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    import frida

    def refuses(_: object) -> None:
        raise frida.ServerNotRunningError("unable to connect")

    monkeypatch.setattr(device, "spawn", refuses)
    with pytest.raises(NotAuditable, match="unable to connect") as raised:
        attach("serial", "cn.app", lambda _: None, "// agent")
    assert "frida-server" in raised.value.hint


# The hooks, on a Java machine


JAVA = {
    "android/telephony/TelephonyManager.java": """package android.telephony;
        public class TelephonyManager {
          public String getDeviceId() { return "353879234252633"; }
          public String getDeviceId(int slot) { return null; }
          public String getSubscriberId() { throw new SecurityException("no"); }
        }""",
    "android/content/ContentResolver.java": """package android.content;
        public class ContentResolver {}""",
    "android/provider/Settings.java": """package android.provider;
        public class Settings { public static class Secure {
          public static String getString(android.content.ContentResolver r, String name) {
            return name + "!";
          } } }""",
    "android/content/pm/PackageManager.java": """package android.content.pm;
        public abstract class PackageManager {
          public abstract java.util.List<String> getInstalledPackages(int flags); }""",
    "android/app/ApplicationPackageManager.java": """package android.app;
        public class ApplicationPackageManager extends android.content.pm.PackageManager {
          public java.util.List<String> getInstalledPackages(int flags) {
            return new java.util.ArrayList<String>();
          } }""",
    "android/app/Activity.java": """package android.app;
        public class Activity {
          public final void requestPermissions(String[] names, int code) {} }""",
    "android/os/Process.java": """package android.os;
        public class Process { public static final int myUid() { return 10123; } }""",
    "com/sdk/Reader.java": """package com.sdk;
        public class Reader {
          public static String read(android.telephony.TelephonyManager t) {
            return t.getDeviceId();
          } }""",
    "Main.java": """import android.telephony.TelephonyManager;
        public class Main {
          public static void main(String[] args) throws Exception {
            TelephonyManager t = new TelephonyManager();
            android.content.ContentResolver r = new android.content.ContentResolver();
            android.content.pm.PackageManager p = new android.app.ApplicationPackageManager();
            android.app.Activity a = new android.app.Activity();
            new android.os.Process();
            System.out.println("ready");
            System.in.read();
            System.out.println(com.sdk.Reader.read(t));
            System.out.println(t.getDeviceId(1));
            try { t.getSubscriberId(); } catch (SecurityException e) { System.out.println("no"); }
            System.out.println(android.provider.Settings.Secure.getString(r, "adb_enabled"));
            System.out.println(android.provider.Settings.Secure.getString(r, "android_id"));
            System.out.println(p.getInstalledPackages(0));
            a.requestPermissions(new String[] {"android.permission.CAMERA"}, 3);
            new java.io.File("/").list();
            try { new java.io.FileInputStream("/proc/serial_num"); }
            catch (java.io.FileNotFoundException e) { System.out.println("none"); }
            System.out.println(new java.io.FileInputStream("/proc/self/cmdline").read() > 0);
            System.out.println("done");
            System.in.read();
            System.in.read();
          } }""",
}


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    javac, java = shutil.which("javac"), shutil.which("java")
    if not javac or not java:
        pytest.skip("no JDK here (javac, java) to run stub classes on")
    for name, source in JAVA.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")
    files = [str(tmp_path / name) for name in JAVA]
    subprocess.run([javac, "-d", str(tmp_path), *files], check=True, timeout=300)
    command = [java, "-cp", str(tmp_path), "Main"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield process
        process.kill()


def test_hooks_run_on_a_java_machine(known: Knowledge, machine: subprocess.Popen[str]) -> None:
    frida = pytest.importorskip("frida", reason="frida is not installed")
    pytest.importorskip("frida_tools", reason="frida-tools is not installed")
    assert machine.stdin
    assert machine.stdout
    assert machine.stdout.readline() == "ready\n"
    taken: list[Event] = []
    watching = Agent(bridge() + generate(known, package="cn.app"), taken.append)
    try:
        watching.load(frida.attach(machine.pid))
    except (frida.PermissionDeniedError, frida.NotSupportedError, frida.TransportError) as error:
        pytest.skip(f"frida cannot attach to a Java machine here: {error}")
    if not watching.wait(120) and any("no Java" in fault for fault in watching.faults):
        pytest.skip("frida does not know the Java machine that is here")
    assert f"{TELEPHONY}.getDeviceId" in watching.hooked
    machine.stdin.write("\n")
    machine.stdin.flush()
    printed = []
    while (line := machine.stdout.readline().strip()) not in ("done", ""):
        printed.append(line)
    for _ in range(600):
        if len(taken) >= 7:
            break
        time.sleep(0.05)
    machine.kill()
    for _ in range(600):
        if watching.faults:
            break
        time.sleep(0.05)
    assert "no longer watched" in watching.faults[0]
    watching.close()
    wanted = ["353879234252633", "null", "no", "adb_enabled!", "android_id!", "[]", "none", "true"]
    assert printed == wanted
    found = [(event.api.rpartition(".")[2], event.args, event.outcome) for event in taken]
    assert found == [
        ("getDeviceId", (), "value"),
        ("getDeviceId", ("1",), "empty"),
        ("getSubscriberId", (), "denied"),
        ("getString", ("<android.content.ContentResolver>", "android_id"), "value"),
        ("getInstalledPackages", ("0",), "empty"),
        ("requestPermissions", ("[android.permission.CAMERA]", "3"), None),
        ("<init>", ("/proc/serial_num",), "error"),
    ]
    assert taken[0].stack == ("com.sdk.Reader.read", "Main.main")
    assert {event.uid for event in taken} == {10123}
    assert {event.pid for event in taken} == {machine.pid}
    assert {event.package for event in taken} == {"cn.app"}
    assert "353879234252633" not in str(taken)


def test_the_hooker_makes_the_agent_of_a_package(
    known: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[object, ...]] = []
    done = Agent("", lambda _: None)

    def fake(*given: object) -> Agent:
        called.append(given)
        return done

    monkeypatch.setattr(agent, "attach", fake)
    assert hooker(known)("serial", "cn.other", print) is done
    ((serial, package, sink, source),) = called
    assert (serial, package, sink) == ("serial", "cn.other", print)
    assert '"package":"cn.other"' in str(source)
