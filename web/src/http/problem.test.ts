import { afterAll, describe, expect, it, vi } from "vitest";
import { useLang } from "../i18n/index.svelte";
import chinese from "../i18n/refused.zh.json";
import { ApiError } from "./call";
import { sayError } from "./problem";

const refused = (code: string) => new ApiError(409, code, "in the server's words", null, {});

afterAll(() => useLang("en"));

describe("sayError", () => {
  it("tells in the server's words what we have no text for, in English", async () => {
    await useLang("en");
    expect(sayError(refused("rights.answered"))).toBe("in the server's words");
  });

  it("tells it in Chinese when that is the language, never in English meanwhile", async () => {
    await useLang("zh");
    expect(sayError(refused("rights.answered"))).toMatch(/^\p{Script=Han}/u);
    await vi.waitFor(() =>
      expect(sayError(refused("rights.answered"))).toBe(chinese["rights.answered"]),
    );
    expect(sayError(refused("M_NOT_FOUND"))).toBe(chinese.M_NOT_FOUND);
    expect(sayError(refused("tomorrow.new"))).toBe("in the server's words");
  });
});
