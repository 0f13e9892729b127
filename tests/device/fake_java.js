// Stands in for Frida's Java: classes that record what gets hooked, and call through.
'use strict';
const sent = [];
const beats = [];
const Process = { id: 4321, getCurrentThreadId: () => 1 };
const send = (message) => sent.push(JSON.parse(JSON.stringify(message)));
const setInterval = (beat) => beats.push(beat);
const trace = [
  ['dalvik.system.VMStack', 'getThreadStackTrace'],
  ['java.lang.Thread', 'getStackTrace'],
];
const classes = {};

function add(name, methods) {
  classes[name] = { $className: name, class: { getDeclaredMethods: () => [] } };
  const declared = [];
  for (const [method, overloads] of Object.entries(methods)) {
    const made = overloads.map(([types, body]) => {
      declared.push({
        getName: () => method,
        getModifiers: () => (body === null ? 0x401 : 1),
        getParameterTypes: () => types.map((type) => ({ getName: () => type })),
      });
      const overload = function (...args) {
        if (body === null) throw new Error('abstract');
        return body.apply(this, args);
      };
      overload.argumentTypes = types.map((className) => ({ className }));
      overload.implementation = null;
      return overload;
    });
    classes[name][method] = { overloads: made };
    classes[name].class.getDeclaredMethods = () => declared;
  }
}

// Calls as an app would: through the hook where there is one.
function call(name, method, args = [], at = 0, frames = [['cn.app.Main', 'onCreate']]) {
  const overload = classes[name][method].overloads[at];
  trace.splice(2, trace.length, [name, method === '$init' ? '<init>' : method], ...frames);
  return (overload.implementation || overload).apply({ $className: name }, args);
}

function hookedOverloads(name, method) {
  return classes[name][method].overloads.filter((one) => one.implementation !== null).length;
}

const Java = {
  available: true,
  perform: (action) => action(),
  use: (name) => {
    if (name === 'java.lang.Thread') {
      const getStackTrace = () =>
        trace.map(([owner, method]) => ({
          getClassName: () => owner,
          getMethodName: () => method,
        }));
      return { currentThread: () => ({ getStackTrace, getName: () => 'main' }) };
    }
    if (name === 'android.os.Process') return { myUid: () => 10123 };
    if (!(name in classes)) throw new Error('java.lang.ClassNotFoundException: ' + name);
    return classes[name];
  },
  enumerateClassLoadersSync: () => [],
};

function intent(component, wanted = null) {
  return {
    $className: 'android.content.Intent',
    getComponent: () => (component === null ? null : { getPackageName: () => component }),
    getPackage: () => wanted,
    toString: () => 'Intent { cmp=' + component + '/.Main }',
  };
}

function uri(text) {
  return { $className: 'android.net.Uri$StringUri', toString: () => text };
}
