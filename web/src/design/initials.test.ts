import { expect, it } from "vitest";
import { colourOf, initialsOf } from "./initials";

it("takes the given name of a Chinese name and the initials of others", () => {
  expect(initialsOf("王小明")).toBe("小明");
  expect(initialsOf("春茶合作社", true)).toBe("春茶");
  expect(initialsOf("茶")).toBe("茶");
  expect(initialsOf("Ada Lovelace")).toBe("AL");
  expect(initialsOf("@mei:tea.example")).toBe("M");
  expect(initialsOf("")).toBe("?");
  expect(initialsOf("👩‍🚀 crew")).toBe("👩C");
});

it("gives an id one of six colours, always the same", () => {
  const colours = ["@a:x", "@b:x", "@c:x", "@d:x", "!room:x"].map(colourOf);
  expect(colours.every((colour) => colour >= 1 && colour <= 6)).toBe(true);
  expect(colourOf("@a:x")).toBe(colours[0]);
});
