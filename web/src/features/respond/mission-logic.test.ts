import { expect, it } from "vitest";
import { allowedText, bodyOf, emptyForm, formProblems, gatesText, phaseOf, ringWords, ruleText } from "./mission-logic";

const now = Date.parse("2026-03-01T12:00:00Z");

it("has a phase by its time", () => {
  const m = (starts_at: string, expires_at: string, status: "active" | "ended" = "active") => phaseOf({ starts_at, expires_at, status }, now);
  expect([m("2026-03-01T13:00:00Z", "2026-03-01T14:00:00Z"), m("2026-03-01T11:00:00Z", "2026-03-01T14:00:00Z"), m("2026-03-01T11:00:00Z", "2026-03-01T12:00:00Z"), m("2026-03-01T11:00:00Z", "2026-03-01T14:00:00Z", "ended")]).toEqual(["planned", "active", "over", "over"]);
});

it("says what it allows", () => {
  expect([allowedText([]), allowedText(["block_ip"]), allowedText(["block_ip", "isolate_host", "notify"])]).toEqual(["nothing", "block", "block, isolate or notify"]);
});

it("refuses a form that means nothing, and sends one that does", () => {
  const good = { ...emptyForm(now), title: " Night shift ", allowed: ["block_ip"], budget: "5", blast: "40", ring: "CUI" };
  expect(formProblems(good, now)).toEqual({});
  expect(bodyOf(good)).toMatchObject({ title: "Night shift", allowed_actions: ["block_ip"], budget_cap: 5, blast_radius_cap: 0.4, classification: "CUI" });
  expect(bodyOf(good)).not.toHaveProperty("persona");
  expect(formProblems({ ...good, ends: good.starts }, now).ends).toMatch(/after it begins/);
  expect(formProblems({ ...good, ends: "2027-01-01T00:00" }, now).ends).toMatch(/30 days/);
  expect(formProblems({ ...good, budget: "-1", blast: "101", id: "a b" }, now)).toMatchObject({ budget: expect.any(String), blast: expect.any(String), id: expect.any(String) });
});

it("puts the doctrine in words", () => {
  expect(gatesText({ allow_below: 400, approval_below: 700 })[1]).toBe("From 40%, below 70%: a person must approve.");
  expect(ruleText({ id: "r", when: { persona: ["guardian"], ring: ["SECRET", "TOPSECRET"] }, keep: [{ action: "block_ip", max: 1 }], ao_required: true, gating_when_disruptive: "require_approval" })).toBe("Persona Guardian in ring secret or top secret: at most 1 × block for each decision; the authorising official is asked; what disrupts needs approval.");
  const ring = { name: "TOPSECRET", impact_factor: 1.25, retention_days: 2555, encryption: "at-rest, key per ring", audit_level: "full", cross_ring_access: ["CUI"], ao_required_for: ["block_ip"] };
  expect(ringWords(ring)).toEqual(["Impact counts 25 % more than estimated, so approval is needed sooner.", "The authorising official must approve: block.", "From here data of controlled may be read too.", "Kept for 7 years, encrypted at rest, key per ring; audit: full."]);
});
