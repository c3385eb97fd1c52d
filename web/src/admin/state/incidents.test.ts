import { describe, expect, it } from "vitest";
import type { IncidentFacts } from "../../wire.gen";
import { factsOfFields, fieldsOf } from "./incidents";

const FACTS: IncidentFacts = {
  kind: "leak",
  people: 12,
  loss_minor: 1250,
  marks: ["sensitive"],
  texts: { harm: { zh: "骚扰电话", en: "Unwanted calls" }, cause: { zh: "", en: "A lost key" } },
};

describe("the fields of an incident", () => {
  it("give back the facts that they were made of", () => {
    const back = factsOfFields(fieldsOf(FACTS, "zh"), FACTS, "zh");
    expect(back.people).toBe(12);
    expect(back.loss_minor).toBe(1250);
    expect(back.marks).toEqual(["sensitive"]);
    expect(back.texts).toEqual(FACTS.texts);
  });

  it("change one language, and leave the other as it is", () => {
    const fields = fieldsOf(FACTS, "en");
    fields.texts["harm"] = "Fraud";
    fields.texts["cause"] = "";
    const back = factsOfFields(fields, FACTS, "en");
    expect(back.texts).toEqual({ harm: { zh: "骚扰电话", en: "Fraud" } });
  });

  it("take what is no number for none", () => {
    const fields = fieldsOf(FACTS, "en");
    fields.numbers.people = "many";
    fields.numbers.records = "-3";
    const back = factsOfFields(fields, FACTS, "en");
    expect([back.people, back.records]).toEqual([0, 0]);
  });
});
