"""What runs without a call, in small programs written like smali."""

from __future__ import annotations

import numpy as np
import pytest

from scanner.collect.apk import flows as tested
from scanner.collect.apk.callgraph import place_keys
from scanner.collect.apk.flows import Flows
from scanner.collect.apk.reading import Reading
from scanner.knowledge.runtime import Runner
from tests.collect.apk.dexforge import Class, Field, Method
from tests.collect.apk.readings import knowledge, method, read

STATIC, INIT, ABSTRACT, INTERFACE = 0x8, 0x10001, 0x400, 0x600
RUNNABLE = "java.lang.Runnable"
TASK = Class("a.Task", (Method("run"),), implements=(RUNNABLE,))
NEW_TASK = "new-instance v0, La/Task;\n"
START = """
    new-instance v1, Ljava/lang/Thread;
    invoke-direct {v1, v0}, Ljava/lang/Thread;-><init>(Ljava/lang/Runnable;)V
    invoke-virtual {v1}, Ljava/lang/Thread;->start()V
"""


def go(*lines: str) -> Class:
    return Class("a.Root", (Method("go", code="\n".join([*lines, "return-void"]), access=STATIC),))


def taking(name: str, code: str, proto: str = "(Ljava/lang/Runnable;)V") -> Method:
    """A static method whose parameter is p0."""
    return Method(name, proto, code, access=STATIC)


def walked(
    *classes: Class, root: str = "a.Root.go", blocked: set[tuple[str, int]] | None = None
) -> tuple[Reading, set[str]]:
    reading = read(classes)
    runtime = knowledge().runtime
    flows = Flows(reading.inside, reading.members, runtime.runners, runtime.holders)
    keys = [(int(reading.program.code[method(reading, name)]), at) for name, at in blocked or ()]
    places = np.array(sorted(keys), np.int64).reshape(-1, 2)
    walk = reading.graph.walk(
        [method(reading, root)],
        further=flows.further,
        blocked=place_keys(places[:, 0], places[:, 1]),
    )
    rows = np.flatnonzero(walk.reached & (reading.program.code >= 0))
    assert walk.complete
    return reading, {reading.program.method_text(int(one)) for one in rows}


def runs(*classes: Class) -> set[str]:
    return walked(*classes)[1] - {"a.Root.go"}


def handed_to(call: str, kind: str = TASK.name, sort: str = "virtual") -> str:
    """Code that hands a new object to a call, as its first or second argument."""
    registers = "v0" if sort == "static" else "v1, v0"
    made = f"new-instance v0, L{kind.replace('.', '/')};"
    return f"const/4 v1, 0\n{made}\ninvoke-{sort} {{{registers}}}, {call}"


@pytest.mark.parametrize(
    ("call", "sort"),
    [
        ("Landroid/os/Handler;->post(Ljava/lang/Runnable;)Z", "virtual"),
        ("Landroid/view/View;->post(Ljava/lang/Runnable;)Z", "virtual"),
        ("Landroid/app/Activity;->runOnUiThread(Ljava/lang/Runnable;)V", "virtual"),
        ("Ljava/util/concurrent/Executor;->execute(Ljava/lang/Runnable;)V", "interface"),
        ("Ljava/util/concurrent/ExecutorService;->submit(Ljava/lang/Runnable;)Ljava/lang/Object;",
         "interface"),
        ("Ljava/util/Timer;->schedule(Ljava/util/TimerTask;)V", "virtual"),
        ("Lio/reactivex/Completable;->fromRunnable(Ljava/lang/Runnable;)Lio/reactivex/Completable;",
         "static"),
    ],
)  # fmt: skip
def test_what_a_queue_is_handed_runs(call: str, sort: str) -> None:
    assert runs(TASK, go(handed_to(call, sort=sort))) == {"a.Task.run"}


def test_a_thread_runs_itself_or_what_it_was_made_with() -> None:
    assert runs(TASK, go(NEW_TASK, START)) == {"a.Task.run"}
    own = Class("a.Own", (Method("run"),), extends="java.lang.Thread")
    start = "new-instance v0, La/Own;\ninvoke-virtual {v0}, La/Own;->start()V"
    assert runs(own, go(start)) == {"a.Own.run"}


