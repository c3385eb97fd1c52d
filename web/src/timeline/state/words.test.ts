import { expect, it } from "vitest";
import { isFewEmoji, stretchesOf } from "./words";

it("finds addresses in any script, without the stop that ends the sentence", () => {
  expect(stretchesOf("看https://tea.example/茶?a=1。好")).toEqual([
    { text: "看", href: null },
    { text: "https://tea.example/茶?a=1", href: "https://tea.example/茶?a=1" },
    { text: "。好", href: null },
  ]);
  expect(stretchesOf("(see https://x.example/a_(b)).")[1]?.text).toBe("https://x.example/a_(b)");
  expect(stretchesOf("javascript:alert(1)")).toEqual([{ text: "javascript:alert(1)", href: null }]);
  expect(stretchesOf("")).toEqual([]);
});

it("knows a few emoji from words and numbers", () => {
  expect(isFewEmoji("👩‍🚀 🍵")).toBe(true);
  expect(isFewEmoji("🍵🍵🍵🍵")).toBe(false);
  expect(isFewEmoji("123")).toBe(false);
  expect(isFewEmoji("茶🍵")).toBe(false);
  expect(isFewEmoji(" ")).toBe(false);
});
