// Verifying in the browser: on the screen of a decision, and by verify.html,
// which works from a disk without a network.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect, inject } from "vitest";
import { shots, suite, type Page, type Server } from "./harness";
import { cleanEnv } from "./harness/setup";

const { journey } = suite();

const newest = async (server: Server, filter = "action=blocked") => (await server.api<{ items: { decision_id: string; index: number }[] }>("GET", `/api/v1/decisions?${filter}&limit=2`)).items;
const found = (page: Page) => page.getByRole("status", { name: "What was found" });
const verify = (page: Page) => page.getByRole("button", { name: "Verify in this browser" }).click();

journey("a decision’s receipt is verified in this browser, and the page says what that rests on", { postgres: true }, async ({ page, server, open, shoot }) => {
  const loaded: string[] = [];
  page.on("request", (r) => loaded.push(r.url()));
  const [d] = await newest(server);
  await open(`/decisions/${d!.decision_id}`);
  await page.getByRole("heading", { name: "Receipt" }).waitFor();
  expect(loaded.filter((u) => u.includes(".wasm")), "loaded before it was asked for").toEqual([]);
  await verify(page);
  await found(page).getByText("Verified", { exact: true }).waitFor();
  await found(page).getByText("The key", { exact: false }).first().waitFor();
  await found(page).getByText("What is shown beside the receipt is what was recorded.").waitFor();
  await found(page).getByText(`Entry ${d!.index} is in the log`, { exact: false }).waitFor();
  await found(page).getByText(/^Checked with the keys that this server names itself, learnt just now \(frostgate\.local\/\S+\)\./).waitFor();
  await found(page).getByText("That everybody was shown the same log: no independent witness was asked.").waitFor();
  expect(loaded.some((u) => u.endsWith(".wasm"))).toBe(true);
  await found(page).scrollIntoViewIfNeeded();
  await shoot("decision-verified");
});

journey("what was doctored fails, and the page says which check", {}, async ({ page, server, open, shoot }) => {
  const [one, other] = await newest(server);
  const receipts = "**/api/v1/decisions/*/receipt";
  const shown = `**/api/v1/decisions/${one!.decision_id}`;
  const doctored = (url: string, change: (text: string) => string) => page.route(url, async (route) => {
    const real = await route.fetch();
    await route.fulfill({ response: real, body: change(await real.text()) });
  });
  await open(`/decisions/${one!.decision_id}`);
  // Neighbours fail by different checks, so that none is taken for the one before.
  const cases: [string, string, (text: string) => string][] = [
    [shown, "What is shown is what was recorded", (t) => t.replace('"threat_level":"high"', '"threat_level":"none"')],
    [receipts, "The entry is the one that was hashed", (t) => t.replace('\\"artifact\\":\\"decision\\"', '\\"artifact\\":\\"decisiom\\"')],
    [shown, "What is shown is what was recorded", (t) => t.replace(/"score":90/, '"score":9')],
    [receipts, "A trusted key signed the log's state", (t) => t.replace(/(— [^ ]+ [A-Za-z0-9+/]{20})(.)/, (_, a: string, b: string) => a + (b === "A" ? "B" : "A"))],
    [receipts, "What is revealed of the event is what was recorded", (t) => t.replace('\\"src_ip\\":\\"', '\\"src_ip\\":\\"9')],
  ];
  for (const [url, says, change] of cases) {
    await doctored(url, change);
    await verify(page);
    await found(page).getByText("Not verified").waitFor();
    await found(page).getByText(`Failed: “${says}”`, { exact: false }).waitFor();
    await page.unroute(url);
  }
  await shoot("decision-doctored");
  // Another decision's receipt is good in itself, and says nothing of this one.
  const theirs = JSON.stringify(await server.api("GET", `/api/v1/decisions/${other!.decision_id}/receipt`));
  await doctored(receipts, () => theirs);
  await verify(page);
  await found(page).getByText("it belongs to another decision", { exact: false }).first().waitFor();
  await page.unroute(receipts);
  await doctored(receipts, (t) => t.slice(0, 200));
  await verify(page);
  await found(page).getByText("This is no evidence").waitFor();
  await page.unroute(receipts);
  await verify(page);
  await found(page).getByText("Verified", { exact: true }).waitFor();
});

