import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { permit } from "../../http/permission";
import { deviceName } from "./deviceName";
import { readSession } from "./session.svelte";
import { SignUp } from "./signUp.svelte";

const notice = { id: "n1", reason: { zh: "停", en: "closed" } };
let asked: { path: string; body: unknown }[] = [];
let replies: { status: number; body: unknown }[] = [];

beforeEach(() => {
  asked = [];
  replies = [];
  permit(true);
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ path, body: JSON.parse(String(init.body)) });
    const reply = replies.shift() ?? { status: 200, body: {} };
    return new Response(JSON.stringify(reply.body), { status: reply.status });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  permit(false);
});

const policy = {
  version: "7",
  lang: "en" as const,
  operator: { name: "o", contact: "c" },
  effective_at: "2026-01-01",
  sections: [],
  recipients: [],
  items: [
    { id: "phone", necessity: "necessary", classes: ["personal", "official"] },
    { id: "operators.name", necessity: "necessary", classes: [] },
    { id: "stats", necessity: "optional", classes: ["personal"] },
  ] as never[],
};

describe("signing up", () => {
  it("meets the notice before being asked for a number", async () => {
    replies = [{ status: 403, body: { code: "gate.closed", notice } }];
    const attempt = new SignUp();
    await attempt.begin("");
    expect(attempt.step).toBe("closed");
    expect(attempt.notice?.id).toBe("n1");
    expect(asked).toEqual([
      {
        path: "/api/v1/registrations",
        body: { account_class: "personal", door: "phone", service_region: "" },
      },
    ]);
  });

  it("goes through consent, contact and code, agreeing only to what was chosen", async () => {
    replies = [
      { status: 201, body: { registration_id: "r 1" } },
      { status: 200, body: {} },
      { status: 202, body: { resend_after_seconds: 30 } },
      { status: 200, body: { verified: true } },
    ];
    const attempt = new SignUp();
    await attempt.begin("");
    await attempt.accept(policy, []);
    await attempt.sendContact("+447700900123");
    await attempt.verify("123456");
    expect(attempt.step).toBe("name");
    expect(asked.map((one) => one.path).slice(1)).toEqual([
      "/api/v1/registrations/r%201/consent",
      "/api/v1/registrations/r%201/contact",
      "/api/v1/registrations/r%201/code",
    ]);
    expect(asked[1]?.body).toMatchObject({ policy_version: "7", accepted_purposes: ["phone"] });
  });

  it("stays where it is on a wrong code", async () => {
    const attempt = new SignUp();
    attempt.step = "code";
    replies = [{ status: 403, body: { code: "accounts.wrong_code" } }];
    await expect(attempt.verify("1")).rejects.toMatchObject({ code: "accounts.wrong_code" });
    expect(attempt.step).toBe("code");
  });

  it("shows the notice when a number moves the attempt under a closed gate", async () => {
    const attempt = new SignUp();
    attempt.step = "contact";
    replies = [{ status: 403, body: { code: "gate.closed", notice } }];
    await attempt.sendContact("+8613800138000");
    expect(attempt.step).toBe("closed");
  });
});

it("names a browser so that its owner knows it", () => {
  expect(
    deviceName("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156 Safari/537.36"),
  ).toBe("Chrome · Linux");
  expect(deviceName("curl")).toBe("Web");
});

it("takes up only a whole session", () => {
  expect(readSession("not json")).toBeNull();
  expect(readSession('{"userId":"@a:x"}')).toBeNull();
  expect(readSession('{"userId":"@a:x","accessToken":"t","deviceId":"d"}')?.userId).toBe("@a:x");
});
