// From the key that asks for the palette until it closes, keys are the palette's:
// none is a shortcut, and what is typed before its field is there is not lost.
let on = false;
let waiting = "";
let field: ((text: string) => void) | undefined;

export const typeahead = {
  begin: () => {
    if (!on) waiting = "";
    on = true;
  },
  end: () => {
    on = false;
    waiting = "";
  },
  /** Where typed text goes from now on; what was typed before comes at once. */
  into: (take: (text: string) => void) => {
    field = take;
    if (waiting) take(waiting);
    waiting = "";
    return () => {
      if (field === take) field = undefined;
    };
  },
  /** Takes a key that is pressed outside of any field: true when it is the palette's. */
  press: (e: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): boolean => {
    if (!on) return false;
    if (e.key.length === 1 && !e.ctrlKey && !e.metaKey && !e.altKey) {
      if (field) field(e.key);
      else waiting += e.key;
    } else if (e.key === "Backspace") waiting = waiting.slice(0, -1);
    return true;
  },
};