def test_an_abstract_task_that_starts_itself_runs_what_its_subclasses_say() -> None:
    base = Class(
        "a.Base",
        (
            Method("begin", code="move-object v0, p0\n" + START + "return-void"),
            Method("run", code=None, access=1 | ABSTRACT),
        ),
        implements=(RUNNABLE,),
        access=1 | ABSTRACT,
    )
    made = Class("a.Made", (Method("run"),), extends="a.Base")
    never = Class("a.Never", (Method("run"),), extends="a.Base")
    begin = "new-instance v0, La/Made;\ninvoke-virtual {v0}, La/Base;->begin()V"
    assert runs(base, made, never, go(begin)) == {"a.Base.begin", "a.Made.run"}


HANDLER = Class(
    "a.H", (Method("handleMessage", "(Landroid/os/Message;)V"),), extends="android.os.Handler"
)


def test_messages_and_tasks_run_the_app_s_own_methods() -> None:
    send = "new-instance v0, La/H;\nconst/4 v1, 0\n"
    send += "invoke-virtual {v0, v1}, La/H;->sendEmptyMessage(I)Z"
    assert runs(HANDLER, go(send)) == {"a.H.handleMessage"}
    chained = "new-instance v0, La/H;\ninvoke-virtual {v0}, La/H;->obtainMessage()"
    chained += "Landroid/os/Message;\nmove-result-object v1\n"
    chained += "invoke-virtual {v1}, Landroid/os/Message;->sendToTarget()V"
    assert runs(HANDLER, go(chained)) == {"a.H.handleMessage"}
    names = ("onPreExecute", "doInBackground", "onPostExecute", "onCancelled")
    task = Class("a.T", tuple(Method(one) for one in names), extends="android.os.AsyncTask")
    execute = "new-instance v0, La/T;\nconst/4 v1, 0\ninvoke-virtual {v0, v1}, "
    execute += "La/T;->execute([Ljava/lang/Object;)Landroid/os/AsyncTask;"
    assert runs(task, go(execute)) == {f"a.T.{one}" for one in names[:3]}


def test_a_handler_that_is_made_is_not_run_and_what_it_is_made_with_may_be() -> None:
    only = "new-instance v0, La/H;\ninvoke-direct {v0}, Landroid/os/Handler;-><init>()V"
    assert runs(HANDLER, go(only)) == set()
    made = """
        new-instance v0, La/C;
        new-instance v1, Landroid/os/Handler;
        invoke-direct {v1, v0}, Landroid/os/Handler;-><init>(Landroid/os/Handler$Callback;)V
    """
    methods = (Method("handleMessage", "(Landroid/os/Message;)Z", "const/4 v0, 0\nreturn v0"),)
    callback = Class("a.C", methods, implements=("android.os.Handler$Callback",))
    assert runs(callback, go(made)) == {"a.C.handleMessage"}


FUNCTION = "()Ljava/lang/Object;"
KOTLIN = (
    Class("kotlin.jvm.functions.Function0", (Method("invoke", FUNCTION, None, 1 | ABSTRACT),),
          access=1 | INTERFACE),
    Class("kotlin.Lazy", (Method("getValue", FUNCTION, None, 1 | ABSTRACT),),
          access=1 | INTERFACE),
    Class("kotlin.LazyKt__LazyJVMKt", (Method(
        "lazy", "(Lkotlin/jvm/functions/Function0;)Lkotlin/Lazy;", """
        new-instance v0, Lkotlin/SynchronizedLazyImpl;
        invoke-direct {v0, p0}, Lkotlin/SynchronizedLazyImpl;-><init>(\
Lkotlin/jvm/functions/Function0;)V
        return-object v0
        """, STATIC),)),
    Class("kotlin.LazyKt", extends="kotlin.LazyKt__LazyJVMKt"),
    Class("kotlin.SynchronizedLazyImpl", (
        Method("<init>", "(Lkotlin/jvm/functions/Function0;)V", """
        iput-object p1, p0, Lkotlin/SynchronizedLazyImpl;->f:Lkotlin/jvm/functions/Function0;
        return-void
        """, INIT),
        Method("getValue", FUNCTION, """
        iget-object v0, p0, Lkotlin/SynchronizedLazyImpl;->f:Lkotlin/jvm/functions/Function0;
        invoke-interface {v0}, Lkotlin/jvm/functions/Function0;->invoke()Ljava/lang/Object;
        move-result-object v0
        return-object v0
        """)), implements=("kotlin.Lazy",),
        fields=(Field("f", "Lkotlin/jvm/functions/Function0;", static=False),)),
)  # fmt: skip


