import { Autocomplete, MultiSelect, SegmentedControl, Select } from "@mantine/core";
import { Spotlight } from "@mantine/spotlight";
import { createElement, isValidElement, type ElementType } from "react";
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

test("choices that a component takes as data show what is hidden in them, and stay what they are", () => {
  const [evil, shown] = ["a\u202Eb", "a⟨U+202E⟩b"];
  const props = (type: unknown, p: Record<string, unknown>) => jsx(type as ElementType, p).props as Record<string, unknown>;
  for (const type of [Select, MultiSelect, SegmentedControl]) {
    expect(props(type, { data: [{ value: evil, label: evil }, evil, "plain"] }).data).toEqual([{ value: evil, label: shown }, { value: evil, label: shown }, "plain"]);
  }
  expect(props(Select, { data: [{ group: evil, items: [{ value: "1", label: evil }] }] }).data).toEqual([{ group: shown, items: [{ value: "1", label: shown }] }]);
  expect(props(Spotlight, { actions: [{ group: "Tenants", actions: [{ id: evil, label: evil, description: evil }] }] }).actions).toEqual([{ group: "Tenants", actions: [{ id: evil, label: shown, description: shown }] }]);
  const plain = [{ value: "1", label: "ordinary" }];
  expect(props(Select, { data: plain }).data).toBe(plain);
  // What is chosen becomes the value here.
  expect(props(Autocomplete, { data: [evil] }).data).toEqual([evil]);
  expect(props(Select, { placeholder: evil, error: evil, nothingFoundMessage: evil, value: evil })).toEqual({ placeholder: shown, error: shown, nothingFoundMessage: shown, value: evil });
});
