import { expect, test } from "vitest";
import { readWay } from "./way";

test("only ways of ours are followed", () => {
  expect(readWay('["authorize","thw_x","create"]')).toEqual(["authorize", "thw_x", "create"]);
  expect(readWay('["me","devices","A"]')).toEqual(["me", "devices", "A"]);
  for (const text of [null, "", "{", '"me"', '["elsewhere"]', "[]", '["me",1]'])
    expect(readWay(text)).toBeNull();
});
