/**
 * Loads a part of the program, and again while the server can't be reached: a part
 * that comes late must not take the screen down that is there.
 */
export async function again<T>(load: () => Promise<T>, pause = 500): Promise<T> {
  for (let wait = pause; ; wait = Math.min(2 * wait, 8_000)) {
    try {
      return await load();
    } catch {
      await new Promise((next) => setTimeout(next, wait));
    }
  }
}
