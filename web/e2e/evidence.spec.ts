// The evidence: verified, taken away and checked elsewhere; witnesses, modules, erasure; and a log that was tampered with.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Download, Page } from "playwright-core";
import { inject } from "vitest";
import { expect, suite, type Server } from "./harness";
import { startWitness } from "./harness/witness";

const { journey } = suite();

interface Log { id: string; kind: string; size: number; checked?: { valid: boolean; first_bad?: number } }
const ownLog = async (server: Server) => (await server.api<{ items: Log[] }>("GET", "/api/v1/evidence/logs")).items.find((l) => l.kind === "tenant")!;

/** A decision on an address that nothing else speaks of. */
const decide = async (server: Server, ip: string, wait = "anchored") => (await server.api<{ decision_id: string }>("POST", `/api/v1/defend?wait=${wait}`, { source: "journey", event_type: "login", event: { src_ip: ip, user: "journey@example.com" } })).decision_id;

/** What a click downloads, as bytes. */
async function downloaded(page: Page, click: () => Promise<void>): Promise<{ name: string; data: Buffer }> {
  const waiting: Promise<Download> = page.waitForEvent("download");
  await click();
  const d = await waiting;
  return { name: d.suggestedFilename(), data: readFileSync(await d.path()) };
}

/** Runs the verifier as a stranger would: an empty folder, no environment, no network where the system can cut it. */
function elsewhere(file: string, data: Buffer, keys: string): { code: number; said: string } {
  const dir = mkdtempSync(join(tmpdir(), "frostgate-e2e-elsewhere-"));
  try {
    copyFileSync(inject("binary"), join(dir, "frostgate"));
    writeFileSync(join(dir, file), data);
    writeFileSync(join(dir, "keys.txt"), keys);
    const verify = ["./frostgate", "evidence", "verify", file, "--trust", "keys.txt"];
    let cut = ["unshare", "-rn"];
    try {
      execFileSync("unshare", ["-rn", "true"], { stdio: "ignore" });
    } catch {
      cut = [];
    }
    const [program = "", ...args] = [...cut, ...verify];
    try {
      return { code: 0, said: execFileSync(program, args, { cwd: dir, env: { PATH: "/usr/bin:/bin" }, encoding: "utf8", stdio: "pipe" }) };
    } catch (e) {
      const failed = e as { status: number; stdout: string; stderr: string };
      return { code: failed.status, said: failed.stdout + failed.stderr };
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const keysOf = (server: Server) => server.cli("evidence", "key", "--url", server.url, "--key", server.admin);
const parts = (page: Page) => page.getByRole("navigation", { name: "Parts of the evidence" });

journey("the overview says that everything can be proven, and proves it", { postgres: true, timeout: 240_000 }, async ({ page, server, open, shoot }) => {
  await open("/");
  await page.getByRole("link", { name: "Evidence", exact: true }).click();
  await page.getByText(/Everything recorded here can be proven, last verified/).waitFor();
  await page.getByRole("button", { name: "Verify now" }).click();
  await page.getByText(/The root computed from all [\d,]+ entries is the one that was signed/).waitFor();
  await page.getByText(/decisions compared with what the entries prove/).waitFor();
  await shoot("evidence");
  expect((await ownLog(server)).checked).toMatchObject({ valid: true });
  await parts(page).getByRole("link", { name: "Epochs" }).click();
  await page.getByRole("grid", { name: "Epochs" }).getByText(/Entries [\d,]+–[\d,]+ of your log/).first().waitFor();
  await shoot("evidence-epochs");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "The proof" }).waitFor();
  await shoot("evidence-epoch");
  await page.goto("/console/evidence/witnesses");
  await page.getByText("Nobody outside watches yet").waitFor();
  await shoot("evidence-no-witness");
  await parts(page).getByRole("link", { name: "Keys" }).click();
  const keys = await downloaded(page, () => page.getByRole("button", { name: "Download keys.txt" }).click());
  expect(keys.data.toString().split("\n").filter((l) => l && !l.startsWith("#"))).toEqual(keysOf(server).split("\n").filter((l) => l && !l.startsWith("#")));
  await shoot("evidence-keys");
});

journey("a checkpoint and a receipt are downloaded as the API gives them, and checked elsewhere", { postgres: true, timeout: 240_000 }, async ({ page, server, open, shoot }) => {
  const log = await ownLog(server);
  await open("/evidence/logs");
  await page.getByRole("link", { name: "Your log" }).click();
  await page.getByRole("region", { name: "The checkpoint as it is signed" }).waitFor();
  const note = await downloaded(page, () => page.getByRole("button", { name: "Download as a signed note" }).click());
  const api = await fetch(`${server.url}/api/v1/evidence/logs/${log.id}/checkpoint`, { headers: { "X-API-Key": server.admin } });
  expect(note.data.toString()).toBe(await api.text());
  await page.getByText(/this server’s key, active/).waitFor();
  const grid = page.getByRole("grid", { name: "Entries" });
  await grid.locator(".body-row").first().waitFor();
  await shoot("evidence-log");
  await page.getByRole("button", { name: "Kind" }).click();
  await page.getByRole("button", { name: "Run of inventory" }).click();
  await page.waitForURL(/kind=inventory_run/);
  await grid.getByText("Run of inventory").first().click();
  await page.getByRole("heading", { level: 1, name: /^Entry / }).waitFor();
  await page.getByText("Run of inventory, recorded").waitFor();
  const receipt = await downloaded(page, () => page.getByRole("button", { name: "Download the receipt" }).click());
  await shoot("evidence-entry");
  expect(elsewhere(receipt.name, receipt.data, keysOf(server)).code).toBe(0);
});

journey("a bundle is made, verified here and without this server; one changed byte is found", { postgres: true, timeout: 240_000, allow: [/POST \/api\/v1\/evidence\/verify 422/] }, async ({ page, server, open, shoot }) => {
  const id = await decide(server, "198.51.100.20");
  await open(`/evidence/bundles?what=decision&id=${id}`);
  await page.getByText(`frostgate evidence bundle --decision ${id}`).waitFor();
  const bundle = await downloaded(page, () => page.getByRole("button", { name: "Make and download" }).click());
  expect(bundle.name).toMatch(/^frostgate-decision-.*\.bundle$/);
  await page.getByText("It is genuine and unchanged").waitFor();
  await page.getByText(/Signed by this server’s key, anchored in the log of logs/).waitFor();
  await page.getByText("One decision", { exact: true }).or(page.getByText(/Proof of entry/)).first().waitFor();
  await shoot("evidence-bundle");
  const keys = keysOf(server);
  const whole = elsewhere(bundle.name, bundle.data, keys);
  expect(whole, whole.said).toMatchObject({ code: 0 });
  const changed = Buffer.from(bundle.data);
  const at = Math.floor(changed.length / 2);
  changed[at] = changed[at]! ^ 1;
  await page.getByLabel("A file to verify").setInputFiles({ name: "changed.bundle", mimeType: "application/octet-stream", buffer: changed });
  await page.getByText("It does not verify").waitFor();
  await shoot("evidence-bundle-changed");
  expect(elsewhere("changed.bundle", changed, keys).code).toBe(1);
  await page.getByLabel("A file to verify").setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no evidence") });
  await page.getByText(/notes.txt was not verified/).waitFor();
});

journey("nothing of a kind was recorded: that too is proven", {}, async ({ page, open }) => {
  await open("/evidence/bundles?what=absence");
  await page.getByRole("combobox", { name: "There was no" }).click();
  await page.getByRole("option", { name: "Emergency access" }).click();
  await page.getByText("Give the time from which on there was none.").waitFor();
  await page.getByLabel("From").fill("2026-01-01T00:00");
  await downloaded(page, () => page.getByRole("button", { name: "Make and download" }).click());
  await page.getByText("It is genuine and unchanged").waitFor();
});

journey("a module is registered, attests, and is revoked with a reason", { postgres: true, timeout: 240_000 }, async ({ page, server, open, edit, shoot }) => {
  const dir = mkdtempSync(join(tmpdir(), "frostgate-e2e-module-"));
  const as = ["--url", server.url, "--key", server.admin];
  try {
    await open("/evidence/modules");
    await page.getByText("No module is registered").waitFor();
    await edit("The scanner of the data centre");
    await page.getByRole("button", { name: "Register a module" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Scanner north");
    await dialog.getByRole("button", { name: "Register", exact: true }).click();
    const token = await dialog.locator("code, pre").filter({ hasText: /^fgm_/ }).first().innerText();
    await shoot("evidence-module-token");
    writeFileSync(join(dir, "token.txt"), token);
    writeFileSync(join(dir, "result.json"), JSON.stringify({ host: "web-1", findings: [] }));
    await dialog.getByRole("link", { name: "Open the module" }).click();
    await page.getByText("It has not enrolled yet").waitFor();
    server.cli("modules", "enrol", join(dir, "module.key"), "--token-file", join(dir, "token.txt"), ...as);
    server.cli("modules", "attest", join(dir, "module.key"), join(dir, "result.json"), "--type", "scan", ...as);
    await page.reload();
    await page.getByText("enrolled", { exact: true }).waitFor();
    await page.getByRole("link", { name: "scan", exact: true }).click();
    await page.getByRole("region", { name: "What is attested" }).getByText("web-1").waitFor();
    await shoot("evidence-attestation");
    await page.goBack();
    await page.getByRole("button", { name: "Revoke the module" }).click();
    await dialog.getByText("This can’t be undone").waitFor();
    await dialog.getByLabel("Reason").fill("Its disk was stolen");
    await shoot("evidence-module-revoke");
    await dialog.getByRole("button", { name: "Revoke", exact: true }).click();
    await page.getByText("“Its disk was stolen”").waitFor();
    await page.getByText("revoked", { exact: true }).first().waitFor();
    await shoot("evidence-module");
    expect(() => server.cli("modules", "attest", join(dir, "module.key"), join(dir, "result.json"), "--type", "scan", ...as)).toThrow();
    await page.goto("/console/evidence/modules");
    await page.getByRole("grid", { name: "Modules" }).getByText("Scanner north").waitFor();
    await shoot("evidence-modules");
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

journey("what was recorded about an address is erased, knowingly; the proof stays", { postgres: true, timeout: 240_000 }, async ({ page, server, open, edit, shoot }) => {
  const id = await decide(server, "203.0.113.251");
  await open("/evidence/erasures");
  await page.getByText("Nothing was erased").waitFor();
  await edit("Case 4711");
  await page.getByRole("button", { name: "Erase…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Address", { exact: true }).click();
  await dialog.getByLabel("As events name it").fill("203.0.113.251");
  await dialog.getByLabel("Reason").fill("203.0.113.251 asked");
  await dialog.getByText("It names the subject").waitFor();
  await dialog.getByLabel("Reason").fill("Case 4711");
  await dialog.getByRole("button", { name: "Show what would be erased" }).click();
  await dialog.getByText("1 payload that speaks of ip 203.0.113.251 would be destroyed").waitFor();
  await shoot("evidence-erase");
  await dialog.getByLabel("I know that this can’t be undone").check();
  await dialog.getByRole("button", { name: "Erase", exact: true }).click();
  await page.getByText("1 payload about an address destroyed").waitFor();
  await shoot("evidence-erasure");
  const certificate = await downloaded(page, () => page.getByRole("button", { name: "Download the certificate" }).click());
  const checked = elsewhere(certificate.name, certificate.data, keysOf(server));
  expect(checked, checked.said).toMatchObject({ code: 0 });
  const [log, index] = id.split("-");
  await page.goto(`/console/evidence/logs/${log}/entries/${index}`);
  await page.getByText(/erased, as/).waitFor();
  await page.goto(`/console/evidence/bundles?what=decision&id=${id}`);
  await downloaded(page, () => page.getByRole("button", { name: "Make and download" }).click());
  await page.getByText("It is genuine and unchanged").waitFor();
  await page.getByText(/1 erased/).first().waitFor();
  await page.goto("/console/evidence/erasures");
  await page.getByRole("grid", { name: "Erasures" }).locator(".body-row").first().waitFor();
  await shoot("evidence-erasures");
});

journey("a witness cosigns, stays away, and comes back: the screens say so", { postgres: true, timeout: 240_000 }, async ({ page, server, open, shoot }) => {
  const key = await server.api<{ vkey: string; origin: string }>("GET", "/api/v1/evidence/key");
  const witness = await startWitness(key);
  try {
    const policy = join(server.dataDir, "policy.txt");
    writeFileSync(policy, `log ${key.vkey}\n${witness.line("north")}\nquorum north\n`);
    await server.restart({ args: ["--evidence-witness-policy", policy] });
    await decide(server, "198.51.100.30", "witnessed");
    await open("/evidence/witnesses");
    await page.getByText("Everything is witnessed").waitFor();
    await page.getByText("up to date", { exact: true }).waitFor();
    await page.getByText(/Its cosignature is required/).waitFor();
    await shoot("evidence-witnesses");
    await witness.stop();
    await decide(server, "198.51.100.31");
    await page.getByText(/The witnesses are behind/).waitFor({ timeout: 30_000 });
    await page.getByText("no cosignature", { exact: true }).waitFor();
    await shoot("evidence-witness-away");
    await page.goto("/console/evidence");
    await page.getByText("Everything recorded here can be proven, but the witnesses are behind").waitFor();
    await shoot("evidence-behind");
    await witness.start();
    await page.getByText(/Everything recorded here can be proven, last verified/).waitFor({ timeout: 30_000 });
    await page.goto("/console/evidence/epochs");
    await page.getByRole("grid", { name: "Epochs" }).getByText("witnessed").first().waitFor();
  } finally {
    await witness.end();
  }
});

journey("without the scope there is no way in, and the screen names it", { allow: [/ 403$/] }, async ({ page, server, open }) => {
  const nina = await server.person("Nina", "viewer");
  await open("/evidence", nina.key);
  await page.getByText("Your key does not allow this").first().waitFor();
  await page.getByText("evidence:read").first().waitFor();
  expect(await page.getByRole("link", { name: "Evidence", exact: true }).count()).toBe(0);
  const auditor = await server.person("Aude", "auditor", { scopes: ["evidence:read"] });
  await open("/evidence/erasures", auditor.key);
  await page.getByRole("grid", { name: "Erasures" }).or(page.getByText("Nothing was erased")).waitFor();
  expect(await page.getByRole("button", { name: /erase/i }).count()).toBe(0);
});

/** Changes one digit of a decision's entry, behind the server's back. */
function tamper(server: Server, index: number) {
  if (server.database) {
    execFileSync("psql", ["-q", "-d", server.database, "-c", `UPDATE decision SET entry = replace(entry, '"counter":0,"index":${index},', '"counter":1,"index":${index},') WHERE idx = ${index} AND tenant_id = '${server.tenant}'`]);
    return;
  }
  const file = join(server.dataDir, "frostgate.db");
  const data = readFileSync(file);
  const was = Buffer.from(`"counter":0,"index":${index},`);
  let places = 0;
  for (let at = data.indexOf(was); at >= 0; at = data.indexOf(was, at + 1), places++) data[at + '"counter":'.length] = "1".charCodeAt(0);
  expect(places, "where the entry stands").toBeGreaterThan(0);
  writeFileSync(file, data);
}

// The last one: from here on the server's log is damaged.
journey("a log that was tampered with is called so, at the place", { postgres: true, timeout: 240_000 }, async ({ page, server, open, shoot }) => {
  await server.restart({ meanwhile: () => tamper(server, 40) });
  await open("/evidence");
  await page.getByRole("button", { name: "Verify now" }).click();
  await page.getByText("Not everything recorded here can be proven").waitFor();
  await page.getByText(/The last verification failed at entry 40: the stored leaf hash is not that of the entry/).waitFor();
  await shoot("evidence-damaged");
  expect((await ownLog(server)).checked).toMatchObject({ valid: false, first_bad: 40 });
  await page.getByRole("link", { name: "Open entry 40" }).click();
  await page.getByRole("heading", { level: 1, name: "Entry 40" }).waitFor();
  await page.getByText("This entry can’t be proven any more").waitFor();
  await page.getByText(/does not hash to what the log says/).waitFor();
  expect(await page.getByRole("button", { name: "Download the receipt" }).count()).toBe(0);
  await shoot("evidence-damaged-entry");
});
