// Journeys at another pace than this machine's: one that is right only while the
// page, the server or the person happens to be quicker fails here, on purpose.
import type { BrowserContext, Page } from "playwright-core";

export interface Pace {
  /** Between two steps of the person, in ms: what the page does by itself comes first. */
  step: number;
  /** How long a request is held back on its way, in ms: mostly little, at times all of it; so answers come late, and in another order. */
  answer: number;
  /** How many times slower the page computes. */
  cpu: number;
  /** How many times longer everything may take for that. */
  patience: number;
}

/** FROSTGATE_E2E_PACE, such as "step=400" or "answer=1500,cpu=4,patience=6"; without it, this machine's. */
export function paceOf(text = process.env.FROSTGATE_E2E_PACE ?? ""): Pace {
  const pace: Pace = { step: 0, answer: 0, cpu: 1, patience: 1 };
  if (text === "") return pace;
  pace.patience = 4;
  for (const part of text.split(",")) {
    const [name = "", value = ""] = part.split("=");
    if (!Object.hasOwn(pace, name) || !(Number(value) > 0)) throw new Error(`FROSTGATE_E2E_PACE: ${part} is none of step=MS, answer=MS, cpu=TIMES, patience=TIMES`);
    pace[name as keyof Pace] = Number(value);
  }
  return pace;
}

/** Slows what the pages of a browser ask for, and how fast those compute that it opens later. */
export async function slow(context: BrowserContext, pace: Pace) {
  if (pace.answer > 0) {
    await context.route("**/*", async (route) => {
      await new Promise((next) => setTimeout(next, Math.random() ** 3 * pace.answer));
      await route.fallback();
    });
  }
  // Such a page may be gone before it is slowed.
  context.on("page", (page) => void slowPage(page, pace).catch(() => undefined));
}

/** Slows how fast a page computes. */
export async function slowPage(page: Page, { cpu }: Pace) {
  if (cpu === 1) return;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: cpu });
}
