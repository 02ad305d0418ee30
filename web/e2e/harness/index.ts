// Journeys: a person's way through the console, in a real browser against the
// real server. A console error or a failed request that a journey does not name
// fails it.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { paceOf, slow, slowPage } from "./pace";
import { startServer, type Server } from "./server";
import { takeShifts, watchShifts } from "./shift";

export { expect } from "vitest";
export { viewerScopes, type Server } from "./server";
export type { Page } from "playwright-core";

export const shots = resolve(import.meta.dirname, "../shots");
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export interface Journey {
  page: Page;
  context: BrowserContext;
  server: Server;
  /** Opens a path below /console, signed in as admin or with the key. */
  open: (path: string, key?: string) => Promise<void>;
  /** Signs the browser in without the screen; null signs nobody in. */
  signIn: (key?: string) => Promise<void>;
  /** Another person's browser, watched like the first. */
  another: () => Promise<Omit<Journey, "another">>;
  /**
   * Screenshots of the page as it is: light and dark, 390 and 1440 wide, or as wide
   * as it says; with axe in each. Fails where the page moved by itself before.
   */
  shoot: (name: string, more?: { widths?: number[] }) => Promise<void>;
  /** Fails on violations of WCAG 2.2 A and AA; of those that hang on colour alone, where it says so. */
  axe: (what?: string, rules?: string[]) => Promise<void>;
  /** Turns edit mode on by its dialog. */
  edit: (reason?: string) => Promise<void>;
}

interface Options {
  /** Runs on PostgreSQL too. */
  postgres?: boolean;
  /** Errors that belong to the journey: matched against "METHOD path status" and console texts. */
  allow?: RegExp[];
  timeout?: number;
}

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** The rules of axe that see colours: the themes differ in nothing else. */
const ofColour = ["color-contrast", "link-in-text-block"];

const pace = paceOf();
/** How long the browser is given for anything, in ms: more than the slowest screen's looking again by itself. */
const patience = 30_000 * pace.patience;

/** What runs in the page has no end of its own. */
async function within<T>(what: string, work: Promise<T>, limit = patience): Promise<T> {
  let late: NodeJS.Timeout;
  const over = new Promise<never>((_, fail) => (late = setTimeout(() => fail(new Error(`${what} took longer than ${limit} ms`)), limit)));
  return Promise.race([work, over]).finally(() => clearTimeout(late));
}

/** Waits until nothing moves any more: the table has measured itself, colours and tooltips have faded. */
async function settled(page: Page) {
  const still = page.evaluate(async (patience) => {
    // A page that nobody looks at may be given no frames; a picture of it makes one.
    const frame = () => new Promise((next) => (requestAnimationFrame(next), setTimeout(next, 1000)));
    const began = performance.now();
    for (let quiet = 0; quiet < 3; quiet++) {
      await frame();
      const moving = document.getAnimations().filter((a) => a.playState === "running" && a.effect?.getComputedTiming().endTime !== Infinity);
      if (moving.length === 0) continue;
      quiet = -1;
      await Promise.race([Promise.allSettled(moving.map((a) => a.finished)), new Promise((next) => setTimeout(next, 1000))]);
      if (performance.now() - began > patience) return moving.map((a) => `${a.id || a.constructor.name} of ${(a.effect as KeyframeEffect).target?.outerHTML.slice(0, 200)}`);
    }
    return [];
  }, patience / 2);
  expect(await within("a page that comes to rest", still), "what does not come to rest").toEqual([]);
}

/** One server for all journeys of a file, in their order; env is what it is told beside its usual settings. */
export function suite({ env = {} }: { env?: Record<string, string> } = {}) {
  let browser: Browser;
  let server: Server;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(env), chromium.launch({ slowMo: pace.step, executablePath: process.env.FROSTGATE_CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] })]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  const journey = (name: string, options: Options, walk: (j: Journey) => Promise<void>) => {
    // Every journey runs on SQLite; on PostgreSQL those that say so, and the report counts the others.
    test.skipIf(inject("postgres") !== "" && !options.postgres)(name, { timeout: (options.timeout ?? 90_000) * pace.patience }, async () => {
      const wrong: string[] = [];
      const first = await visitor(browser, server, options.allow ?? [], wrong);
      const others: Omit<Journey, "another">[] = [];
      const another = async () => {
        const j = await visitor(browser, server, options.allow ?? [], wrong);
        others.push(j);
        return j;
      };
      try {
        await walk({ ...first, another });
        expect(wrong, `console errors and failed requests: ${wrong.join(" || ")}`).toEqual([]);
      } catch (e) {
        mkdirSync(shots, { recursive: true });
        await first.page.screenshot({ path: join(shots, `FAILED-${name.replace(/\W+/g, "-")}.png`) }).catch(() => undefined);
        if (wrong.length > 0 && e instanceof Error) e.message += `\nthe browser said: ${wrong.join("\n")}`;
        throw e;
      } finally {
        for (const j of [first, ...others]) await j.context.close();
      }
    });
  };
  return { journey, server: () => server };
}

function watch(page: Page, base: string, allow: RegExp[], wrong: string[]) {
  const note = (text: string) => allow.some((a) => a.test(text)) || wrong.push(text);
  page.on("console", (m) => {
    // A refused request says so by its status below, with its path.
    if (m.type() === "error" && !m.text().startsWith("Failed to load resource")) note(`console: ${m.text()}`);
  });
  page.on("pageerror", (e) => note(`page: ${e.message}`));
  page.on("response", (r) => r.status() >= 400 && note(`${r.request().method()} ${r.url().replace(base, "")} ${r.status()}`));
  page.on("requestfailed", (r) => {
    const why = r.failure()?.errorText ?? "";
    if (why !== "net::ERR_ABORTED") note(`${r.method()} ${r.url().replace(base, "")} ${why}`);
  });
  page.on("request", (r) => !r.url().startsWith(base) && !/^(data|blob):/.test(r.url()) && note(`another origin: ${r.url()}`));
}