@pytest.mark.parametrize(
    "read_by",
    [
        "interface {v0}, Lkotlin/Lazy;",
        "virtual {v0}, Lkotlin/SynchronizedLazyImpl;",
    ],
)
@pytest.mark.parametrize("packaged", [True, False])
@pytest.mark.parametrize("inlined", [True, False])
def test_a_value_of_lazy_is_made_where_it_is_read(
    packaged: bool, inlined: bool, read_by: str
) -> None:
    def block(name: str) -> Class:
        code = "const/4 v0, 0\nreturn-object v0"
        return Class(
            name,
            (Method("invoke", FUNCTION, code),),
            implements=("kotlin.jvm.functions.Function0",),
        )

    def keep(name: str) -> str:
        made = f"new-instance v0, La/{name};\n"
        if inlined:
            made += "new-instance v1, Lkotlin/SynchronizedLazyImpl;\n"
            made += "invoke-direct {v1, v0}, Lkotlin/SynchronizedLazyImpl;-><init>("
            made += "Lkotlin/jvm/functions/Function0;)V\n"
        else:
            made += "invoke-static {v0}, Lkotlin/LazyKt;->lazy("
            made += "Lkotlin/jvm/functions/Function0;)Lkotlin/Lazy;\nmove-result-object v1\n"
        return made + f"sput-object v1, La/Root;->{name}:Lkotlin/Lazy;\n"

    reads = "sget-object v0, La/Root;->Now:Lkotlin/Lazy;\n"
    reads += f"invoke-{read_by}->getValue()Ljava/lang/Object;"
    root = go(keep("Now"), keep("Later"), reads)
    root = root._replace(fields=(Field("Now", "Lkotlin/Lazy;"), Field("Later", "Lkotlin/Lazy;")))
    library = KOTLIN if packaged else ()
    found = {one for one in runs(*library, block("a.Now"), block("a.Later"), root) if one[0] == "a"}
    assert found == {"a.Now.invoke"}


def test_a_star_runs_all_that_an_object_has_and_nothing_of_others() -> None:
    bridge = Class(
        "a.Js", (Method("<init>", access=INIT), Method("call"), Method("hide", access=2))
    )
    other = Class("a.Other", (Method("call"),))
    added = go(
        "new-instance v0, La/Js;\nnew-instance v2, La/Other;\nconst/4 v1, 0",
        "invoke-virtual {v1, v0, v1}, Landroid/webkit/WebView;->addJavascriptInterface("
        "Ljava/lang/Object;Ljava/lang/String;)V",
    )
    reading = read((bridge, other, added))
    row = Runner(id="x", methods=("android.webkit.WebView->addJavascriptInterface",), runs=("*",))
    further = Flows(reading.inside, reading.members, (row,)).further
    walk = reading.graph.walk([method(reading, "a.Root.go")], further=further)
    rows = np.flatnonzero(walk.reached & (reading.program.code >= 0))
    found = {reading.program.method_text(int(one)) for one in rows}
    assert found == {"a.Root.go", "a.Js.call"}


def test_a_suspend_lambda_runs_when_it_is_launched() -> None:
    block = Class(
        "a.Foo$1",
        (
            Method("<init>", "(Lkotlin/coroutines/Continuation;)V", access=INIT),
            Method("invokeSuspend", "(Ljava/lang/Object;)Ljava/lang/Object;",
                   "const/4 v0, 0\nreturn-object v0"),
        ),
        implements=("kotlin.jvm.functions.Function2",),
    )  # fmt: skip
    launch = """
        const/4 v1, 0
        new-instance v0, La/Foo$1;
        invoke-direct {v0, v1}, La/Foo$1;-><init>(Lkotlin/coroutines/Continuation;)V
        invoke-static {v1, v1, v1, v0}, Lkotlinx/coroutines/BuildersKt;->launch(\
Lkotlinx/coroutines/CoroutineScope;Lkotlin/coroutines/CoroutineContext;\
Lkotlinx/coroutines/CoroutineStart;Lkotlin/jvm/functions/Function2;)Lkotlinx/coroutines/Job;
    """
    assert runs(block, go(launch)) == {"a.Foo$1.<init>", "a.Foo$1.invokeSuspend"}


