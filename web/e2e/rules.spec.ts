import { expect, suite, type Page, type Server } from "./harness";

const { journey } = suite();

const rows = (page: Page) => page.getByRole("grid", { name: "Rules" }).locator(".body-row");
const main = (page: Page) => page.getByRole("main");

/** A rule of its own product, so that journeys don't meet: number, product. */
const idOf = (n: number) => `7a1f2f60-0000-4000-8000-${String(n).padStart(12, "0")}`;
const title = "Shell command with evil in it";
const shell = (n: number, product: string) => `title: ${title}
id: ${idOf(n)}
status: test
author: Anna
description: Somebody types what nobody should.
logsource:
  product: ${product}
  service: shell
detection:
  selection:
    cmd|contains:
      - evil
      - wicked
  condition: selection
falsepositives:
  - Drills
level: high
tags: [attack.execution, attack.t1059.004]
`;

interface Decided {
  decision: { decision_id: string; score: number; explain: { rules_triggered: string[]; trace?: { rule: string; matched: boolean; suppressed?: string }[] } };
}

/** Sends a command to the rules of a product; the decision. */
async function decide(server: Server, product: string, cmd: string): Promise<Decided["decision"]> {
  const { decision_id } = await server.api<{ decision_id: string }>("POST", "/defend", { event_type: "shell", source: product, event: { logsource: { product, service: "shell" }, cmd } });
  return (await server.api<Decided>("GET", `/api/v1/decisions/${decision_id}`)).decision;
}

/** Puts rules into the ruleset as `frostgate rules import` does. */
async function imports(server: Server, name: string, files: Record<string, string>) {
  const body = Object.entries(files).map(([file, text]) => `-- ${file} --\n${text}`).join("");
  const res = await fetch(`${server.url}/api/v1/rules/import?name=${name}&activate=true`, { method: "POST", headers: { "X-API-Key": server.admin, "Content-Type": "application/x-tar" }, body });
  expect(res.status, await res.clone().text()).toBe(200);
}

