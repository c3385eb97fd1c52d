import { expect, it } from "vitest";
import { ApiError } from "../../http/call";
import { codeIn, inHalves, keepAsking } from "./asking";

const refusal = (status: number) => new ApiError(status, "x", "", null, {});

it("waits out what passes, and raises what does not", async () => {
  const answers = [refusal(0), refusal(503), false, true];
  const look = async () => {
    const next = answers.shift();
    if (next instanceof ApiError) throw next;
    return next === true;
  };
  await keepAsking(look, new AbortController().signal, async () => undefined);
  expect(answers).toEqual([]);
  const refused = keepAsking(
    () => Promise.reject(refusal(404)),
    new AbortController().signal,
    async () => undefined,
  );
  await expect(refused).rejects.toMatchObject({ status: 404 });
});

it("knows our links from others", () => {
  expect(codeIn("https://tea.example/#/pair/abcd2345")).toBe("abcd2345");
  expect(codeIn("https://evil.example/?pair=abcd2345")).toBeNull();
  expect(inHalves("abcd2345")).toBe("ABCD-2345");
});
