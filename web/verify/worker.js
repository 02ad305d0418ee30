// Runs the verifier beside the page. Messages: {module} once, then
// {id, blob, trust}; answers: {ready}, {id, read} now and then, {id, answer} or
// {id, error}. Go comes from wasm_exec.js of the Go toolchain.
const step = 1 << 20;

function check(id, blob, trust) {
  const files = new FileReaderSync();
  let at = 0;
  let told = 0;
  const read = (most) => {
    const part = new Uint8Array(files.readAsArrayBuffer(blob.slice(at, at + Math.min(most, step))));
    at += part.length;
    if (at - told >= 16 * step) postMessage({ id, read: (told = at) });
    return part;
  };
  return JSON.parse(globalThis.frostgateVerify(read, trust));
}

self.onmessage = async ({ data }) => {
  try {
    if (data.module) {
      const go = new globalThis.Go();
      const done = go.run(await WebAssembly.instantiate(data.module, go.importObject));
      done.then(() => postMessage({ id: -1, error: "the verifier stopped" }));
      postMessage({ ready: true });
    } else {
      postMessage({ id: data.id, answer: check(data.id, data.blob, data.trust) });
    }
  } catch (e) {
    postMessage({ id: data.id ?? -1, error: String(e?.message ?? e) });
  }
};