INTENT = """
    const-class v1, {}
    new-instance v0, Landroid/content/Intent;
    const/4 v2, 0
    invoke-direct {{v0, v2, v1}}, Landroid/content/Intent;-><init>(\
Landroid/content/Context;Ljava/lang/Class;)V
"""
SERVICE_START = """
    invoke-virtual {v2, v0}, Landroid/content/Context;->startService(\
Landroid/content/Intent;)Landroid/content/ComponentName;
"""
SERVICE = Class(
    "a.Service",
    (Method("onCreate"), Method("other"), Method("hook")),
    extends="android.app.Service",
)
SCREEN = Class(
    "a.Screen",
    (Method("onCreate", "(Landroid/os/Bundle;)V"), Method("onStart")),
    extends="android.app.Activity",
)


def test_an_intent_s_class_is_started_and_no_other_that_the_method_names() -> None:
    screen = INTENT.format("La/Screen;").replace("v0", "v4").replace("v1", "v5")
    started = go(screen, INTENT.format("La/Service;"), SERVICE_START)
    assert runs(SERVICE, SCREEN, started) == {"a.Service.onCreate"}


def test_an_intent_is_followed_through_a_method_and_a_setter() -> None:
    make = Method("make", "()Landroid/content/Intent;", """
        const/4 v2, 0
        const-class v1, La/Service;
        new-instance v0, Landroid/content/Intent;
        invoke-virtual {v0, v2, v1}, Landroid/content/Intent;->setClass(\
Landroid/content/Context;Ljava/lang/Class;)Landroid/content/Intent;
        move-result-object v3
        return-object v3
    """, access=STATIC)  # fmt: skip
    call = "invoke-static {}, La/Make;->make()Landroid/content/Intent;\nmove-result-object v0\n"
    found = runs(SERVICE, Class("a.Make", (make,)), go(call, "const/4 v2, 0", SERVICE_START))
    assert found == {"a.Make.make", "a.Service.onCreate"}


def test_a_class_named_by_a_text_is_started() -> None:
    lines = """
        const/4 v2, 0
        new-instance v0, Landroid/content/Intent;
        const-string v1, "a.Service"
        invoke-virtual {v0, v2, v1}, Landroid/content/Intent;->setClassName(\
Landroid/content/Context;Ljava/lang/String;)Landroid/content/Intent;
    """
    assert runs(SERVICE, go(lines, SERVICE_START)) == {"a.Service.onCreate"}


def test_a_started_object_exists_for_calls_on_itself() -> None:
    create = Method("onCreate", code="invoke-virtual {p0}, La/Base;->hook()V\nreturn-void")
    base = Class("a.Base", (create, Method("hook")), extends="android.app.Service")
    service = Class("a.Service", (Method("hook"),), extends="a.Base")
    found = runs(base, service, go(INTENT.format("La/Service;"), SERVICE_START))
    assert found == {"a.Base.onCreate", "a.Base.hook", "a.Service.hook"}


def test_a_work_request_s_class_runs() -> None:
    worker = Class(
        "a.Work",
        (
            Method("<init>", access=INIT),
            Method("doWork", "()I", "const/4 v0, 0\nreturn v0"),
            Method("doWork", "(I)V", access=STATIC | 1),
        ),
        extends="androidx.work.Worker",
    )
    lines = """
        const-class v1, La/Work;
        new-instance v0, Landroidx/work/OneTimeWorkRequest$Builder;
        invoke-direct {v0, v1}, Landroidx/work/OneTimeWorkRequest$Builder;-><init>(\
Ljava/lang/Class;)V
        invoke-virtual {v0}, Landroidx/work/OneTimeWorkRequest$Builder;->build()\
Landroidx/work/WorkRequest;
        move-result-object v0
        const/4 v2, 0
        invoke-virtual {v2, v0}, Landroidx/work/WorkManager;->enqueue(\
Landroidx/work/WorkRequest;)Landroidx/work/Operation;
    """
    assert runs(worker, go(lines)) == {"a.Work.<init>", "a.Work.doWork"}


# wrappers


def test_parameters_that_are_handed_on_are_followed_over_three_levels() -> None:
    pool = Class(
        "a.Pool",
        (
            taking("one", "invoke-static {p0}, La/Pool;->two(Ljava/lang/Runnable;)V\nreturn-void"),
            taking("two", "invoke-static {p0}, La/Pool;->last(Ljava/lang/Runnable;)V\nreturn-void"),
            taking("last", "move-object v0, p0\n" + START + "return-void"),
        ),
    )
    call = "invoke-static {v0}, La/Pool;->one(Ljava/lang/Runnable;)V"
    other = Class("a.Other", (Method("run"),), implements=(RUNNABLE,))
    found = runs(TASK, other, pool, go("new-instance v1, La/Other;", NEW_TASK, call))
    assert found == {"a.Pool.one", "a.Pool.two", "a.Pool.last", "a.Task.run"}


