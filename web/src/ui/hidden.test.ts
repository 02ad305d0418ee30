import { createElement, isValidElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Num } from "@/api/exact";
import { jsx, jsxs } from "@/jsx/jsx-runtime";
import { reveal } from "./hidden";

test.each([
  ["admin\u202Enimda", "admin⟨U+202E⟩nimda"], ["pay\u200Bpal", "pay⟨U+200B⟩pal"], ["\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"], ["a\uFEFFb\u00ADc", "a⟨U+FEFF⟩b⟨U+00AD⟩c"], ["\u{e0041}", "⟨U+E0041⟩"], ["\u3164", "⟨U+3164⟩"],
  ["a\u0000\u001b[31m", "a⟨U+0000⟩⟨U+001B⟩[31m"], ["\ud800", "⟨U+D800⟩"], ["a\u200db", "a⟨U+200D⟩b"],
  ["Zoë, עברית, 日本, 👩‍💻 🏳️‍🌈\tand\nlines", "Zoë, עברית, 日本, 👩‍💻 🏳️‍🌈\tand\nlines"],
])("%j is shown as %s", (text, shown) => expect(reveal(text)).toBe(shown));

test("whatever an element shows shows what is hidden in it", () => {
  const [evil, shown] = ["a\u202Eb", "a⟨U+202E⟩b"];
  const page = jsxs("p", { children: [evil, " ", jsx("b", { title: evil, children: evil })], "aria-label": evil });
  expect(renderToStaticMarkup(page)).toBe(`<p aria-label="${shown}">${shown} <b title="${shown}">${shown}</b></p>`);
  const Piece = ({ children, value }: { children?: string; value: string }) => createElement("i", { "data-value": value }, children);
  const piece = jsx(Piece, { children: evil, value: evil });
  expect(isValidElement(piece)).toBe(true);
  // What is not shown is not touched: links and forms must have what is there.
  expect(renderToStaticMarkup(piece)).toBe(`<i data-value="${evil}">${shown}</i>`);
  expect(renderToStaticMarkup(jsx("td", { children: new Num("9007199254740993") }))).toBe("<td>9007199254740993</td>");
  const plain = { children: "ordinary" };
  expect(jsx("p", plain).props).toEqual(plain);
});