journey("which rules fired, and why one did", { postgres: true, timeout: 240_000 }, async ({ page, open, shoot }) => {
  await open("/");
  await page.getByRole("link", { name: "Rules", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: /\d+ rules are on; \d+ rules and \d+ scenarios fired in the last 30 days/ }).waitFor();
  await rows(page).first().waitFor();
  await shoot("rules");
  await page.getByRole("button", { name: "Hits", exact: true }).first().click();
  await page.getByRole("button", { name: "Fired", exact: true }).click();
  await page.keyboard.press("Escape");
  await page.waitForURL(/hit=yes/);
  await page.getByText(/^\d+ rules of \d+; hits in the last 30 days/).waitFor();
  await expect.poll(async () => { // the list of before stays until the answer has come
    const n = await rows(page).count();
    return n >= 3 && n < 20;
  }).toBe(true);
  await page.getByRole("link", { name: "CloudTrail logging stopped, deleted or narrowed" }).click();
  await page.getByRole("heading", { level: 1, name: /CloudTrail logging stopped/ }).waitFor();
  await page.getByText("What it looks for").waitFor();
  await page.getByText(/It fired in 1 decision in the last 30 days/).waitFor();
  await main(page).getByRole("link", { name: /Disable or Modify Cloud Log/ }).waitFor();
  await shoot("rule");
  await main(page).getByRole("link", { name: /cloudtrail/i }).last().click();
  await page.waitForURL(/\/decisions\//);
  await page.getByRole("heading", { level: 1, name: /CloudTrail logging stopped/ }).waitFor();
});

journey("a rule is tuned, and the next event is decided otherwise", { postgres: true, timeout: 240_000 }, async ({ page, server, open, edit, shoot }) => {
  await imports(server, "tuned", { "shell.yml": shell(1, "tuned") });
  const before = await decide(server, "tuned", "evil 1");
  expect(before.explain.rules_triggered).toContain(`sigma:${idOf(1)}`);
  await open(`/rules/sigma:${idOf(1)}`);
  await page.getByText("cmd contains one of").waitFor();
  await page.getByText("As its author wrote it.").waitFor();
  await edit("Drill of the week");
  await page.getByRole("button", { name: "Tune" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Level" }).click();
  await page.getByRole("option", { name: "low", exact: true }).click();
  await shoot("rule-tune");
  await dialog.getByRole("button", { name: "Apply from the next event on" }).click();
  await page.getByText("The rule is tuned").waitFor();
  await page.getByText("its author wrote high").waitFor();
  const low = await decide(server, "tuned", "evil 2");
  expect(low.score).toBeLessThan(before.score);

  await page.getByRole("button", { name: "Tune" }).click();
  await dialog.getByRole("switch").click();
  await dialog.getByRole("button", { name: "Apply from the next event on" }).click();
  await page.getByText("off: not looked at").waitFor();
  const off = await decide(server, "tuned", "evil 3");
  expect(off.explain.rules_triggered).not.toContain(`sigma:${idOf(1)}`);
  await page.goto("/console/rules");
  await page.getByRole("heading", { level: 1, name: /1 silenced/ }).waitFor();

  await page.getByRole("link", { name: "1 silenced rule" }).click();
  await page.getByRole("link", { name: "Shell command with evil in it" }).click();
  await page.getByRole("button", { name: "As its author wrote it" }).click();
  await dialog.getByRole("button", { name: "Put it back" }).click();
  await page.getByText("As its author wrote it.").waitFor();
  expect((await decide(server, "tuned", "evil 4")).score).toBe(before.score);
  const { items } = await server.api<{ items: { detail: Record<string, string> }[] }>("GET", "/api/v1/audit?action=rules.tune");
  expect(items.map((e) => e.detail.reason)).toEqual(["Drill of the week", "Drill of the week", "Drill of the week"]);
});

journey("a filter takes known noise out until its end, and is removed", { postgres: true, timeout: 240_000 }, async ({ page, server, open, edit, shoot }) => {
  await imports(server, "noise", { "shell.yml": shell(2, "noise") });
  await open(`/rules/sigma:${idOf(2)}`);
  await edit("Backup drill");
  await page.getByRole("button", { name: "Add a filter" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("Nightly drill");
  await expect.poll(() => dialog.getByLabel("Field").inputValue()).toBe("cmd");
  await dialog.getByLabel("Value").fill("evil drill");
  await shoot("rule-filter");
  await dialog.getByRole("button", { name: "Add the filter" }).click();
  await page.getByText("The filter holds").waitFor();
  await main(page).getByText("Nightly drill").waitFor();
  const drill = await decide(server, "noise", "an evil drill");
  expect(drill.explain.rules_triggered).not.toContain(`sigma:${idOf(2)}`);
  expect(drill.explain.trace?.find((t) => t.rule === `sigma:${idOf(2)}`)).toMatchObject({ matched: true, suppressed: expect.stringMatching(/^tuned:/) as string });
  expect((await decide(server, "noise", "really evil")).explain.rules_triggered).toContain(`sigma:${idOf(2)}`);

  await page.getByRole("link", { name: "Rules", exact: true }).first().click();
  await page.getByRole("link", { name: "1 filter", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "1 filter takes known noise out" }).waitFor();
  await main(page).getByRole("link", { name: "Shell command with evil in it" }).waitFor();
  await page.getByText(/1 hit taken out/).waitFor();
  await shoot("rules-filters");
  await page.getByRole("button", { name: "Remove the filter Nightly drill" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("heading", { level: 1, name: "No filter is in force" }).waitFor();
  expect((await decide(server, "noise", "an evil drill")).explain.rules_triggered).toContain(`sigma:${idOf(2)}`);
  const { items } = await server.api<{ items: { detail: Record<string, string> }[] }>("GET", "/api/v1/audit?action=rules.filter.remove");
  expect(items[0]!.detail.reason).toBe("Backup drill");
});

journey("a broken rule shows its line; mended, it is imported beside what is there and fires", { timeout: 240_000 }, async ({ page, server, open, edit, shoot }) => {
  await imports(server, "own", { "other.yml": shell(4, "mended").replace(title, "Another of ours") });
  await open("/rules/check");
  const text = page.getByLabel("Sigma rule");
  const rule = shell(3, "mended");
  await text.fill(rule.replace("cmd|contains", "cmd|contians"));
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "The rule can’t be used" }).waitFor();
  const line = rule.split("\n").findIndex((l) => l.includes("cmd|")) + 1;
  await page.getByText(`line ${line}`, { exact: true }).waitFor();
  await page.getByText(/contians/).last().waitFor();
  await expect.poll(() => page.locator(".editor li[data-bad]").innerText()).toBe(String(line));
  await shoot("rules-check-broken");
  await text.fill(rule);
  await expect.poll(() => page.locator(".editor li[data-bad]").count()).toBe(0);
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "The rule can be used" }).waitFor();
  await page.getByText("cmd contains one of").waitFor();
  await edit("New rule of ours");
  await page.getByLabel(/Add this one to them/).waitFor();
  await shoot("rules-check");
  await page.getByRole("button", { name: "Import 1 rule" }).click();
  await page.getByRole("heading", { level: 2, name: "Imported" }).waitFor();
  await page.getByRole("link", { name: "the rules of own" }).click();
  await rows(page).nth(1).waitFor();
  await expect.poll(() => rows(page).count()).toBe(2);
  expect((await decide(server, "mended", "wicked")).explain.rules_triggered).toContain(`sigma:${idOf(3)}`);
});

journey("who may only read sees no way to write, and who may not read is told the scope", { allow: [/GET \/api\/v1\/rules[^ ]* 403/], timeout: 240_000 }, async ({ page, server, open, another, shoot }) => {
  const looks = await server.person("Ina", "viewer");
  const { items } = await server.api<{ items: { id: string }[] }>("GET", "/api/v1/rules?limit=1");
  await open(`/rules/${items[0]!.id}`, looks.key);
  await page.getByText("Your key may read rules, not change them.").waitFor();
  expect(await page.getByRole("button", { name: /Edit|Tune|filter/ }).count()).toBe(0);
  await page.goto("/console/rules/filters");
  await page.getByRole("heading", { level: 1, name: /filter/ }).waitFor();
  expect(await page.getByRole("button", { name: /Edit|Add/ }).count()).toBe(0);
  await page.goto("/console/rules/rule:ssh_bruteforce");
  await page.getByText("Your key may read rules, not change them.").waitFor();
  expect(await page.getByRole("link", { name: /Never block|Change the document/ }).count()).toBe(0);
  await page.goto("/console/rules/scenarios/change");
  await page.getByText(/needs rules:write/).waitFor();
  await page.goto("/console/rules/check");
  await page.getByText(/needs rules:write/).waitFor();
  await shoot("rules-check-forbidden");
  const res = await fetch(`${server.url}/api/v1/rules/${items[0]!.id}/tuning`, { method: "POST", headers: { "X-API-Key": looks.key, "Content-Type": "application/json" }, body: `{"enabled":false}` });
  expect(res.status).toBe(403);
  const blind = await server.person("Ole", "viewer", { scopes: ["decisions:read"] });
  const ole = await another();
  await ole.open("/rules", blind.key);
  await ole.page.getByText("Your key does not allow this").first().waitFor();
  await ole.page.getByText("rules:read").first().waitFor();
});

journey("3,000 rules scroll, are searched and downloaded whole", { timeout: 240_000 }, async ({ page, server, open }) => {
  const files = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`r${i}.yml`, `title: Bulk rule number ${i}\nid: 9b000000-0000-4000-8000-${String(i).padStart(12, "0")}\nlogsource: {product: bulk}\ndetection: {sel: {field: value${i}}, condition: sel}\nlevel: low\n`]));
  await imports(server, "bulk", files);
  await open("/rules?sort=title&asc=true");
  await page.getByText(/^3,\d{3} rules; hits in/).waitFor();
  await rows(page).nth(5).waitFor();
  expect(await rows(page).count()).toBeLessThan(80);
  await page.keyboard.press("End");
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await page.waitForFunction(() => [...document.querySelectorAll<HTMLElement>(".body-row")].some((r) => Number(r.dataset.index) > 3000));
  await page.keyboard.press("/");
  await page.keyboard.type("rule number 2999");
  await page.waitForURL(/q=rule/);
  await page.getByText(/^1 rule of 3,/).waitFor();
  await page.getByRole("button", { name: "Download" }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "CSV" }).click()]);
  expect(file.suggestedFilename()).toMatch(/^rules-.*\.csv$/);
  await server.api("DELETE", "/api/v1/rules/sources/bulk");
});

