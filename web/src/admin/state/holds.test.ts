import { describe, expect, it } from "vitest";
import { heldObjects } from "./holds";

describe("what a hold names", () => {
  it("is told by the first letters of each address", () => {
    expect(heldObjects("!a:s\n\n $b \n@c:s\nmxc://s/d\n01HE")).toEqual([
      { kind: "room", target: "!a:s" },
      { kind: "message", target: "$b" },
      { kind: "account", target: "@c:s" },
      { kind: "file", target: "d" },
      { kind: "case", target: "01HE" },
    ]);
  });
});
