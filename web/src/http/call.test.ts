import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, call, speakAs } from "./call";
import { permit } from "./permission";

let asked: { path: string; init: RequestInit }[] = [];

function answer(status: number, body: unknown, headers: Record<string, string> = {}): void {
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ path, init });
    return new Response(JSON.stringify(body), { status, headers });
  });
}

beforeEach(() => {
  asked = [];
  permit(true);
});
afterEach(() => {
  vi.unstubAllGlobals();
  permit(false);
  speakAs(null);
});

describe("call", () => {
  it("refuses to speak before consent, save for what is open", async () => {
    answer(200, { version: "1" });
    permit(false);
    await expect(call("POST", "/api/v1/registrations")).rejects.toMatchObject({
      code: "consent.missing",
    });
    expect(asked).toHaveLength(0);
    expect(await call("GET", "/api/v1/policy", { query: { lang: "zh" } })).toEqual({
      version: "1",
    });
    expect(asked[0]?.path).toBe("/api/v1/policy?lang=zh");
  });

  it("reads a problem document", async () => {
    answer(403, { code: "gate.closed", detail: "closed", notice: { id: "n" } });
    const error = await call("POST", "/api/v1/registrations").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 403,
      code: "gate.closed",
      message: "closed",
      passing: false,
    });
  });

  it("reads a Matrix error and how long to wait", async () => {
    answer(429, { errcode: "M_LIMIT_EXCEEDED", error: "slow down", retry_after_ms: 1500 });
    await expect(call("GET", "/x")).rejects.toMatchObject({ retryAfterMs: 1500, passing: true });
    answer(503, {}, { "Retry-After": "2" });
    await expect(call("GET", "/x")).rejects.toMatchObject({ retryAfterMs: 2000, passing: true });
  });

  it("tells when the session has ended, but not for open calls", async () => {
    const ended = vi.fn();
    speakAs("token", ended);
    answer(401, { errcode: "M_UNKNOWN_TOKEN", error: "gone" });
    await call("GET", "/x", { open: true }).catch(() => undefined);
    expect(ended).not.toHaveBeenCalled();
    await call("GET", "/x").catch(() => undefined);
    expect(ended).toHaveBeenCalledOnce();
    expect(asked[1]?.init.headers).toMatchObject({ Authorization: "Bearer token" });
  });

  it("says so when nobody answers", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed")));
    await expect(call("GET", "/x")).rejects.toMatchObject({ status: 0, code: "unreachable" });
  });
});