journey("what is counted over time, and which rules match an event", { timeout: 240_000 }, async ({ page, server, open, shoot }) => {
  await imports(server, "counted", { "shell.yml": shell(6, "counted"), "again.yml": `title: Evil three times\nid: ${idOf(60)}\nstatus: test\nlevel: critical\ncorrelation:\n  type: event_count\n  rules: [${idOf(6)}]\n  group-by: [cmd]\n  timespan: 5m\n  condition: {gte: 3}\n` });
  await open("/rules/scenarios");
  await page.getByText("At least 5 events for the same source address within 10 minutes of the first one.").waitFor();
  await page.getByRole("link", { name: "Evil three times" }).waitFor();
  await shoot("rules-scenarios");
  await page.getByRole("link", { name: "Repeated failed logins from one address" }).click();
  await page.getByText(/It fired in \d+ decisions/).waitFor();
  await shoot("rules-scenario");
  await page.goto(`/console/rules/sigma:${idOf(60)}`);
  await page.getByText("At least 3 hits of the rules below with the same cmd within 5 minutes.").waitFor();
  await main(page).getByRole("link", { name: "Shell command with evil in it" }).waitFor();

  await page.goto("/console/rules/explain");
  await page.getByLabel("Event, as its source sends it (JSON)").fill(`{"logsource":{"product":"counted","service":"shell"},"cmd":"wicked ls"}`);
  await page.getByRole("button", { name: "Which rules match" }).click();
  await page.getByRole("heading", { level: 1, name: "1 rule matches" }).waitFor();
  await expect.poll(() => page.locator(".json mark").innerText()).toBe(`"wicked ls"`);
  await shoot("rules-explain");
});

