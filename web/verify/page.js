"use strict";
const most = 2 ** 30;
const $ = (id) => document.getElementById(id);
const result = $("result");
const keys = $("keys");

function el(tag, of = {}, ...children) {
  const e = Object.assign(document.createElement(tag), of);
  e.append(...children.filter((c) => c !== undefined && c !== ""));
  return e;
}

// The verifier, started once and again after it failed.
let running;
async function start() {
  const packed = Uint8Array.from(atob($("wasm").textContent), (c) => c.charCodeAt(0));
  const bytes = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  const module = await WebAssembly.compile(bytes);
  const worker = new Worker(URL.createObjectURL(new Blob([$("worker").textContent], { type: "text/javascript" })));
  await new Promise((done, fail) => {
    worker.onmessage = ({ data }) => (data.ready ? done() : fail(new Error(data.error)));
    worker.onerror = (e) => fail(new Error(e.message || "the verifier could not be started"));
    worker.postMessage({ module });
  });
  return worker;
}
const verifier = () => (running ??= start().catch((e) => ((running = undefined), Promise.reject(e))));

// One at a time, the last that was asked: what is being checked could take long,
// and nobody waits for it any more.
let asked = 0;
let giveUp = () => {};
const stopChecking = () => (++asked, giveUp());
async function check(blob, trust, progress) {
  stopChecking();
  const id = asked;
  const other = "something else was asked";
  const worker = await verifier();
  if (id !== asked) throw new Error(other);
  return new Promise((done, fail) => {
    const stop = (text) => {
      worker.onmessage = worker.onerror = null; // a worker that was ended may still report what it died of
      worker.terminate();
      running = undefined;
      giveUp = () => {};
      fail(new Error(text));
    };
    giveUp = () => stop(other);
    worker.onmessage = ({ data }) => {
      if (data.id !== id && data.id !== -1) return;
      if (data.error) stop(data.error);
      else if (data.answer) (giveUp = () => {}), done(data.answer);
      else progress(data.read);
    };
    worker.onerror = (e) => stop(e.message || "the verifier stopped");
    worker.postMessage({ id, blob, trust });
  });
}

const looks = { verified: ["good", "✓"], unpinned: ["wait", "!"], not_verified: ["bad", "✗"], unreadable: ["bad", "✗"] };
const states = { passed: ["good", "✓", "passed"], failed: ["bad", "✗", "failed"], skipped: ["wait", "–", "not checked"] };

function line(c) {
  const [tone, mark, word] = states[c.state];
  const m = el("span", { className: `mark ${tone}`, role: "img", ariaLabel: word }, mark);
  return el("li", {}, m, el("span", {}, c.says || c.title), el("span", { className: "detail" }, `${c.check}: ${c.detail}`));
}

const sentences = (title, all, mark, tone) => (all?.length ? [el("h3", {}, title), el("ul", {}, ...all.map((s) => el("li", {}, el("span", { className: `mark ${tone}`, ariaHidden: "true" }, mark), el("span", {}, s))))] : []);

function show(file, a) {
  const [tone, mark] = looks[a.verdict];
  const failed = a.checks.filter((c) => c.state === "failed");
  result.replaceChildren(
    el("h2", {}, file),
    el("p", { className: `verdict ${tone}` }, el("span", { ariaHidden: "true" }, mark), el("span", {}, a.title)),
    el("p", {}, a.lead),
    failed.length ? el("p", {}, `Failed: ${failed.map((c) => `“${c.title}”`).join(", ")}.`) : "",
    ...sentences("What this proves", a.proves, "✓", "good"),
    ...sentences("What it does not prove", a.not_proven, "–", "wait"),
    ...(a.facts?.length ? [el("h3", {}, "What it is about"), el("dl", {}, ...a.facts.flatMap((f) => [el("dt", {}, f.name), el("dd", {}, f.value)]))] : []),
    el("h3", {}, "Keys that were trusted"),
    el("p", {}, a.trusted?.length ? `You gave: ${a.trusted.join(", ")}.` : "None were given."),
    a.checks.length ? el("details", { open: failed.length > 0 }, el("summary", {}, `The checks, one by one (${a.checks.length})`), el("ul", {}, ...a.checks.map(line))) : "",
  );
}

const say = (title, text) => result.replaceChildren(el("p", { className: "verdict bad" }, title), el("p", {}, text));

let last;
let lastKeys;
let turn = 0;
// goThere: who chose a file is led to its verdict; who is at the keys goes on there.
async function take(file, goThere) {
  last = file;
  lastKeys = keys.value;
  const mine = ++turn;
  stopChecking();
  if (file.size > most) return say("Too large for this page", `${file.name} has ${(file.size / 2 ** 30).toFixed(1)} GiB; this page checks up to 1 GiB. Nothing was checked. At the command line there is no limit: frostgate evidence verify FILE --trust KEYS`);
  const working = el("p", {}, `Checking ${file.name} …`);
  result.replaceChildren(working);
  try {
    const a = await check(file, lastKeys, (n) => (working.textContent = `Checking ${file.name}: ${Math.round((n / file.size) * 100)} % read`));
    if (mine !== turn) return;
    show(file.name, a);
    if (!goThere || document.activeElement === keys) return;
    result.focus({ preventScroll: true });
    result.scrollIntoView({ block: "nearest" });
  } catch (e) {
    if (mine === turn) say("It could not be checked", `The verifier says: ${e.message}. That says nothing of the file; try again, or use the command line.`);
  }
}

function tellKeys() {
  const n = new Set(keys.value.match(/[^\s",]+\+[0-9a-f]{8}\+[^\s",]+/g)).size;
  $("keys-state").textContent = keys.value.trim() === "" ? "No key is given." : n === 0 ? "This holds no key." : n === 1 ? "1 key is given." : `${n} keys are given.`;
}
keys.addEventListener("input", tellKeys);
keys.addEventListener("change", () => last && keys.value !== lastKeys && void take(last, false));
$("file").addEventListener("change", (e) => e.target.files[0] && void take(e.target.files[0], true));
addEventListener("dragover", (e) => (e.preventDefault(), $("drop").classList.add("over")));
addEventListener("dragleave", (e) => e.relatedTarget === null && $("drop").classList.remove("over"));
addEventListener("drop", (e) => {
  e.preventDefault();
  $("drop").classList.remove("over");
  if (e.dataTransfer.files[0]) void take(e.dataTransfer.files[0], true);
});
tellKeys();
