import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CHOICE, Presence } from "./presence.svelte";
import { agoText } from "./words";

beforeEach(() => {
  vi.stubGlobal("document", { hidden: false });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const is = (presence: string, last_active_ago?: number) => [
  { sender: "@ann:x", content: { presence, last_active_ago } },
];

it("shows nothing before the person's choice is known, nor after they chose so", () => {
  const presence = new Presence();
  expect(presence.wanted).toBe("offline");
  presence.take([], []);
  expect(presence.wanted).toBe("online");
  presence.take([], [{ type: CHOICE, content: { hidden: true } }]);
  expect(presence.wanted).toBe("offline");
  presence.take([], [{ type: CHOICE, content: {} }]);
  expect(presence.wanted).toBe("online");
});

it("leaves it to another page when nobody looks at this one", () => {
  const presence = new Presence();
  presence.take([], []);
  vi.stubGlobal("document", { hidden: true });
  expect(presence.wanted).toBeUndefined();
});

it("knows who is there, as it was last told", () => {
  const presence = new Presence();
  expect(presence.of("@ann:x")).toEqual({ shown: "offline", activeAt: null });
  presence.take(is("online"), []);
  expect(presence.of("@ann:x").shown).toBe("online");
  presence.take(is("unavailable", 5000), []);
  expect(presence.of("@ann:x").shown).toBe("unavailable");
  expect(presence.of("@ann:x").activeAt).toBeTypeOf("number");
  presence.take(is("asleep"), []);
  expect(presence.of("@ann:x").shown).toBe("offline");
});

it("says how long ago in the largest unit that fits", () => {
  expect(agoText(10)).toBe("1 minute ago");
  expect(agoText(5 * 60_000)).toBe("5 minutes ago");
  expect(agoText(119 * 60_000)).toBe("1 hour ago");
  expect(agoText(49 * 3_600_000)).toBe("2 days ago");
});