/**
 * While working on screens: FROSTGATE_E2E_DIST names the folder that the console
 * was built into (`vite build` heeds it too) and is taken from, not from the binary, which then need not be built anew. The policy of
 * what the page may load still comes from the server.
 */
async function fromDisk(context: BrowserContext, base: string) {
  const dist = resolve(process.env.FROSTGATE_E2E_DIST!);
  const media: Record<string, string> = { js: "text/javascript", css: "text/css", svg: "image/svg+xml", wasm: "application/wasm", json: "application/json", html: "text/html; charset=utf-8" };
  await context.route(`${base}/console/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice("/console/".length);
    const file = join(dist, name);
    if (name !== "" && existsSync(`${file}.gz`)) return route.fulfill({ body: gunzipSync(readFileSync(`${file}.gz`)), contentType: media[name.split(".").at(-1)!] });
    const real = await route.fetch();
    const nonce = /'nonce-([\w-]+)'/.exec(real.headers()["content-security-policy"] ?? "")?.[1] ?? "";
    return route.fulfill({ response: real, body: readFileSync(join(dist, "index.html"), "utf8").replaceAll("__NONCE__", nonce) });
  });
}

/** Both kinds of people: what moves is looked at on PostgreSQL, where no pictures are taken. */
const motion = () => (inject("postgres") === "" ? "reduce" : "no-preference");

async function visitor(browser: Browser, server: Server, allow: RegExp[], wrong: string[]): Promise<Omit<Journey, "another">> {
  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1440, height: 900 }, reducedMotion: motion(), timezoneId: "Europe/Berlin", locale: "en-US" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  if (process.env.FROSTGATE_E2E_DIST) await fromDisk(context, server.url);
  await slow(context, pace);
  await context.addInitScript(watchShifts);
  const page = await context.newPage();
  await slowPage(page, pace);
  page.setDefaultTimeout(patience);
  watch(page, server.url, allow, wrong);
  const signIn = async (key = server.admin) => {
    const res = await context.request.post("/api/v1/session", { headers: { "X-API-Key": key } });
    expect(res.status(), "sign-in").toBe(200);
    await context.addInitScript(() => localStorage.setItem("frostgate.signed-in", "1"));
  };
  const axe = async (what = page.url(), rules?: string[]) => {
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
    const run = page.evaluate(async (runOnly) => {
      const { axe } = window as unknown as { axe: { run: (at: Document, o: object) => Promise<{ violations: { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] }[] }> } };
      const r = await axe.run(document, { runOnly, resultTypes: ["violations"] });
      // What an open menu covers can't be touched, and need not be.
      const seen = r.violations.map((v) => ({ ...v, nodes: v.nodes.filter((n) => !n.failureSummary?.includes("partially obscured")) })).filter((v) => v.nodes.length > 0);
      return seen.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(" ")} ${n.failureSummary?.split("\n")[1]?.trim() ?? ""}`).join(" | ")}`);
    }, rules ?? wcag);
    const found = await within(`axe on ${what}`, run, 2 * patience);
    expect(found, `axe on ${what}: ${found.join(" || ")}`).toEqual([]);
  };
  const shoot = async (name: string, { widths = [390, 1440] }: { widths?: number[] } = {}) => {
    const moved = await takeShifts(page);
    expect(moved.value, `${name} moved by itself:\n${moved.what.join("\n")}`).toBeLessThanOrEqual(0.1);
    if (inject("postgres") !== "") return; // the same screens, looked at on SQLite
    mkdirSync(shots, { recursive: true });
    await page.mouse.move(0, 0); // what the pointer rests on has a tooltip
    const before = page.viewportSize()!;
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForFunction((want) => getComputedStyle(document.body).colorScheme === want && document.documentElement.dataset.mantineColorScheme === want, colorScheme);
      // There and back, so that few changes of width are to be painted.
      for (const width of colorScheme === "light" ? widths.toReversed() : widths) {
        await page.setViewportSize({ width, height: width < 500 ? 844 : width > 3000 ? 2160 : 900 });
        await settled(page);
        await page.screenshot({ path: join(shots, `${name}-${colorScheme}-${width}.png`) });
        await axe(`${name}, ${colorScheme}, ${width}`, colorScheme === "light" ? undefined : ofColour);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(over, `${name} is wider than ${width}`).toBeLessThanOrEqual(0);
      }
    }
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize(before);
    await settled(page);
    await takeShifts(page); // of the changes of width
  };
  return {
    page, context, server, signIn, axe, shoot,
    open: async (path, key) => {
      await signIn(key);
      await page.goto(`/console${path}`);
    },
    edit: async (reason = "Weekly drift review") => {
      await page.getByRole("button", { name: "Edit", exact: true }).click();
      await page.getByLabel("Why do you change something?").fill(reason);
      await page.getByRole("button", { name: "Start editing" }).click();
      await page.getByText("Edit mode:").waitFor();
      // Its dialog gives the focus back as it goes; keys pressed before would go there.
      await page.getByLabel("Why do you change something?").waitFor({ state: "detached" });
    },
  };
}