// Not 503: what is away is asked for again by the page itself, and comes back at any time.
const broken = { status: 500, contentType: "application/problem+json", body: JSON.stringify({ status: 500, code: "internal", title: "Internal error", detail: "The store is broken." }) };
const brute = "Repeated failed logins from one address";
const login = (server: Server, src_ip: string) => server.api<{ mitigations: unknown[]; explain: { rules_triggered: string[] } }>("POST", "/defend", { source: "vpn", event_type: "auth", event: { src_ip, user: "scan", failed_auths: 12 } });

journey("the noisiest of all is a scenario: the list leads to it, and who is hit most is spared from its page", { allow: [/\/rules\/scenarios[^ ]* 500/], timeout: 240_000 }, async ({ page, server, open, shoot }) => {
  const scanner = "198.51.100.200";
  for (let i = 0; i < 60; i++) await login(server, scanner);
  // What could not be read is not counted as none.
  await page.route(/\/api\/v1\/rules\/scenarios/, (route) => route.fulfill(broken));
  await open("/rules");
  const unread = page.getByRole("alert").filter({ hasText: "Which scenarios fired could not be read." });
  await unread.waitFor();
  await page.getByRole("heading", { level: 1, name: /; (\d+|no rule) fired in the last 30 days/ }).waitFor();
  await shoot("rules-scenarios-unread");
  await page.unroute(/\/api\/v1\/rules\/scenarios/);
  await unread.getByRole("button", { name: "Try again" }).click();
  const head = page.locator("header", { has: page.getByRole("heading", { level: 1, name: /rules and \d+ scenarios? fired/ }) });
  await head.getByText(/Scenario that fired most:/).waitFor();
  await head.getByRole("link", { name: brute }).click();
  await page.getByRole("heading", { level: 1, name: brute }).waitFor();
  await page.getByText("Level, cap and filters are of rules").waitFor();
  await page.getByText(`src_ip != "${scanner}" && ( … )`).waitFor();
  await shoot("rules-scenario-noisy");
  await page.getByRole("link", { name: `Never block it: ${scanner}` }).click();
  await page.getByLabel("Why do you change something?").fill("Our own scanner");
  await page.getByRole("button", { name: "Start editing" }).click();
  const dialog = page.getByRole("dialog", { name: "Never block a target" });
  await dialog.getByText(/It would have spared/).waitFor();
  await expect.poll(() => dialog.getByLabel("Value").inputValue()).toBe(scanner);
  await expect.poll(() => dialog.getByLabel("Reason").inputValue()).toBe("Our own scanner");
  await dialog.getByRole("button", { name: "Never block it" }).click();
  await page.getByRole("button", { name: "Let them end by themselves" }).click();
  // As the page says: it fires all the same, and nothing is done.
  const after = await login(server, scanner);
  expect(after.explain.rules_triggered).toContain("rule:ssh_bruteforce");
  expect(after.mitigations).toEqual([]);
  await page.goto("/console/rules/rule:ssh_bruteforce");
  await page.getByText("on the allow-list", { exact: true }).waitFor();
  expect(await page.getByRole("link", { name: `Never block it: ${scanner}` }).count()).toBe(0);

  await page.goto("/console/rules/rule:new_admin");
  await page.getByText("An event where an account is made and the outcome is “success”, then one where an account is added to a group and the group is “sudo”, “wheel”, “admin”, “root” or “adm”, for the same host and user within 1 hour.").waitFor();
  await page.getByText("It proposes nothing to be done, so the allow-list changes nothing here.").waitFor();
  await shoot("rules-scenario-steps");
});

