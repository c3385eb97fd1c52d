import { expect, it } from "vitest";
import { linkTo, partsOf } from "./route.svelte";

it("reads back what it wrote", () => {
  const to = ["chats", "!a/b:tea.example", "info"];
  expect(partsOf(linkTo(...to))).toEqual(to);
});

it("takes a broken address as it is", () => {
  expect(partsOf("#/chats/%E0%A4%A")).toEqual(["chats", "%E0%A4%A"]);
  expect(partsOf("")).toEqual([]);
});
