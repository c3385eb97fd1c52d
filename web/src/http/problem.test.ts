import { afterAll, describe, expect, it, vi } from "vitest";
import { useLang } from "../i18n/index.svelte";
import chinese from "../i18n/refused.zh.json";
import { ApiError } from "./call";
import { sayError } from "./problem";

const refused = (code: string) => new ApiError(409, code, "in the server's words", null, {});

afterAll(() => useLang("en"));

describe("sayError", () => {
  it("tells a minor until when they wait, and whom they can write to", async () => {
    await useLang("en");
    const body = { until: "2026-11-22T06:00:00+00:00" };
    const said = sayError(new ApiError(403, "M_FORBIDDEN", "It is night.", null, body));
    expect(said).toMatch(/^Not at this hour/);
    expect(said).toContain("2026");
    expect(sayError(refused("M_FORBIDDEN"))).not.toContain("hour");
  });

  it("tells what is labelled above one's age, whichever way it was asked for", async () => {
    await useLang("en");
    const body = { why: "guardian", articles: [] };
    for (const code of ["M_FORBIDDEN", "ratings.above_age"])
      expect(sayError(new ApiError(403, code, "No.", null, body))).toContain("guardian");
    expect(sayError(new ApiError(403, "M_FORBIDDEN", "No.", null, { why: "age" }))).not.toContain(
      "age",
    );
  });

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
