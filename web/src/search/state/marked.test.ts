import { expect, test } from "vitest";
import { piecesOf } from "./marked";

const shown = (text: string, marks: number[][]) =>
  piecesOf(text, marks)
    .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
    .join("");

test("a text is cut at its marks", () => {
  expect(shown("去图书馆看书", [[1, 4]])).toBe("去[图书馆]看书");
  expect(shown("abc", [])).toBe("abc");
  expect(shown("abc", [[0, 3]])).toBe("[abc]");
  expect(
    shown("ab cd", [
      [3, 5],
      [0, 2],
    ]),
  ).toBe("[ab] [cd]");
});

test("marks that overlap are one, and what lies outside is left out", () => {
  expect(
    shown("abcdef", [
      [0, 3],
      [1, 4],
    ]),
  ).toBe("[abc][d]ef");
  expect(shown("abc", [[2, 9]])).toBe("ab[c]");
  expect(shown("abc", [[2, 2]])).toBe("abc");
});
