// Watches the calls that TABLE names and sends one line of events.jsonl for each. What a call
// returns is never sent, and of its arguments nothing that may be personal. A class, method or
// member that is not there costs itself only, and whatever goes wrong here, the app goes on.
'use strict';
(function () {
  const MOST_FRAMES = 64;
  const LONGEST = 200; // characters of an argument
  const MOST_ITEMS = 16; // of a list or array in an argument
  const FULL_PER_SECOND = 200; // calls of one method; beyond these come without their stack
  const BEAT_MS = 5000;
  const TRIES = 24; // beats in which classes that were not there are sought again
  const MOST_LOADERS = 20;
  const ABSTRACT = 0x400; // java.lang.reflect.Modifier
  const PERSONAL = new RegExp(
    [
      '(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}', // addresses of devices
      '[^\\s@:/;,<>()"\']{1,64}@[\\w.-]{1,100}\\.\\w{2,}',
      '\\d{6,}|\\d+\\.\\d{3,}', // numbers, places
    ].join('|'),
    'g'
  );
  const LOOKED_UP = /\/((?:phone_|email_)?lookup(?:_enterprise)?|filter(?:_enterprise)?)\/[^/?#]+/g;
  const SAYS = /^(android\.content\.(Intent|ComponentName)|android\.net\.Uri.*|java\.io\.File)$/;

  const hooked = new Set();
  const missing = new Map();
  const placed = new Set(); // class, loader and method that carry a hook
  const empties = new Map();
  const underWay = new Map(); // thread -> what runs on it: apis, and OWN
  const seconds = new Map();
  const OWN = '';
  let calls = 0;
  let newLoader = false;

  function maybe(action, otherwise) {
    try {
      return action();
    } catch (_) {
      return otherwise;
    }
  }

  // What a call was given

  function isJava(value) {
    return value !== null && typeof value === 'object' && typeof value.$className === 'string';
  }

  function isList(value) {
    return value !== null && typeof value === 'object' && typeof value.length === 'number';
  }

  function raw(value) {
    if (value === null || value === undefined) return 'null';
    if (Array.isArray(value)) {
      const items = [];
      for (let i = 0; i < value.length && i < MOST_ITEMS; i++) items.push(raw(value[i]));
      return '[' + items.join(', ') + ']';
    }
    if (isList(value)) return '<array>';
    if (!isJava(value)) return String(value);
    return SAYS.test(value.$className) ? String(value.toString()) : '<' + value.$className + '>';
  }

  function shown(value) {
    if (typeof value === 'number' && !Number.isInteger(value)) return '*';
    if (Array.isArray(value)) {
      return ('[' + value.slice(0, MOST_ITEMS).map(shown).join(', ') + ']').slice(0, LONGEST);
    }
    const words = maybe(() => raw(value), '');
    if (!isJava(value) && /[^!-~]/.test(words)) return '*'; // prose, names
    return hidden(words);
  }

  function hidden(words) {
    const begin = words.slice(0, LONGEST * 4);
    const plain = begin.replace(LOOKED_UP, '/$1/*').replace(/\?[^\s]*/g, '?*');
    const bare = plain.replace(/(?:%[0-9A-Fa-f]{2})+|[^ -~]+/g, '*').replace(PERSONAL, '*');
    return bare.slice(0, LONGEST);
  }

  // What may be said of a call's arguments; of a query's only where it goes.
  function told(hook, self, args) {
    const kinds = hook.tests.map((test) => test.kind);
    if (kinds.includes('command')) return [hidden(maybe(() => command(self), ''))];
    return (kinds.includes('other_provider') ? args.slice(0, 1) : args).map(shown);
  }

  function isOther(name) {
    return typeof name === 'string' && name !== '' && name !== TABLE.package;
  }

  function target(value) {
    if (!isJava(value) || typeof value.getComponent !== 'function') return null;
    const component = value.getComponent();
    return component === null ? value.getPackage() : component.getPackageName();
  }

  function begins(text, value) {
    return value.endsWith('*') ? text.startsWith(value.slice(0, -1)) : text === value;
  }

  function command(self) {
    const words = self.command().toArray();
    return Array.from(words, (word) => String(word)).join(' ');
  }

  const TESTS = {
    constant: (test, args) =>
      args.length > test.argument && test.values.some((v) => begins(raw(args[test.argument]), v)),
    text: (test, args) =>
      args
        .filter(isJava)
        .map((arg) => String(arg.toString()))
        .some((said) => test.values.some((v) => said.includes(v))),
    path: (test, args) =>
      args.length > 0 && test.values.some((v) => raw(args[0]).startsWith(v)),
    command: (test, args, self) => test.values.some((v) => new RegExp(v).test(command(self))),
    other_provider: (test, args) => {
      const authority = args.length ? /^content:\/\/([^/?#]*)/.exec(raw(args[0])) : null;
      return authority !== null && authority[1] !== TABLE.package &&
        !authority[1].startsWith(TABLE.package + '.');
    },
    other_app: (test, args) => args.some((arg) => isOther(target(arg))),
  };

  function counts(hook, self, args) {
    return !hook.tests.length || hook.tests.some((test) => TESTS[test.kind](test, args, self));
  }

  // Who called, and where

  function frames(method) {
    const trace = Java.use('java.lang.Thread').currentThread().getStackTrace();
    const name = method === '$init' ? '<init>' : method;
    const all = [];
    let own = -1;
    for (let i = 0; i < trace.length && all.length < MOST_FRAMES + 8; i++) {
      const element = trace[i];
      const called = element.getMethodName();
      all.push(element.getClassName() + '.' + called);
      if (own < 0 && i < 8 && called === name) own = i;
    }
    return all.slice(own + 1, own + 1 + MOST_FRAMES);
  }

  function isFull(api, now) {
    const second = Math.floor(now / 1000);
    let seen = seconds.get(api);
    if (seen === undefined || seen.second !== second) seconds.set(api, (seen = { second, n: 0 }));
    return ++seen.n <= FULL_PER_SECOND;
  }

  function uid() {
    return maybe(() => Java.use('android.os.Process').myUid(), null);
  }

  function processName() {
    return maybe(() => Java.use('android.app.ActivityThread').currentProcessName(), null);
  }

  function begun(hook, self, args) {
    const now = Date.now();
    const event = { time: now, api: hook.api, pid: Process.id, package: TABLE.package };
    const user = uid();
    if (typeof user === 'number') event.uid = user;
    const process = processName();
    if (typeof process === 'string') event.process = process;
    const thread = maybe(() => Java.use('java.lang.Thread').currentThread().getName(), null);
    if (typeof thread === 'string') event.thread = hidden(thread);
    event.args = told(hook, self, args);
    if (isFull(hook.api, now)) {
      const stack = maybe(() => frames(hook.method), null);
      if (stack !== null) event.stack = stack;
    }
    return event;
  }

  function gave(result) {
    if (result === undefined) return undefined;
    if (result === null || result === '') return 'empty';
    if (isList(result)) return result.length ? 'value' : 'empty';
    if (isJava(result) && typeof result.isEmpty === 'function') {
      return maybe(() => (result.isEmpty() ? 'empty' : 'value'), 'value');
    }
    return 'value';
  }

  function raised(error) {
    return /SecurityException/.test(String(error)) ? 'denied' : 'error';
  }

  // Hooks

  function run(hook, overload, self, args) {
    const thread = Process.getCurrentThreadId();
    let here = underWay.get(thread);
    if (here === undefined) underWay.set(thread, (here = new Set()));
    if (here.has(OWN) || here.has(hook.api)) return overload.apply(self, args);
    here.add(OWN);
    const event = maybe(() => (counts(hook, self, args) ? begun(hook, self, args) : null), null);
    here.delete(OWN);
    here.add(hook.api);
    let outcome;
    try {
      const result = overload.apply(self, args);
      here.add(OWN);
      outcome = maybe(() => gave(result), undefined);
      return result;
    } catch (error) {
      outcome = raised(error);
      throw error;
    } finally {
      here.delete(OWN);
      here.delete(hook.api);
      if (here.size === 0) underWay.delete(thread);
      if (event !== null) {
        if (outcome !== undefined) event.outcome = outcome;
        calls++;
        if (hook.loads) newLoader = true;
        maybe(() => send(event));
      }
    }
  }

  function signature(types) {
    return types.join(',');
  }

  // Methods of a class that have no body, each with its parameters; looked up once per class.
  function abstracts(wrapper, key, name) {
    const id = key + ' ' + name;
    if (empties.has(id)) return empties.get(id);
    const found = new Set();
    empties.set(id, found);
    const declared = wrapper.class.getDeclaredMethods();
    for (let i = 0; i < declared.length; i++) {
      if ((declared[i].getModifiers() & ABSTRACT) === 0) continue;
      const types = Array.from(declared[i].getParameterTypes(), (type) => type.getName());
      found.add(declared[i].getName() + ' ' + signature(types));
    }
    return found;
  }

  function place(factory, key, name, hook) {
    const id = [key, name, hook.api].join(' ');
    if (placed.has(id)) return 'ok';
    const wrapper = maybe(() => factory.use(name), null);
    if (wrapper === null) return 'no such class';
    const member = maybe(() => wrapper[hook.method], undefined);
    if (!member || !member.overloads) return 'no such method';
    const empty = maybe(() => abstracts(wrapper, key, name), new Set());
    const real = member.overloads.filter((one) => {
      const types = one.argumentTypes.map((type) => type.className);
      return !empty.has(hook.method + ' ' + signature(types));
    });
    if (real.length === 0) return 'abstract';
    let done = 0;
    for (const overload of real) {
      maybe(() => {
        overload.implementation = function () {
          return run(hook, overload, this, Array.prototype.slice.call(arguments));
        };
        done++;
      });
    }
    if (done < real.length) return 'not all overloads could be hooked';
    placed.add(id);
    return 'ok';
  }

  // A class of the table, or what does its work: then that must be watched for the method to be.
  function placeOne(factory, key, hook) {
    const own = place(factory, key, hook.class, hook);
    const worked = hook.others.map((name) => place(factory, key, name, hook));
    if (worked.length) return worked.includes('ok') ? 'ok' : worked[0];
    if (own !== 'abstract') return own;
    return place(factory, key, hook.class + '$Stub$Proxy', hook) === 'ok' ? 'ok' : own;
  }

  function placeAll(factory, key) {
    const before = hooked.size;
    for (const hook of TABLE.hooks) {
      if (hooked.has(hook.api)) continue;
      const came = placeOne(factory, key, hook);
      if (came === 'ok') {
        hooked.add(hook.api);
        missing.delete(hook.api);
      } else if (came !== 'no such class' || !missing.has(hook.api)) {
        missing.set(hook.api, came);
      }
    }
    return hooked.size > before;
  }

  function tell() {
    const lacking = {};
    for (const [api, why] of missing) lacking[api] = why;
    send({ hooked: Array.from(hooked).sort(), missing: lacking });
  }

  function again() {
    let more = placeAll(Java, 'app');
    if (newLoader) {
      newLoader = false;
      const loaders = maybe(() => Java.enumerateClassLoadersSync(), []).slice(0, MOST_LOADERS);
      loaders.forEach((loader, at) => {
        const factory = maybe(() => Java.ClassFactory.get(loader), null);
        if (factory !== null && placeAll(factory, 'loader ' + at)) more = true;
      });
    }
    if (more) tell();
  }

  if (typeof Java === 'undefined' || !Java.available) {
    send({ failed: 'no Java in this process' });
    return;
  }
  Java.perform(function () {
    placeAll(Java, 'app');
    tell();
  });
  let tries = 0;
  setInterval(function () {
    send({ alive: Date.now(), calls });
    if (tries++ < TRIES || newLoader) maybe(() => Java.perform(() => maybe(again)));
  }, BEAT_MS);
})();
