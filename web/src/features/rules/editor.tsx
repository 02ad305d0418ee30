// Text that is written line by line.
import { useLayoutEffect, useRef } from "react";

/** Text with the numbers of its lines; those that are wrong are marked. */
export function Editor({ label, text, set, bad, placeholder, from }: { label: string; text: string; /** Without it, it is only read. */ set?: (t: string) => void; bad?: ReadonlySet<number>; placeholder?: string; /** The line that shows first. */ from?: number }) {
  const n = text.split("\n").length;
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const line = from === undefined ? undefined : box.current?.querySelector<HTMLElement>(`li:nth-child(${from})`);
    if (line && box.current) box.current.scrollTop = line.offsetTop - box.current.offsetTop - line.offsetHeight;
  }, [from]);
  return (
    <div className="editor" ref={box}>
      <ol aria-hidden>{Array.from({ length: n }, (_, i) => <li key={i} data-bad={bad?.has(i + 1) || undefined}>{i + 1}</li>)}</ol>
      <textarea aria-label={label} value={text} rows={n + 1} onChange={(e) => set?.(e.currentTarget.value)} readOnly={!set} spellCheck={false} placeholder={placeholder} />
    </div>
  );
}
