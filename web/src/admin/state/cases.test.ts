import { beforeAll, expect, it } from "vitest";
import { speakAlso, useLang } from "../../i18n/index.svelte";
import type { CaseDetailWire, CaseStepWire } from "../../wire.gen";
import { appealWhy, lackingIn, lastStatement, offersOf, pictureOf, whoDid } from "./cases";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const EYES = { me: "ada", names: new Map([["bea", "Bea"]]) };
const SAID = { rule_id: "spam", facts: "f", decider: "person", redress: "r", materials: "m" };

beforeAll(async () => {
  speakAlso(async () => (await import("../../i18n/admin.en.json")).default);
  await useLang("en");
});

function step(act: string, actor: string, statement: typeof SAID | null = SAID): CaseStepWire {
  const at = "2026-11-22T10:00:00Z";
  return { act, state: "verified", actor, at, decider: "person", statement, words: "" };
}

function found(may: string[], more: Partial<CaseDetailWire["case"]> = {}): CaseDetailWire {
  const held = {
    case_id: "c",
    kind: "message",
    target: "$e",
    place: "!r",
    category: "spam",
    user_id: "@a:s",
    account_class: "personal",
    state: "verified",
    voices: 1,
    hidden: false,
    rule_id: "",
    due_at: null,
    claimed_by: "",
    claimed_at: null,
    asked_by: "",
    asked_at: null,
    claimed_until: null,
    halted_at: null,
    opened_at: "2026-11-22T09:00:00Z",
    moved_at: "2026-11-22T09:00:00Z",
    ...more,
  };
  const viewing = { blur: true, greyscale: true, mute: true };
  return { viewing, case: held, rule: null, evidence: null, steps: [], appeal: null, may };
}

const whyOf = (one: CaseDetailWire, name: string) =>
  offersOf(one, EYES, NOW).find((offer) => offer.step === name)?.why;

it("offers the steps of the procedure, and says why not the others", () => {
  const one = found(["order", "dismiss"]);
  expect(whyOf(one, "order")).toBe("");
  expect(whyOf(one, "ban")).toContain("suspension");
});

it("leaves a case to whoever took it, for four hours", () => {
  const claimed = { claimed_by: "bea", claimed_until: "2026-11-22T15:00:00Z" };
  expect(whyOf(found(["order"], claimed), "order")).toContain("Bea");
  const over = { claimed_by: "bea", claimed_until: "2026-11-22T11:00:00Z" };
  expect(whyOf(found(["order"], over), "order")).toBe("");
  const own = { claimed_by: "ada", claimed_until: "2026-11-22T15:00:00Z" };
  expect(whyOf(found(["order"], own), "order")).toBe("");
});

it("has nobody confirm or hear an appeal against what they decided", () => {
  const mine = { ...found(["confirm"]), steps: [step("order", "ada")] };
  expect(whyOf(mine, "confirm")).not.toBe("");
  expect(whyOf({ ...mine, steps: [step("order", "bea")] }, "confirm")).toBe("");
  const appeal = {
    appeal_id: "a",
    case_id: "c",
    filed_at: "",
    due_at: "",
    taken_by: "",
    outcome: null,
    decided_at: null,
    words: "",
    answer: "",
  };
  expect(appealWhy({ ...mine, appeal }, EYES)).toContain("You have decided");
  const others = { ...mine, steps: [step("order", "bea")] };
  expect(appealWhy({ ...others, appeal }, EYES)).toBe("");
  expect(appealWhy({ ...others, appeal: { ...appeal, taken_by: "bea" } }, EYES)).toContain("Bea");
});

it("has a second operator agree to a ban within a day", () => {
  const asked = { asked_by: "ada", asked_at: "2026-11-22T00:00:00Z" };
  expect(whyOf(found(["ban"], asked), "ban")).toContain("another operator");
  expect(whyOf(found(["ban"], { ...asked, asked_by: "bea" }), "ban")).toBe("");
  expect(whyOf(found(["ban"], { ...asked, asked_at: "2026-11-20T00:00:00Z" }), "ban")).toBe("");
});

it("begins a statement with the last one, and says what is missing", () => {
  const one = { ...found([]), steps: [step("verify", "ada"), step("contest", "author", null)] };
  expect(lastStatement(one)).toEqual(SAID);
  expect(lackingIn({ ...SAID, facts: " " })).toEqual(["facts"]);
});

it("names people as far as one may know them", () => {
  expect(whoDid("ada", EYES)).toBe("You");
  expect(whoDid("bea", EYES)).toBe("Bea");
  expect(whoDid("cy", EYES)).toBe("Another operator");
});

it("shows the picture of a message, a profile or a file, and of nothing else", () => {
  const image = { content: { msgtype: "m.image", url: "mxc://s/m1" } };
  expect(pictureOf({ ...found([]), evidence: image })).toBe("m1");
  const text = { content: { msgtype: "m.text", url: "mxc://s/m1" } };
  expect(pictureOf({ ...found([]), evidence: text })).toBe("");
  expect(pictureOf({ ...found([]), evidence: { avatar_url: "mxc://s/m2" } })).toBe("m2");
  const file = found([], { kind: "media", target: "m3" });
  expect(pictureOf({ ...file, evidence: { content_type: "image/png" } })).toBe("m3");
  expect(pictureOf({ ...file, evidence: { content_type: "text/html" } })).toBe("");
});