def test_a_wrapper_behind_an_interface_is_one_too() -> None:
    queue = Class(
        "a.Queue",
        (Method("add", "(Ljava/lang/Runnable;)V", code=None, access=1 | ABSTRACT),),
        access=1 | INTERFACE,
    )
    made = Class(
        "a.Made",
        (Method("add", "(Ljava/lang/Runnable;)V", "move-object v0, p1\n" + START + "return-void"),),
        implements=("a.Queue",),
    )
    call = "new-instance v2, La/Made;\n" + NEW_TASK
    call += "invoke-interface {v2, v0}, La/Queue;->add(Ljava/lang/Runnable;)V"
    assert runs(TASK, queue, made, go(call)) == {"a.Made.add", "a.Task.run"}


def test_a_builder_that_keeps_the_task_in_a_field() -> None:
    field = "La/Builder;->kept:Ljava/lang/Runnable;"
    keep = f"iput-object p1, p0, {field}\nreturn-object p0"
    builder = Class(
        "a.Builder",
        (
            Method("keep", "(Ljava/lang/Runnable;)La/Builder;", keep),
            Method("begin", code=f"iget-object v0, p0, {field}\n{START}return-void"),
        ),
        fields=(Field("kept", "Ljava/lang/Runnable;", static=False),),
    )
    lines = f"""
        new-instance v1, La/Builder;
        {NEW_TASK}
        invoke-virtual {{v1, v0}}, La/Builder;->keep(Ljava/lang/Runnable;)La/Builder;
        move-result-object v1
        invoke-virtual {{v1}}, La/Builder;->begin()V
    """
    assert runs(TASK, builder, go(lines)) == {"a.Builder.keep", "a.Builder.begin", "a.Task.run"}


def test_what_is_kept_for_a_click_does_not_run() -> None:
    field = "La/Button;->kept:Ljava/lang/Runnable;"
    click = f"iget-object v0, p0, {field}\ninvoke-interface {{v0}}, Ljava/lang/Runnable;->run()V"
    button = Class(
        "a.Button",
        (
            Method("keep", "(Ljava/lang/Runnable;)V", f"iput-object p1, p0, {field}\nreturn-void"),
            Method("onClick", "(Landroid/view/View;)V", click + "\nreturn-void"),
        ),
        implements=("android.view.View$OnClickListener",),
        fields=(Field("kept", "Ljava/lang/Runnable;", static=False),),
    )
    lines = f"""
        new-instance v1, La/Button;
        {NEW_TASK}
        invoke-virtual {{v1, v0}}, La/Button;->keep(Ljava/lang/Runnable;)V
        const/4 v2, 0
        invoke-virtual {{v2, v1}}, Landroid/view/View;->setOnClickListener(\
Landroid/view/View$OnClickListener;)V
    """
    assert runs(TASK, button, go(lines)) == {"a.Button.keep"}


def test_a_shared_wrapper_runs_no_task_that_only_a_click_makes() -> None:
    job = Class(
        "a.Job",
        (
            Method("<init>", "(Ljava/lang/Runnable;)V",
                   "iput-object p1, p0, La/Job;->kept:Ljava/lang/Runnable;\nreturn-void",
                   access=INIT),
            Method("begin", code="iget-object v0, p0, La/Job;->kept:Ljava/lang/Runnable;\n"
                   + START + "return-void"),
        ),
        fields=(Field("kept", "Ljava/lang/Runnable;", static=False),),
    )  # fmt: skip
    late = Class("a.Late", (Method("run"),), implements=(RUNNABLE,))

    def begin(kind: str) -> str:
        return f"""
            new-instance v0, L{kind};
            new-instance v1, La/Job;
            invoke-direct {{v1, v0}}, La/Job;-><init>(Ljava/lang/Runnable;)V
            invoke-virtual {{v1}}, La/Job;->begin()V
        """

    click = Class("a.Click", (Method("onClick", code=begin("a/Late") + "return-void"),))
    found = runs(TASK, late, job, click, go(begin("a/Task")))
    assert found == {"a.Job.<init>", "a.Job.begin", "a.Task.run"}


