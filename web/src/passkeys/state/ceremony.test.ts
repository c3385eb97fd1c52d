import { expect, it } from "vitest";
import { bytesOf, textOf } from "./ceremony";

it("writes bytes as the server reads them, and back", () => {
  const bytes = Uint8Array.from([0xfb, 0xff, 0xfe, 0, 1]);
  expect(textOf(bytes.buffer)).toBe("-__-AAE");
  expect([...bytesOf("-__-AAE")]).toEqual([...bytes]);
});
