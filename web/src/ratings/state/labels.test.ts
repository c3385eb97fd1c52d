import { beforeAll, describe, expect, it } from "vitest";
import { useLang } from "../../i18n/index.svelte";
import { chosenText, labelOf, labelText, wordOf } from "./labels";

beforeAll(() => useLang("en"));

describe("labels", () => {
  it("come back from the word that stands for them", () => {
    for (const years of [0, 8, 12, 16, 18]) {
      for (const borderline of [false, true]) {
        const label = { years, borderline };
        expect(labelOf(wordOf(label))).toEqual(label);
      }
    }
  });

  it("say nothing of what is for everybody, but in a list", () => {
    expect(labelText({ years: 0, borderline: false })).toBe("");
    expect(chosenText({ years: 0, borderline: false })).not.toBe("");
    expect(labelText({ years: 16, borderline: true })).toContain("16");
  });
});
