// How fast it feels: prints figures, and asserts none of them.
import { suite, type Page } from "./harness";
import { findingsOf, load } from "./harness/much";

const { journey } = suite();
const ms = (n: number) => `${Math.round(n)} ms`;
const rows = (page: Page) => page.locator(".body-row");

/** Frames and long tasks while something is done. */
async function frames(page: Page, work: () => Promise<void>): Promise<string> {
  await page.evaluate(() => {
    const w = window as unknown as { run: boolean; gaps: number[]; long: number[]; watch: PerformanceObserver };
    Object.assign(w, { run: true, gaps: [], long: [] });
    w.watch = new PerformanceObserver((l) => l.getEntries().forEach((e) => w.long.push(e.duration)));
    w.watch.observe({ type: "longtask" });
    let last = performance.now();
    const frame = (now: number) => {
      w.gaps.push(now - last);
      last = now;
      if (w.run) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await work();
  const { gaps, long } = await page.evaluate(() => {
    const w = window as unknown as { run: boolean; gaps: number[]; long: number[]; watch: PerformanceObserver };
    w.run = false;
    w.watch.disconnect();
    return { gaps: w.gaps.toSorted((a, b) => a - b), long: w.long };
  });
  const at = (q: number) => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * q))] ?? 0;
  return `${gaps.length} frames, median ${ms(at(0.5))}, 99th ${ms(at(0.99))}; ${long.length} tasks over 50 ms, the longest ${ms(Math.max(0, ...long))}`;
}

journey("first paint and changes of screen", { timeout: 120_000, allow: [/./] }, async ({ page, open }) => {
  await open("/drift");
  await page.locator("main h1").waitFor();
  for (let i = 0; i < 3; i++) {
    await page.reload();
    await page.locator("main h1").waitFor();
    const t = await page.evaluate(() => ({ paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0, head: performance.now() }));
    console.log(`first paint ${ms(t.paint)}, heading by ${ms(t.head)}`);
  }
  await page.waitForLoadState("networkidle");
  const links = page.getByRole("navigation", { name: "Screens" }).getByRole("link");
  for (let i = 0; i < (await links.count()); i++) {
    const name = (await links.nth(i).textContent()) ?? "";
    await links.nth(i).hover();
    await page.waitForLoadState("networkidle");
    const took = await links.nth(i).evaluate(async (link: HTMLElement) => {
      const before = location.pathname;
      const title = document.querySelector("main h1")?.textContent;
      const began = performance.now();
      link.click();
      while (location.pathname === before || document.querySelector("main h1")?.textContent === title) {
        await new Promise((next) => requestAnimationFrame(next));
        if (performance.now() - began > 3000) return -1;
      }
      return performance.now() - began;
    });
    console.log(`${name}: ${took < 0 ? "was open" : ms(took)}`);
  }
});

journey("scrolling through 100,000 findings", { timeout: 600_000 }, async ({ page, server, open }) => {
  findingsOf(server, 100_000);
  await open("/drift/findings?q=Office+0");
  await rows(page).first().waitFor();
  await page.mouse.move(700, 500);
  console.log(`by wheel: ${await frames(page, async () => {
    for (let i = 0; i < 120; i++) await page.mouse.wheel(0, 400);
  })}`);
  await rows(page).nth(12).focus();
  console.log(`by keys: ${await frames(page, async () => {
    for (let i = 0; i < 200; i++) await page.keyboard.press("j");
  })}`);
});

journey("the feed at 500 events a second", { timeout: 120_000 }, async ({ page, server, open }) => {
  await open("/feed");
  await page.getByText("live", { exact: true }).waitFor();
  console.log(`feed: ${await frames(page, () => load(server, 5000, 500))}`);
});
