/** Whether the server answers at all. */
const there = () => fetch("/health/live", { cache: "no-store" }).then((r) => r.ok, () => false);

/** A part that the server no longer has is of an older console: the new one is loaded, at most once a minute. */
function renew() {
  const place = "frostgate.renewed";
  if (Date.now() - Number(sessionStorage.getItem(place) ?? 0) < 60_000) return;
  sessionStorage.setItem(place, String(Date.now()));
  location.reload();
}

/**
 * Loads a part of the program, and again while the server can't be reached: a part
 * that comes late must not take the screen down that is there.
 */
export async function again<T>(load: () => Promise<T>, pause = 500, answers = there, missing = renew): Promise<T> {
  let absent = 0;
  for (let wait = pause; ; wait = Math.min(2 * wait, 8_000)) {
    try {
      return await load();
    } catch {
      absent = (await answers()) ? absent + 1 : 0;
      if (absent === 3) missing();
      await new Promise((next) => setTimeout(next, wait));
    }
  }
}
