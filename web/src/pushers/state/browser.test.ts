import { expect, test } from "vitest";
import { bytesOf, textOf } from "./browser";

test("a key is written and read as the server writes it", () => {
  const bytes = Uint8Array.from([4, 251, 255, 0, 62, 63]);
  expect(textOf(bytes)).toBe("BPv_AD4_");
  expect(bytesOf("BPv_AD4_")).toEqual(bytes);
  expect(textOf(bytesOf("-_8"))).toBe("-_8");
});