def test_lambdas_made_once_and_made_each_time() -> None:
    once = Class(
        "a.Root$$ExternalSyntheticLambda0",
        (
            Method("run", code="invoke-static {}, La/Body;->one()V\nreturn-void"),
            Method("<clinit>", code="""
                new-instance v0, La/Root$$ExternalSyntheticLambda0;
                sput-object v0, La/Root$$ExternalSyntheticLambda0;->INSTANCE:\
La/Root$$ExternalSyntheticLambda0;
                return-void
            """, access=STATIC),
        ),
        implements=(RUNNABLE,),
        fields=(Field("INSTANCE", "La/Root$$ExternalSyntheticLambda0;"),),
    )  # fmt: skip
    each = Class(
        "a.-$$Lambda$Root$1",
        (Method("run", code="invoke-static {}, La/Body;->two()V\nreturn-void"),),
        implements=(RUNNABLE,),
    )
    body = Class("a.Body", tuple(Method(one, access=STATIC) for one in ("one", "two", "no")))
    first = "sget-object v0, La/Root$$ExternalSyntheticLambda0;->INSTANCE:"
    first += "La/Root$$ExternalSyntheticLambda0;"
    second = "new-instance v0, La/-$$Lambda$Root$1;"
    found = runs(once, each, body, go(first, START, second, START))
    assert {one for one in found if one.startswith("a.Body")} == {"a.Body.one", "a.Body.two"}


# places that do not run


def test_a_wrapper_that_only_runs_behind_a_flag_sets_nothing_going() -> None:
    last = taking("last", "move-object v0, p0\n" + START + "return-void")
    call = "invoke-static {v0}, La/Pool;->last(Ljava/lang/Runnable;)V"
    classes = (TASK, Class("a.Pool", (last,)), go(NEW_TASK, call))
    assert "a.Task.run" in walked(*classes)[1]
    inner = {("a.Pool.last", at) for at in range(1, 30)}
    assert walked(*classes, blocked=inner)[1] == {"a.Root.go", "a.Pool.last"}
    outer = {("a.Root.go", at) for at in range(2, 30)}
    assert walked(*classes, blocked=outer)[1] == {"a.Root.go"}


def test_a_second_walk_is_not_told_by_the_first() -> None:
    last = taking("last", "move-object v0, p0\n" + START + "return-void")
    call = "invoke-static {v0}, La/Pool;->last(Ljava/lang/Runnable;)V"
    reading = read((TASK, Class("a.Pool", (last,)), go(NEW_TASK, call)))
    flows = Flows(reading.inside, reading.members, knowledge().runtime.runners)
    root, run = method(reading, "a.Root.go"), method(reading, "a.Task.run")
    pool = int(reading.program.code[method(reading, "a.Pool.last")])
    blocked = place_keys(np.full(29, pool), np.arange(1, 30))
    walks = [
        reading.graph.walk([root], further=flows.further, blocked=keys)
        for keys in (None, blocked, None)
    ]
    assert [bool(walk.reached[run]) for walk in walks] == [True, False, True]
    assert np.array_equal(walks[0].parent, walks[2].parent)


# hostile


def test_a_wrapper_that_calls_itself_ends() -> None:
    again = "invoke-static {p0}, La/Pool;->last(Ljava/lang/Runnable;)V\n"
    last = taking("last", "move-object v0, p0\n" + START + again + "return-void")
    found = runs(TASK, Class("a.Pool", (last,)), go(NEW_TASK, again.replace("p0", "v0")))
    assert found == {"a.Pool.last", "a.Task.run"}


@pytest.mark.parametrize("limit", ["MAX_WRAPPERS", "MAX_LOOKS", "MAX_BELOW"])
def test_too_much_is_told(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tested, limit, 1)
    pool = Class(
        "a.Pool",
        (
            taking("one", "invoke-static {p0}, La/Pool;->two(Ljava/lang/Runnable;)V\nreturn-void"),
            taking("two", "move-object v0, p0\n" + START + "return-void"),
            Method("begin", code="move-object v0, p0\n" + START + "return-void"),
            Method("run"),
        ),
        implements=(RUNNABLE,),
    )
    call = "invoke-static {v0}, La/Pool;->one(Ljava/lang/Runnable;)V"
    begin = "new-instance v2, La/Pool;\ninvoke-virtual {v2}, La/Pool;->begin()V"
    low = Class("a.Low", extends="a.Pool")
    reading = read((TASK, pool, low, go(NEW_TASK, call, begin)))
    flows = Flows(reading.inside, reading.members, knowledge().runtime.runners)
    reading.graph.walk([method(reading, "a.Root.go")], further=flows.further)
    assert not flows.complete
