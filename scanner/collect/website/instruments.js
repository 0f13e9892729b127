// Runs before the page's own scripts in every frame. Each instrument is set up by itself, so that
// one that fails leaves the others standing; what stands is told by a heartbeat.
(channel) => {
  const tell = globalThis[channel];
  if (typeof tell !== "function") return;
  try { delete globalThis[channel]; } catch { /* it stays visible; nothing else changes */ }

  const GESTURE_MS = 5000, MOST = 400, SHORT = 200, AGAIN_MS = 500, TIMES = 20, LOOK_MS = 300;
  const NOW = Date.now, LATER = globalThis.setTimeout, WRITE = JSON.stringify;
  const Plain = Error, Words = JSON, Lists = Array.prototype, Things = Object.prototype;
  const SHAPE = Object.getOwnPropertyDescriptor(JSON, "stringify");
  let told = 0, waiting = [], timer = false;
  const seen = new Map();

  // The way out is made of JSON too. Some libraries give every array a toJSON of their own, and a
  // page may replace JSON itself: for the moment of telling, both are as they were.
  const undisturbed = (act) => {
    const changed = [];
    const put = (owner, name, shape) => {
      const now = Object.getOwnPropertyDescriptor(owner, name);
      if (!now && !shape) return;
      try {
        if (shape) Object.defineProperty(owner, name, shape); else delete owner[name];
        changed.push([owner, name, now]);
      } catch { /* it stays as the page made it */ }
    };
    put(Words, "stringify", SHAPE);
    put(Lists, "toJSON", undefined);
    put(Things, "toJSON", undefined);
    try { return act(); } finally {
      for (const [owner, name, now] of changed)
        if (now) Object.defineProperty(owner, name, now); else delete owner[name];
    }
  };
  const flush = () => {
    timer = false;
    const events = waiting;
    waiting = [];
    try { undisturbed(() => tell(WRITE(events))).catch(() => {}); } catch { /* the frame goes away */ }
  };
  const report = (event) => {
    if (told > MOST) return;
    told += 1;
    waiting.push({ ...(told > MOST ? { what: "full" } : event), time: NOW() });
    if (!timer) { timer = true; LATER(flush, 20); }
  };
  // Where the page's own code stands: the first address in the stack.
  const where = () => {
    const limit = Plain.stackTraceLimit;
    Plain.stackTraceLimit = 30;
    const stack = String(new Plain().stack || "");
    Plain.stackTraceLimit = limit;
    const found = /(https?:\/\/[^\s)]+?):(\d+):\d+/.exec(stack);
    return found ? { script: found[1].slice(0, 500), line: Number(found[2]) } : { script: "", line: 0 };
  };
  // The same thing again is told after a while only, a few times: it may fall into another phase.
  const once = (what, detail, kind) => {
    const place = where(), now = NOW();
    const name = detail.api || detail.prompt || detail.name || "";
    const key = [what, kind, name, place.script].join("\n");
    const before = seen.get(key) || { times: 0, last: -AGAIN_MS };
    if (before.times >= TIMES || now - before.last < AGAIN_MS) return;
    seen.set(key, { times: before.times + 1, last: now });
    report({ what, ...detail, ...place });
  };
  // Our own questions to the page count as its user's activation, so that gestures are noted here.
  let touched = -Infinity;
  for (const name of ["pointerdown", "mousedown", "keydown", "touchend", "click"])
    EventTarget.prototype.addEventListener.call(
      globalThis, name, (event) => { if (event.isTrusted) touched = NOW(); }, { capture: true, passive: true });
  const acting = () => NOW() - touched < GESTURE_MS;
  const wrap = (owner, name, before) => {
    const original = owner && owner[name];
    if (typeof original !== "function") return false;
    const wrapped = {
      [name](...given) {
        try { before(this, given); } catch { /* the page must not notice */ }
        return Reflect.apply(original, this, given);
      },
    }[name];
    const shape = Object.getOwnPropertyDescriptor(owner, name);
    Object.defineProperty(owner, name, { ...(shape || { configurable: true, writable: true }), value: wrapped });
    return true;
  };
  const construct = (name, before) => {
    const Original = globalThis[name];
    if (typeof Original !== "function") return false;
    globalThis[name] = new Proxy(Original, {
      construct(target, given, made) {
        try { before(given); } catch { /* the page must not notice */ }
        return Reflect.construct(target, given, made === globalThis[name] ? target : made);
      },
    });
    return true;
  };

  const stands = {};
  const set_up = (name, build) => {
    try { stands[name] = build() !== false; } catch { stands[name] = false; }
  };

  set_up("canvas", () => {
    const words = new WeakMap();
    const drawn = (context, given) => {
      const marks = words.get(context.canvas) || new Set();
      for (const mark of String(given[0]).slice(0, 100)) marks.add(mark);
      words.set(context.canvas, marks);
    };
    // Reading a picture back tells devices apart when text of many letters was drawn into it.
    const read = (canvas) => {
      if (canvas.width >= 16 && canvas.height >= 16 && (words.get(canvas) || { size: 0 }).size >= 10)
        once("fingerprint", { api: "canvas" });
    };
    const flat = globalThis.CanvasRenderingContext2D && CanvasRenderingContext2D.prototype;
    if (!flat) return false;
    wrap(flat, "fillText", drawn);
    wrap(flat, "strokeText", drawn);
    wrap(flat, "getImageData", (context, given) => {
      if (given[2] >= 16 && given[3] >= 16) read(context.canvas);
    });
    wrap(HTMLCanvasElement.prototype, "toDataURL", read);
    wrap(HTMLCanvasElement.prototype, "toBlob", read);
    const hidden = globalThis.OffscreenCanvasRenderingContext2D;
    if (hidden) {
      wrap(hidden.prototype, "fillText", drawn);
      wrap(hidden.prototype, "strokeText", drawn);
      wrap(hidden.prototype, "getImageData", (context, given) => {
        if (given[2] >= 16 && given[3] >= 16) read(context.canvas);
      });
      wrap(OffscreenCanvas.prototype, "convertToBlob", read);
    }
    return true;
  });
  set_up("webgl", () => {
    for (const name of ["WebGLRenderingContext", "WebGL2RenderingContext"]) {
      const kind = globalThis[name];
      if (kind)
        wrap(kind.prototype, "getParameter", (_, given) => {
          if (given[0] === 37445 || given[0] === 37446) once("fingerprint", { api: "webgl" });
        });
    }
    return true;
  });
  set_up("audio", () => {
    const kind = globalThis.OfflineAudioContext || globalThis.webkitOfflineAudioContext;
    if (!kind) return true;
    const tones = new WeakSet();
    const parent = Object.getPrototypeOf(kind.prototype);
    wrap(parent, "createOscillator", (context) => tones.add(context));
    wrap(kind.prototype, "startRendering", (context) => {
      if (tones.has(context)) once("fingerprint", { api: "audio" });
    });
    return true;
  });
  set_up("fonts", () => {
    const families = new Map();
    const measured = (family) => {
      if (!family || families.get("told")) return;
      families.set(String(family).slice(0, 100), true);
      if (families.size >= 30) {
        families.set("told", true);
        once("fingerprint", { api: "fonts" });
      }
    };
    const flat = globalThis.CanvasRenderingContext2D && CanvasRenderingContext2D.prototype;
    if (flat) wrap(flat, "measureText", (context) => measured(context.font));
    for (const name of ["offsetWidth", "offsetHeight"]) {
      const shape = Object.getOwnPropertyDescriptor(HTMLElement.prototype, name);
      Object.defineProperty(HTMLElement.prototype, name, {
        ...shape,
        get() {
          try { if (this.style && this.style.fontFamily) measured(this.style.fontFamily); } catch { /* as above */ }
          return Reflect.apply(shape.get, this, []);
        },
      });
    }
    return true;
  });
  set_up("webrtc", () => {
    const kind = globalThis.RTCPeerConnection;
    if (!kind) return true;
    wrap(kind.prototype, "createOffer", () => once("fingerprint", { api: "webrtc" }));
    return true;
  });
  set_up("devices", () => {
    const media = globalThis.MediaDevices;
    if (!media) return true;
    wrap(media.prototype, "enumerateDevices", () => once("fingerprint", { api: "devices" }));
    return true;
  });
  set_up("prompts", () => {
    const asked = (prompt) => once("prompt", { prompt, gesture: acting() });
    if (globalThis.Geolocation) {
      wrap(Geolocation.prototype, "getCurrentPosition", () => asked("geolocation"));
      wrap(Geolocation.prototype, "watchPosition", () => asked("geolocation"));
    }
    if (globalThis.Notification) wrap(Notification, "requestPermission", () => asked("notification"));
    const media = globalThis.MediaDevices && MediaDevices.prototype;
    const devices = (_, given) => {
      const wanted = given[0] || {};
      if (wanted.video) asked("camera");
      if (wanted.audio) asked("microphone");
    };
    if (media) {
      wrap(media, "getUserMedia", devices);
      wrap(media, "getDisplayMedia", () => asked("screen"));
    }
    if (globalThis.Navigator) wrap(Navigator.prototype, "webkitGetUserMedia", devices);
    if (globalThis.Clipboard) {
      wrap(Clipboard.prototype, "read", () => asked("clipboard"));
      wrap(Clipboard.prototype, "readText", () => asked("clipboard"));
    }
    for (const name of ["DeviceMotionEvent", "DeviceOrientationEvent"])
      if (globalThis[name] && globalThis[name].requestPermission)
        wrap(globalThis[name], "requestPermission", () => asked("sensors"));
    return true;
  });
  set_up("cookies", () => {
    const shape = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
    if (!shape || !shape.set) return false;
    const wrote = (text) => {
      const name = text.split("=")[0].trim().slice(0, SHORT);
      const ends = /;\s*(?:max-age\s*=\s*(?:0|-)|expires\s*=[^;]*\b19[67]\d)/i.test(text);
      once("cookie", { name, text: text.slice(0, 4096), host: location.hostname }, ends);
    };
    Object.defineProperty(Document.prototype, "cookie", {
      ...shape,
      set(words) {
        const done = Reflect.apply(shape.set, this, [words]); // throws where there are no cookies
        try { wrote(String(words)); } catch { /* as above */ }
        return done;
      },
    });
    if (globalThis.CookieStore)
      wrap(CookieStore.prototype, "set", (_, given) => {
        const one = given.length > 1 ? { name: given[0], value: given[1] } : given[0];
        const parts = [`${one.name}=${one.value}`, "secure"];
        if (one.expires) parts.push("expires=" + new Date(one.expires).toUTCString());
        if (one.domain) parts.push("domain=" + one.domain);
        wrote(parts.join("; "));
      });
    return true;
  });
  set_up("storage", () => {
    const stores = {}, known = {}, names = Object.keys;
    for (const kind of ["local", "session"]) {
      try { stores[kind] = globalThis[kind + "Storage"]; } catch { /* a sandboxed frame */ }
      known[kind] = new Set(stores[kind] ? names(stores[kind]) : []);
    }
    const wrote = (kind, name, text) => {
      known[kind].add(name);
      once("storage", { name: name.slice(0, SHORT), text: text.slice(0, 512), store: kind, host: location.hostname }, kind);
    };
    wrap(Storage.prototype, "setItem", (store, given) => {
      wrote(store === stores.local ? "local" : "session", String(given[0]), String(given[1]));
    });
    // A plain assignment (localStorage.key = ...) passes no function, so that only looking tells.
    const look = () => {
      for (const kind of names(stores))
        for (const name of names(stores[kind]))
          if (!known[kind].has(name)) wrote(kind, name, String(stores[kind][name]));
      LATER(look, LOOK_MS);
    };
    if (stores.local || stores.session) LATER(look, LOOK_MS);
    if (globalThis.IDBFactory)
      wrap(IDBFactory.prototype, "open", (_, given) =>
        once("storage", { name: String(given[0]).slice(0, SHORT), text: "", store: "indexed", host: location.hostname }));
    return true;
  });
  // The moment of a real press, before the page's own listeners act on it.
  set_up("presses", () => {
    const pressed = (event) => { if (event.isTrusted) report({ what: "press" }); };
    globalThis.addEventListener("pointerdown", pressed, { capture: true, passive: true });
    return true;
  });
  set_up("workers", () => {
    const started = (given) => once("worker", { name: String(given[0]).slice(0, 300) });
    construct("Worker", started);
    construct("SharedWorker", started);
    return true;
  });
  set_up("windows", () => {
    const original = globalThis.open;
    let opened = 0;
    globalThis.open = function open(...given) {
      opened += 1;
      once("window", { name: String(given[0] || "").slice(0, 300), gesture: acting() });
      return opened > 5 ? null : Reflect.apply(original, this, given);
    };
    return true;
  });

  report({ what: "alive", stands, script: "", line: 0 });
}