journey("keys are pinned in this browser; another’s key does not do", {}, async ({ page, server, open }) => {
  const [d] = await newest(server);
  await open(`/decisions/${d!.decision_id}`);
  await page.getByRole("radio", { name: "Those that I pin" }).check();
  await verify(page);
  await found(page).getByText("Consistent, but the signer is not known").waitFor();
  await page.getByRole("button", { name: "Pin what the server names now" }).click();
  await verify(page);
  await found(page).getByText("Verified", { exact: true }).waitFor();
  await found(page).getByText(/^Checked with the (key|\d+ keys) that you pinned in this browser: .+\+[0-9a-f]{8}/).waitFor();
  await page.reload();
  await expect.poll(() => page.getByRole("radio", { name: "Those that I pin" }).isChecked()).toBe(true);
  const mine = await page.getByRole("textbox", { name: "Pinned keys" }).inputValue();
  const name = mine.trim().split("+")[0]!;
  await page.getByRole("textbox", { name: "Pinned keys" }).fill(otherKey(name));
  await page.getByText("The server names 1 key that you have not pinned", { exact: false }).waitFor();
  await verify(page);
  await found(page).getByText("Failed: “A trusted key signed the log of logs”", { exact: false }).waitFor();
  await page.getByRole("button", { name: "Forget them" }).click();
  const kept = () => page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith("frostgate.pinned-keys")));
  await expect.poll(() => kept()).toEqual([]);
  // What one person pins is no ground for another's verdict in the same browser.
  await page.getByRole("button", { name: "Pin what the server names now" }).click();
  await expect.poll(() => kept()).toHaveLength(1);
  await page.getByRole("button", { name: /^Signed in as/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("textbox", { name: "API key" }).fill((await server.person("Nora", "admin", { scopes: ["decisions:read", "evidence:read"] })).key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("radio", { name: "Those that this server names" }).waitFor();
  await expect.poll(() => page.getByRole("radio", { name: "Those that this server names" }).isChecked()).toBe(true);
});

journey("who may not read evidence is told so, and gets no dead button", {}, async ({ page, server, open }) => {
  const p = await server.person("Vera", "viewer", { scopes: ["decisions:read"] });
  const [d] = await newest(server);
  await open(`/decisions/${d!.decision_id}`, p.key);
  await page.getByText("To download or verify it, a key needs the scope evidence:read.").waitFor();
  expect(await page.getByRole("button", { name: "Verify in this browser" }).count()).toBe(0);
});

/** A verifier key of somebody else under the same name: RFC 8032's first test vector. */
function otherKey(name: string): string {
  const key = Buffer.from("01d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "hex"); // 1: Ed25519
  const id = createHash("sha256").update(`${name}\n`).update(key).digest("hex").slice(0, 8);
  return `${name}+${id}+${key.toString("base64")}`;
}

/** The page as somebody saved it. */
async function saved(server: Server, dir: string): Promise<string> {
  const built = process.env.FROSTGATE_E2E_DIST ? join(process.env.FROSTGATE_E2E_DIST, "verify.html.gz") : "";
  const html = built && existsSync(built) ? gunzipSync(readFileSync(built)) : Buffer.from(await (await fetch(`${server.url}/console/verify.html`)).arrayBuffer());
  writeFileSync(join(dir, "verify.html"), html);
  return pathToFileURL(join(dir, "verify.html")).href;
}

const choose = (page: Page, file: string) => page.getByLabel("Choose a file, or drop it anywhere on this page").setInputFiles(file);

async function looks(page: Page, axe: (what: string) => Promise<void>, name: string) {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: join(shots, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      await axe(`${name}, ${colorScheme}, ${width}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${name} is wider than ${width}`).toBeLessThanOrEqual(0);
    }
  }
}

journey("verify.html checks from a disk, without a network", { allow: [/^another origin: file:/, /connect-src 'none'/, /Refused to connect because/], timeout: 120_000 }, async ({ page, context, server, axe }) => {
  const dir = mkdtempSync(join(tmpdir(), "frostgate-verify-"));
  try {
    const bundle = join(dir, "good.bundle");
    server.cli("evidence", "bundle", "--all", "--out", bundle);
    const keys = server.cli("evidence", "key");
    const bytes = readFileSync(bundle);
    const bad = Buffer.from(bytes);
    bad[Math.floor(bad.length / 2)]! ^= 1;
    writeFileSync(join(dir, "bad.bundle"), bad);
    writeFileSync(join(dir, "cut.bundle"), bytes.subarray(0, bytes.length - 40));
    writeFileSync(join(dir, "garbage.bundle"), Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)));
    writeFileSync(join(dir, "huge.bundle"), "");
    truncateSync(join(dir, "huge.bundle"), 2 ** 30 + 1);
    const asked: string[] = [];
    page.on("request", (r) => asked.push(r.url().split(":")[0]!));
    await context.setOffline(true);
    await page.goto(await saved(server, dir));
    const result = page.locator("#result");

    await choose(page, bundle);
    await result.getByText("Consistent, but the signer is not known").waitFor();
    // By keyboard: the keys come first, then the file.
    await page.keyboard.press("Shift+Tab");
    await page.locator("body").click({ position: { x: 1, y: 1 } });
    await page.keyboard.press("Tab");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("keys");
    await page.keyboard.insertText(keys);
    await page.getByText("1 key is given.").waitFor();
    await page.keyboard.press("Tab"); // leaving the field checks again
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("file");
    await result.getByText("Verified", { exact: true }).waitFor();
    await result.getByText("Every byte of the file is as it was signed.").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id), "who gave a key stays where they went").toBe("file");
    await looks(page, axe, "verify-good");

    await choose(page, join(dir, "bad.bundle"));
    await result.getByText("Not verified").waitFor();
    await result.getByText("Failed: “", { exact: false }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id), { message: "who chose a file is led to its verdict" }).toBe("result");
    await looks(page, axe, "verify-bad");
    await choose(page, join(dir, "cut.bundle"));
    await result.getByText("Not verified").waitFor();
    await choose(page, join(dir, "garbage.bundle"));
    await result.getByText("This is no evidence").waitFor();
    await choose(page, join(dir, "huge.bundle"));
    await result.getByText("Too large for this page").waitFor();
    await looks(page, axe, "verify-large");

    // Dropped anywhere.
    const transfer = await page.evaluateHandle((b64) => {
      const t = new DataTransfer();
      t.items.add(new File([Uint8Array.from(atob(b64), (c) => c.charCodeAt(0))], "dropped.bundle"));
      return t;
    }, bytes.toString("base64"));
    await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
    await result.getByRole("heading", { name: "dropped.bundle" }).waitFor();
    await result.getByText("Verified", { exact: true }).waitFor();

    // One right after another: each verdict is its own file's.
    await page.evaluate(([good, bad]) => {
      for (const [name, b64] of [["first.bundle", good], ["second.bundle", bad]] as const) {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([Uint8Array.from(atob(b64!), (c) => c.charCodeAt(0))], name));
        document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer }));
      }
    }, [bytes.toString("base64"), bad.toString("base64")]);
    await result.getByRole("heading", { name: "second.bundle" }).waitFor();
    await result.getByText("Not verified").waitFor();
    // Also where the first takes longer to read.
    await page.evaluate((good) => {
      const slow = new File([new Uint8Array(2 ** 26)], "long.bundle");
      for (const file of [slow, new File([Uint8Array.from(atob(good), (c) => c.charCodeAt(0))], "next.bundle")]) {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(file);
        setTimeout(() => document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer })));
      }
    }, bytes.toString("base64"));
    await result.getByRole("heading", { name: "next.bundle" }).waitFor();
    await result.getByText("Verified", { exact: true }).waitFor();
    // Dropped while keys are being typed: checked once, with these keys, and the typing goes on.
    await page.evaluate(() => {
      const w = window as unknown as { checked: number };
      w.checked = 0;
      new MutationObserver((all) => all.forEach((m) => m.addedNodes.forEach((n) => n.textContent?.startsWith("Checking") && w.checked++))).observe(document.getElementById("result")!, { childList: true });
    });
    await page.getByRole("textbox").focus();
    await page.keyboard.insertText("\n");
    await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
    await result.getByRole("heading", { name: "dropped.bundle" }).waitFor();
    await result.getByText("Verified", { exact: true }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("keys");
    await page.keyboard.press("Tab");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("file");
    expect(await page.evaluate(() => (window as unknown as { checked: number }).checked), "times that it was checked").toBe(1);

    // Its own policy lets it reach nothing, even where there is a network.
    await context.setOffline(false);
    const refused = await page.evaluate(async (url) => {
      const heard = new Promise<string>((done) => document.addEventListener("securitypolicyviolation", (e) => done(e.effectiveDirective)));
      await fetch(url).catch(() => undefined);
      return heard;
    }, `${server.url}/health/live`);
    expect(refused).toBe("connect-src");
    expect([...new Set(asked)].filter((scheme) => !["file", "blob", "data"].includes(scheme)), "asked of the network").toEqual([]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

interface Case {
  name: string;
  file: Buffer;
  trust: string;
}

/** Good ones, each kind of byte changed, cut, under wrong keys, another tenant's. */
async function cases(server: Server, dir: string): Promise<Case[]> {
  const bundleFile = join(dir, "all.bundle");
  server.cli("evidence", "bundle", "--all", "--out", bundleFile);
  const keys = server.cli("evidence", "key");
  const [one, other] = await newest(server);
  const text = async (id: string, path = "") => Buffer.from(JSON.stringify(await server.api("GET", `/api/v1/decisions/${id}${path}`)));
  const receipt = await text(one!.decision_id, "/receipt");
  const answer = await text(one!.decision_id);
  const theirs = await anotherTenants(server);
  const bundle = readFileSync(bundleFile);
  const mixed = (d: Buffer, r: Buffer) => Buffer.from(`{"decision":${d.toString()},"receipt":${r.toString()}}`);
  const decision = Buffer.from(JSON.stringify((JSON.parse(answer.toString()) as { decision: unknown }).decision));
  const out: Case[] = [];
  const add = (name: string, file: Buffer, trust = keys) => out.push({ name, file, trust });
  for (const [name, file] of Object.entries({ bundle, receipt, answer, opened: mixed(decision, receipt) })) {
    add(name, file);
    add(`${name}, no keys`, file, "");
    add(`${name}, another's key`, file, otherKey(keys.split("\n").find((l) => l && l[0] !== "#")!.split("+")[0]!));
    add(`${name}, keys that are none`, file, "nonsense");
    for (const part of [0, 0.3, 0.7, 1]) add(`${name}, cut at ${part}`, file.subarray(0, Math.max(0, Math.floor(file.length * part) - 1)));
  }
  add("objects without end", Buffer.from('{"receipt":'.repeat(100_000)));
  add("lists without end", Buffer.from("[".repeat(200_000)));
  add("the receipt of another decision", mixed(decision, await text(other!.decision_id, "/receipt")));
  add("another tenant's receipt for this decision", mixed(decision, theirs));
  add("another tenant's receipt", theirs);
  // Each member of the receipt, and each kind of record of the bundle.
  const flip = (file: Buffer, at: number) => {
    const b = Buffer.from(file);
    b[at]! ^= 1;
    return b;
  };
  for (const name of ["level", "log", "index", "leaf_hash", "entry", "proof", "anchor", "slot", "path", "openings", "salt", "value"]) {
    const at = receipt.indexOf(`"${name}":`);
    if (at >= 0) for (const off of [1, name.length + 4, name.length + 12]) add(`receipt, ${name} +${off}`, flip(receipt, at + off));
  }
  for (const m of bundle.toString("latin1").matchAll(/^(manifest|checkpoint|anchor|root-checkpoint|root-nodes|root-entry|nodes|entry|opening|state|frostgate\S+)[^\n]*\n/gm)) {
    if (out.some((c) => c.name.startsWith(`bundle, ${m[1]} `))) continue;
    for (const off of [1, m[0].length - 2, m[0].length + 5]) if (m.index + off < bundle.length) add(`bundle, ${m[1]} +${off}`, flip(bundle, m.index + off));
  }
  add("bundle, last byte", flip(bundle, bundle.length - 2));
  add("bundle, more behind it", Buffer.concat([bundle, Buffer.from("\n")]));
  return out;
}

async function anotherTenants(server: Server): Promise<Buffer> {
  const t = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name: "Verified elsewhere" });
  const p = await server.person("Ben elsewhere", "admin", { tenant: t.id, scopes: ["defend:write", "decisions:read", "evidence:read"] });
  const d = await server.api<{ decision_id: string }>("POST", "/api/v1/defend", { source: "sshd", event_type: "auth", payload: { failed_auths: 7, src_ip: "203.0.113.77", user: "root" } }, p.key);
  return Buffer.from(JSON.stringify(await server.api("GET", `/api/v1/decisions/${d.decision_id}/receipt`, undefined, p.key)));
}

