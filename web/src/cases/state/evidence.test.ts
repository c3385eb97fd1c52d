import { beforeAll, expect, it } from "vitest";
import { useLang } from "../../i18n/index.svelte";
import { fieldsOf, saidIn } from "./evidence";

beforeAll(() => useLang("en"));

it("reads evidence of every kind, and trusts nothing in it", () => {
  expect(saidIn({ content: { body: "Tea" } })).toBe("Tea");
  expect(saidIn({ content: { body: 1 } })).toBe("");
  expect(saidIn(null)).toBe("");
  expect(fieldsOf({ display_name: "Bob", avatar_url: null, listed: true })).toEqual([
    ["Display name", "Bob"],
    ["Listed in public", "Yes"],
  ]);
  expect(fieldsOf({ content: {} })).toEqual([]);
});
