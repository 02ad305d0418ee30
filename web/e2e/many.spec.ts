// Much at once: a list of 100,000 findings, and 500 events a second. What is
// held is how much exists and is asked for, not how long it takes: `make
// web-bench` prints the times.
import { expect, suite, type Page } from "./harness";
import { findingsOf, load } from "./harness/much";

const { journey } = suite();
const findings = 100_000;

const rows = (page: Page) => page.locator(".body-row");
const inDom = (page: Page) => rows(page).count();
const name = (i: number) => `Office ${String(i).padStart(6, "0")}`;

journey("a list of 100,000 findings: by wheel and keys, to the end and back, with little in the page", { timeout: 600_000 }, async ({ page, server, open, axe }) => {
  findingsOf(server, findings);
  const asked: string[] = [];
  page.on("request", (r) => r.url().includes("/api/v1/drift/findings?") && asked.push(r.url()));
  await open("/drift/findings?q=Office+0");
  const grid = page.getByRole("grid", { name: "Findings" });
  await rows(page).first().waitFor();
  await axe("a list that goes on");
  expect(await grid.getByRole("button", { name: "Load more" }).count(), "what is no row is not in the grid").toBe(0);

  // By wheel, through pages.
  await page.mouse.move(700, 500);
  for (let i = 0; i < 40; i++) {
    await page.mouse.wheel(0, 1200);
    expect(await inDom(page)).toBeLessThan(80);
  }
  // Where a page came later than the wheel turned, the wheel is turned again.
  await expect.poll(async () => {
    const at = Number(await rows(page).last().getAttribute("data-index"));
    if (at <= 400) await page.mouse.wheel(0, 1200);
    return at;
  }).toBeGreaterThan(400);
  expect(asked.length, "a page for each 100 rows, none twice").toBe(new Set(asked).size);

  // By key: the focus is on the row, and the page follows.
  await rows(page).nth(12).focus();
  const focused = () => page.evaluate(() => Number((document.activeElement as HTMLElement).dataset.index));
  let from = await focused();
  for (; from % 100 !== 0; from++) {
    await page.locator(`.body-row[data-index="${from + 1}"]`).waitFor(); // its page may be still to come
    await page.keyboard.press("j");
    await expect.poll(focused, { interval: 10 }).toBe(from + 1);
  }
  for (let i = 0; i < 60; i++) await page.keyboard.press("j"); // as fast as they come, in a page that is there
  await expect.poll(focused).toBe(from + 60);

  // Opened and back: the same row, at the same place.
  const at = await page.evaluate(() => ({ y: scrollY, name: /Office \d+/.exec(document.activeElement!.textContent)![0] }));
  await page.keyboard.press("Enter");
  await page.waitForURL(/findings\/fnd_/);
  await page.goBack();
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain(at.name);
  await expect.poll(() => page.evaluate((y) => Math.abs(scrollY - y), at.y)).toBeLessThan(200);

  // To the end: every page is passed, few stay.
  asked.length = 0;
  await page.keyboard.press("End");
  await page.getByText(/On the way to the end: [\d,]+ rows passed/).waitFor();
  await page.getByText(/On the way to the end/).waitFor({ state: "detached", timeout: 180_000 });
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-index")), { timeout: 30_000 }).toBe(String(findings - 1));
  expect(await inDom(page)).toBeLessThan(80);
  expect(asked.length).toBeLessThanOrEqual(findings / 500 + 5);
  await expect.poll(() => grid.getAttribute("aria-rowcount")).toBe(String(findings + 1));
  expect(await page.getByText(name(0), { exact: true }).count()).toBe(0);

  // A page in the middle that went out of memory comes again when it is looked at.
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2));
  await expect.poll(async () => (await rows(page).nth(5).textContent()) ?? "").toMatch(/Office 0[45]\d{4}/);
  await expect.poll(() => page.locator(".body-row .hole").count()).toBe(0);
  await page.keyboard.press("Home");
  await page.getByText(name(0), { exact: true }).first().waitFor();
  expect(await inDom(page)).toBeLessThan(80);
});

/** The number at the beginning of what the feed says. */
const said = async (page: Page, what: RegExp) => {
  const texts = await page.getByRole("group", { name: "Live state" }).getByText(what).allTextContents();
  return Number((/^[\d,]+/.exec(texts[0] ?? "")?.[0] ?? "0").replaceAll(",", ""));
};
const came = /decisions? came/;

journey("500 events a second: all are counted, a few shown, paused and resumed, and the page stays small", { timeout: 180_000 }, async ({ page, server, open }) => {
  await open("/feed");
  await rows(page).first().waitFor();
  await page.getByText("live", { exact: true }).waitFor();
  const first = load(server, 2500, 500);
  await page.getByText(/showing [\d,]+ of [\d,]+ a second/).waitFor();
  expect(await inDom(page)).toBeLessThan(80);
  await first;
  await expect.poll(() => said(page, came), { timeout: 30_000 }).toBe(2500);
  const shown = 2500 - (await said(page, /of them not shown/));
  expect(shown, "a sample").toBeLessThan(2500);
  expect(shown).toBeGreaterThan(0);

  await page.getByRole("button", { name: "Pause" }).click();
  await load(server, 1500, 500);
  await page.getByRole("button", { name: "Show 1,500 new decisions" }).waitFor({ timeout: 30_000 });
  expect(await said(page, came), "counted while paused").toBe(4000);
  await page.getByRole("button", { name: "Show 1,500 new decisions" }).click();
  await page.getByRole("button", { name: /^Show / }).waitFor({ state: "detached" });
  await page.getByText("live", { exact: true }).waitFor();
  expect(await inDom(page)).toBeLessThan(80);

  // What came too fast is there when the list is read anew, and nothing is said to be missing then.
  await page.getByText(/of them not shown/).waitFor();
  await page.getByRole("button", { name: "Read the whole list" }).click();
  await page.getByText(/of them not shown/).waitFor({ state: "detached" });
  expect(await said(page, came)).toBe(4000);
  const { items } = await server.api<{ items: { decision_id: string }[] }>("GET", "/api/v1/decisions?limit=15");
  const listed = () => rows(page).evaluateAll((all) => all.slice(0, 15).map((row) => /decisions\/([^/?]+)/.exec(row.querySelector("a")?.getAttribute("href") ?? "")?.[1]));
  await expect.poll(listed).toEqual(items.map((d) => d.decision_id));
});

journey("a restart while much comes: the feed says so, goes on after the last, and loses nothing", { timeout: 180_000, allow: [/feed\/stream/, /ERR_/, /50[23]/] }, async ({ page, server, open }) => {
  await open("/feed");
  await rows(page).first().waitFor();
  await page.getByText("live", { exact: true }).waitFor();
  await load(server, 400, 500);
  await server.restart();
  await load(server, 700, 500);
  await page.getByText(/The connection was lost from [\d:]+ to [\d:]+\. What was decided meanwhile came after that: nothing is missing/).waitFor({ timeout: 60_000 });
  await expect.poll(() => said(page, came), { timeout: 60_000 }).toBe(1100);
  await page.getByText("live", { exact: true }).waitFor();
});