/** What the command line says: its exit code, and whether a key vouched. */
function commandLine(dir: string, c: Case): string {
  const [file, keys] = [join(dir, "case"), join(dir, "case.keys")];
  writeFileSync(file, c.file);
  writeFileSync(keys, c.trust);
  try {
    const said = execFileSync(inject("binary"), ["evidence", "verify", file, ...(c.trust ? ["--trust", keys] : []), "-o", "json"], { env: cleanEnv(), encoding: "utf8", stdio: "pipe" });
    return (JSON.parse(said) as { verdict: string }).verdict;
  } catch (e) {
    return (e as { status: number }).status === 1 ? "not_verified" : "unreadable";
  }
}

journey("the browser’s verdict is the command line’s, of good evidence and of every kind of damage", { postgres: true, timeout: 480_000 }, async ({ page, server }) => {
  const dir = mkdtempSync(join(tmpdir(), "frostgate-verify-"));
  try {
    const all = await cases(server, dir);
    await page.goto("/console/verify.html");
    const seen = new Set<string>();
    for (const c of all) {
      const got = await page.evaluate(async ([b64, trust]) => {
        const { check } = window as unknown as { check: (b: Blob, trust: string) => Promise<{ verdict: string; title: string }> };
        return check(new Blob([Uint8Array.from(atob(b64!), (ch) => ch.charCodeAt(0))]), trust!);
      }, [c.file.toString("base64"), c.trust]);
      expect(got.verdict, `${c.name}: ${got.title}`).toBe(commandLine(dir, c));
      seen.add(got.verdict);
    }
    expect([...seen].sort()).toEqual(["not_verified", "unpinned", "unreadable", "verified"]);
    expect(all.length).toBeGreaterThan(60);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
