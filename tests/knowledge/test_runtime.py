"""The table of how Android runs code: what a person sets off is no runner, keys of consent fit."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import re2

from scanner.errors import RulebookError
from scanner.knowledge import Knowledge, load_knowledge
from scanner.knowledge.runtime import Runtime

LISTS = Path(__file__).parents[2] / "rules" / "lists"
MEMBER = re.compile(
    r"([a-z][A-Za-z0-9_]*\.)+[A-Za-z0-9_]+(\$[A-Za-z0-9_]+)*->([A-Za-z0-9_$]+|<init>)"
)


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return load_knowledge(LISTS).runtime


@pytest.mark.parametrize(
    ("method", "run", "by_class"),
    [
        ("java.lang.Thread->start", "run", False),
        ("android.os.Handler->postDelayed", "run", False),
        ("android.os.Handler->sendEmptyMessage", "handleMessage", False),
        ("android.os.MessageQueue->addIdleHandler", "queueIdle", False),
        ("android.app.Activity->runOnUiThread", "run", False),
        ("android.os.AsyncTask->execute", "doInBackground", False),
        ("java.util.concurrent.Executor->execute", "run", False),
        ("java.util.concurrent.ExecutorService->submit", "call", False),
        ("java.util.concurrent.CompletableFuture->supplyAsync", "get", False),
        ("java.util.concurrent.CompletableFuture->thenAccept", "accept", False),
        ("java.util.Timer->schedule", "run", False),
        ("io.reactivex.Observable->create", "subscribe", False),
        ("io.reactivex.Single->doOnSuccess", "accept", False),
        ("io.reactivex.rxjava3.core.Flowable->map", "apply", False),
        ("io.reactivex.rxjava3.core.Completable->fromAction", "run", False),
        ("rx.Observable->subscribe", "call", False),
        ("kotlinx.coroutines.BuildersKt->launch$default", "invokeSuspend", False),
        ("kotlinx.coroutines.flow.FlowKt->onEach", "invokeSuspend", False),
        ("kotlin.concurrent.ThreadsKt->thread$default", "invoke", False),
        ("androidx.fragment.app.FragmentTransaction->replace", "onCreateView", False),
        ("android.app.Dialog->show", "onCreate", False),
        ("android.content.Context->startService", "onStartCommand", True),
        ("android.content.Context->bindService", "onServiceConnected", False),
        ("android.app.job.JobScheduler->schedule", "onStartJob", True),
        ("android.content.Context->sendBroadcast", "onReceive", True),
        ("androidx.work.OneTimeWorkRequest$Builder-><init>", "doWork", True),
        ("androidx.startup.AppInitializer->initializeComponent", "create", True),
        ("android.location.LocationManager->requestLocationUpdates", "onLocationChanged", False),
        ("java.lang.Class->newInstance", "<init>", True),
    ],
)
def test_what_runs_what(runtime: Runtime, method: str, run: str, by_class: bool) -> None:
    runners = [row for row in runtime.runners if method in row.methods]
    assert any(run in row.runs and row.by_class is by_class for row in runners)


PERSON = re.compile(
    r"on(Long|Item|Context|Menu|Double|Navigation|Options|Preference|Editor|Query)*"
    r"(Click|Clicked|LongClick|Touch|TouchEvent|Key|KeyDown|Drag|Scroll|Swipe|Tap|Fling)"
    r"|on(CheckedChanged|ItemSelected|MenuItemClick|OptionsItemSelected|TextChanged|Dismiss|Cancel"
    r"|BackPressed|ActivityResult|RequestPermissionsResult|EditorAction|RatingChanged|DateSet"
    r"|Pause|Stop|Destroy|ProgressChanged|NavigationItemSelected|TabSelected|PageSelected)"
    r"|handleOnBackPressed|afterTextChanged|beforeTextChanged|uncaughtException"
)


def test_what_a_person_sets_off_is_no_runner(runtime: Runtime) -> None:
    assert [run for row in runtime.runners for run in row.runs if PERSON.fullmatch(run)] == []
    asking = re.compile(
        r"setOn\w*(Click|Touch|Key)\w*|registerForActivityResult|setOnMenu\w*"
        r"|registerReceiver|registerContentObserver|observe|observeForever"
    )
    methods = [method for row in runtime.runners for method in row.methods]
    assert [each for each in methods if asking.fullmatch(each.partition("->")[2])] == []


def test_no_answer_is_a_runner_and_each_stands_once(runtime: Runtime) -> None:
    assert len(set(runtime.answers)) == len(runtime.answers)
    methods = {method for row in runtime.runners for method in row.methods}
    assert not methods & set(runtime.answers)


def test_what_keeps_a_function_is_not_asked_by_all(runtime: Runtime) -> None:
    assert {"kotlin.LazyKt", "kotlin.SynchronizedLazyImpl"} <= set(runtime.holders)
    reads = [row for row in runtime.runners if "kotlin.Lazy->getValue" in row.methods]
    assert [row.runs for row in reads] == [("invoke", "getValue")]


def test_only_what_takes_a_class_runs_constructors(runtime: Runtime) -> None:
    assert {row.id for row in runtime.runners if "<init>" in row.runs and not row.by_class} == set()
    assert all(row.methods and row.runs for row in runtime.runners)


def members(runtime: Runtime) -> Iterator[str]:
    for row in runtime.runners:
        yield from row.methods
    for name in ("requests", "loaders", "bridges", "starts", "strangers", "resolvers", "answers"):
        yield from getattr(runtime, name)
    for name in ("shells", "openers", "reflections"):
        yield from getattr(runtime, name)
    yield from (getter.method for getter in runtime.consent_getters)


def test_members_are_well_formed(runtime: Runtime) -> None:
    assert [member for member in members(runtime) if not MEMBER.fullmatch(member)] == []


@pytest.mark.parametrize(
    ("column", "method"),
    [
        ("requests", "android.app.Activity->requestPermissions"),
        ("requests", "androidx.core.app.ActivityCompat->requestPermissions"),
        ("requests", "androidx.activity.result.ActivityResultLauncher->launch"),
        ("requests", "com.hjq.permissions.XXPermissions->permission"),
        ("requests", "com.permissionx.guolindev.PermissionMediator->permissions"),
        ("requests", "com.yanzhenjie.permission.runtime.option.RuntimeOption->permission"),
        ("requests", "com.tbruyelle.rxpermissions2.RxPermissions->request"),
        ("answers", "android.view.View$OnClickListener->onClick"),
        ("answers", "android.content.DialogInterface$OnClickListener->onClick"),
        ("answers", "androidx.activity.result.ActivityResultCallback->onActivityResult"),
        ("answers", "androidx.lifecycle.Observer->onChanged"),
        ("answers", "android.app.Activity->onRequestPermissionsResult"),
        ("answers", "android.content.BroadcastReceiver->onReceive"),
        ("loaders", "dalvik.system.DexClassLoader-><init>"),
        ("loaders", "dalvik.system.InMemoryDexClassLoader-><init>"),
        ("bridges", "android.webkit.WebView->addJavascriptInterface"),
        ("bridges", "com.tencent.smtt.sdk.WebView->addJavascriptInterface"),
        ("starts", "android.content.Context->startService"),
        ("starts", "android.app.Activity->startActivityForResult"),
        ("strangers", "android.content.Intent->setPackage"),
        ("resolvers", "android.content.ContentResolver->query"),
        ("shells", "java.lang.Runtime->exec"),
        ("shells", "java.lang.ProcessBuilder-><init>"),
        ("openers", "java.io.FileInputStream-><init>"),
        ("reflections", "java.lang.Class->getMethod"),
        ("reflections", "java.lang.Class->getDeclaredField"),
    ],
)
def test_calls_that_the_graph_must_know(runtime: Runtime, column: str, method: str) -> None:
    assert method in getattr(runtime, column)


def test_writing_is_no_reading(runtime: Runtime) -> None:
    written = re.compile(r".*->(insert|update|delete|bulkInsert|applyBatch|openOutputStream)")
    assert [method for method in runtime.resolvers if written.fullmatch(method)] == []


@pytest.mark.parametrize(
    "key",
    [
        "privacy_agreed",
        "privacyAgree",
        "isFirst",
        "IS_FIRST",
        "is_first_run",
        "firstLaunch",
        "first_open",
        "FirstStart",
        "user_agreement",
        "agree_protocol",
        "yinsi_xieyi",
        "yinSi",
        "has_consented",
        "gdpr_consent",
        "policy_version",
        "PRIVACY_POLICY",
        "isAgreePrivacy",
        "sp_user_privacy",
        "key_first_in",
        "tongyi",
        "isTongYi",
        "user_terms",
        "accepted_terms",
        "terms_of_service",
        "eula_accepted",
        "first_install",
        "is_first_1",
        "同意隐私政策",
    ],
)
def test_keys_under_which_apps_store_consent(runtime: Runtime, key: str) -> None:
    assert re2.search(runtime.consent_keys, key)


@pytest.mark.parametrize(
    "key",
    [
        "token",
        "theme",
        "night_mode",
        "user_id",
        "first_name",
        "firstName",
        "last_login",
        "language",
        "volume",
        "device_id",
        "login_state",
        "is_vip",
        "city",
        "thirsty",
        "push_enabled",
        "search_history",
        "cookie",
        "version_code",
        "userName",
    ],
)
def test_other_keys(runtime: Runtime, key: str) -> None:
    assert not re2.search(runtime.consent_keys, key)


@pytest.mark.parametrize(
    ("method", "key", "default"),
    [
        ("android.content.SharedPreferences->getBoolean", 0, 1),
        ("android.content.SharedPreferences->getInt", 0, 1),
        ("android.content.SharedPreferences->contains", 0, None),
        ("com.tencent.mmkv.MMKV->decodeBool", 0, 1),
        ("com.tencent.mmkv.MMKV->containsKey", 0, None),
        ("com.blankj.utilcode.util.SPUtils->getBoolean", 0, 1),
        ("com.orhanobut.hawk.Hawk->get", 0, 1),
    ],
)
def test_getters_of_stored_flags(
    runtime: Runtime, method: str, key: int, default: int | None
) -> None:
    found = [getter for getter in runtime.consent_getters if getter.method == method]
    assert [(getter.key, getter.default) for getter in found] == [(key, default)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("'java.lang.Thread->start'", "'Thread start'", "methods: "),
        ("    runs: [handleMessage]\n", "", "message: missing runs"),
        ("by_class: true", "by_class: 1", "by_class: "),
        ("    key: 0\n", "    key: name\n", "key: "),
        ("    key: 0\n", "", "getter: missing key"),
        ("consent_keys: '(?i)", "consent_keys: '(?i)(", "consent_keys: "),
        ("requests:\n", "request:\n", "runtime: missing requests"),
        ("  thread:\n", "  the thread:\n", "runners: 'the thread' cannot be an id"),
        ("  - 'java.lang.Runtime->exec'", "  - 'java.lang.Runtime.exec'", "shells: "),
        ("  - 'java.lang.Runtime->exec'\n", "  - 'java.lang.Runtime->exec'\n" * 2, "shells: "),
    ],
)
def test_faults_are_told_with_their_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    copy = Path(shutil.copytree(LISTS, tmp_path / "lists"))
    path = copy / "runtime.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RulebookError) as caught:
        load_knowledge(copy)
    fits = [fault for fault in caught.value.faults if fault.message.startswith(message)]
    assert fits, [str(fault) for fault in caught.value.faults]
    assert fits[0].file == str(path)
    assert fits[0].hint
    place = text[: text.index(old)].count("\n") + 1
    assert "missing" in message or abs(fits[0].line - place) <= 20


def test_the_table_is_part_of_what_is_known() -> None:
    known: Knowledge = load_knowledge(LISTS)
    assert len(known.runtime.runners) > 30