journey("the document of scenarios is changed: a broken line is marked, a good one decides once somebody says so", { allow: [/POST \/api\/v1\/rulesets 400/, /\/rulesets\/active[^ ]* 500/], timeout: 240_000 }, async ({ page, server, open, edit, shoot }) => {
  const ours = "198.51.100.201";
  await open("/rules/rule:ssh_bruteforce");
  await page.getByRole("link", { name: "Change the document" }).click();
  const text = page.getByLabel("Scenarios", { exact: true });
  const first = await text.inputValue();
  await expect.poll(() => text.getAttribute("readonly")).not.toBeNull();
  await edit("Our own scanner");
  await page.getByText("Nothing is changed yet.").waitFor();
  const line = first.split("\n").findIndex((l) => l.includes("- id: rule:ssh_bruteforce")) + 1;
  const inView = (n: number) => page.locator(".editor").evaluate((box, i) => { const at = box.querySelectorAll("li")[i - 1]!.getBoundingClientRect(); const seen = box.getBoundingClientRect(); return at.top >= seen.top && at.bottom <= seen.bottom; }, n);
  await expect.poll(() => inView(line)).toBe(true);
  const left = (by: string) => first.replace('src_ip != "" && (fail_count >= 10 ||', `src_ip != "" ${by} (fail_count >= 10 ||`);
  await text.fill(left(`&& src_ip !== "${ours}" &&`));
  await page.getByRole("button", { name: "Store it as a ruleset" }).click();
  await page.getByText(/Scenario document, line \d+/).waitFor();
  const bad = Number(await page.locator(".editor li[data-bad]").innerText());
  await expect.poll(() => inView(bad)).toBe(true);
  expect(first.split("\n").slice(line - 1, bad + 1).join("\n")).toContain("fail_count >= 10");
  await shoot("rules-scenarios-change");
  await text.fill(left(`&& src_ip != "${ours}" &&`));
  await expect.poll(() => page.locator(".editor li[data-bad]").count()).toBe(0);
  // Nothing is stored over what could not be looked at, and nothing twice.
  let posts = 0;
  page.on("request", (q) => { if (q.method() === "POST" && /\/rulesets(\?|$)/.test(q.url())) posts++; });
  await page.route(/\/api\/v1\/rulesets\/active/, (route) => route.fulfill(broken));
  await page.getByRole("button", { name: "Store it as a ruleset" }).click();
  await page.getByText(/Nothing was stored\. The store is broken/).waitFor();
  expect(posts).toBe(0);
  await shoot("rules-scenarios-change-away");
  await page.unroute(/\/api\/v1\/rulesets\/active/);
  await page.getByRole("button", { name: "Store it as a ruleset" }).dblclick();
  await page.getByText("not in force").first().waitFor();
  await main(page).getByText(/scenarios default\s*has other content/).waitFor();
  expect(posts).toBe(1);
  expect((await login(server, ours)).explain.rules_triggered).toContain("rule:ssh_bruteforce");
  await page.getByRole("button", { name: "Have it decide" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Have it decide" }).click();
  await page.getByText("It decides from the next event on").waitFor();
  expect((await login(server, ours)).explain.rules_triggered).toEqual(["rule:default_allow"]);
  expect((await login(server, "198.51.100.202")).explain.rules_triggered).toContain("rule:ssh_bruteforce");
  const { items } = await server.api<{ items: { action: string; detail?: Record<string, string> }[] }>("GET", "/api/v1/audit?action=ruleset.&limit=2");
  expect(items.map((e) => [e.action, e.detail?.reason])).toEqual([["ruleset.activate", "Our own scanner"], ["ruleset.publish", "Our own scanner"]]);
});

journey("back to the ruleset before, with what differs", { postgres: true, timeout: 240_000 }, async ({ page, server, open, edit, shoot }) => {
  await server.api("POST", "/api/v1/rules/builtin").catch(() => undefined);
  await imports(server, "trial", { "shell.yml": shell(7, "trial") });
  const now = await server.api<{ ruleset: { hash: string } }>("GET", "/api/v1/rulesets/active");
  const { items } = await server.api<{ items: { hash: string; version: string; platform: boolean }[] }>("GET", "/api/v1/rulesets");
  const old = items.find((r) => r.hash !== now.ruleset.hash)!;
  await open("/rules/rulesets");
  await page.getByRole("heading", { level: 1, name: /decides$/ }).waitFor();
  await shoot("rulesets");
  await page.goto(`/console/rules/rulesets/${old.hash}`);
  await page.getByText("not in force").first().waitFor();
  await page.getByText(/trial\s*goes|detections trial/).first().waitFor();
  await shoot("ruleset");
  await edit("Trial is over");
  await page.getByRole("button", { name: "Have it decide" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Have it decide" }).click();
  await page.getByText("It decides from the next event on").waitFor();
  expect(await server.api("GET", "/api/v1/rulesets/active")).toMatchObject({ ruleset: { hash: old.hash } });
  await page.getByRole("link", { name: /^policy/ }).click();
  await page.getByText("SHA-256 of exactly these bytes:").waitFor();
  await shoot("rules-document");
});

journey("a detection engineer's day: import, attack, read, tune the noise with an end, replay", { postgres: true, timeout: 240_000 }, async ({ page, server, open, edit, shoot }) => {
  await open("/rules/check");
  await page.locator("input[type=file]").setInputFiles([
    { name: "shell.yml", mimeType: "application/yaml", buffer: Buffer.from(shell(8, "pack")) },
    { name: "noisy.yml", mimeType: "application/yaml", buffer: Buffer.from(shell(9, "pack").replace(title, "Any list command").replace(/- evil\n\s+- wicked/, "- ls").replace("level: high", "level: medium").replace("t1059.004", "t1083")) },
    { name: "broken.yml", mimeType: "application/yaml", buffer: Buffer.from("title: Broken\nlogsource: {product: acme}\ndetection: {sel: {a|nope: x}, condition: sel}\n") },
  ]);
  await page.getByText("3 files").waitFor();
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "2 rules can be used, 1 can’t" }).waitFor();
  await page.getByText("broken.yml").waitFor();
  await edit("New pack, ticket 4711");
  await page.getByRole("combobox", { name: "Under the name" }).fill("pack");
  await page.getByRole("button", { name: "Import 2 rules" }).click();
  await page.getByRole("heading", { level: 2, name: "Imported" }).waitFor();

  for (let i = 0; i < 4; i++) await decide(server, "pack", `ls -la ${i}`);
  const bad = await decide(server, "pack", "evil ls");
  await page.goto("/console/rules?hit=yes&source=pack");
  await rows(page).nth(1).waitFor();
  await expect.poll(() => rows(page).first().innerText()).toMatch(/Any list command/);
  await shoot("rules-hit");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByText(/It fired in 5 decisions/).waitFor();
  await page.getByRole("button", { name: "Add a filter" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("Listing is harmless");
  await dialog.getByRole("combobox", { name: "Test" }).click();
  await page.getByRole("option", { name: "starts with" }).click();
  await dialog.getByLabel("Value").fill("ls -la");
  await dialog.getByRole("button", { name: "Add the filter" }).click();
  await page.getByText("Listing is harmless").first().waitFor();
  expect((await decide(server, "pack", "ls -la again")).explain.rules_triggered).toEqual(["rule:default_allow"]);

  await page.goto(`/console/decisions/${bad.decision_id}`);
  await page.getByRole("heading", { level: 1, name: "Shell command with evil in it" }).waitFor();
  await page.getByText("evil").first().waitFor();
  const again = await server.api<{ total: number; same: number }>("POST", "/api/v1/forensics/replay", { decision_id: bad.decision_id });
  expect(again.same).toBe(1);
});
