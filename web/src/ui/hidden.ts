// Characters that nobody sees and that make text look like other text: they are
// shown by their names, wherever text of others is shown.

// Marks and overrides of direction, characters without width, fillers, tags,
// control characters (but for tabs and line ends), halves of characters.
const hidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\p{Surrogate}/u;
const each = new RegExp(hidden, "gu");

// A joiner between two pictures makes one picture of them; nothing hides there.
const joined = /(?<=[\p{Extended_Pictographic}\u{fe0f}\u{1f3fb}-\u{1f3ff}])\u200d(?=\p{Extended_Pictographic})/gu;

/** The same text, hidden characters as ⟨U+202E⟩; others stay as they are. */
export function reveal(text: string): string {
  if (!hidden.test(text)) return text;
  const keep = "\u{10fffe}"; // never a character
  const shown = text.replace(joined, keep).replace(each, (c) => `⟨U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}⟩`);
  return shown.replaceAll(keep, "\u200d");
}
