import { expect, it } from "vitest";
import type { Json } from "../../http/call";
import type { RoomEvent } from "../../timeline/state/events";
import { callsOf, isCall, isSignal } from "./lines";

const ADA = "@ada:tea.example";
const BEN = "@ben:tea.example";
const AT = Date.now() - 3_600_000;

function event(type: string, sender: string, after: number, content: Json = {}): RoomEvent {
  const at = AT + after * 1000;
  const full = { call_id: "c1", version: "1", party_id: sender, ...content };
  return {
    event_id: `$${type}${sender}${after}`,
    type,
    sender,
    origin_server_ts: at,
    content: full,
  };
}

const invite = (sdp = "m=audio 9") =>
  event("m.call.invite", ADA, 0, { offer: { type: "offer", sdp }, lifetime: 90_000 });
const answer = event("m.call.answer", BEN, 10);
const bye = (reason: string, sender = ADA, after = 130) =>
  event("m.call.hangup", sender, after, { reason });

const told = (events: RoomEvent[], me = ADA) => [...callsOf(events, me).values()];

it("tells how long one talked, and whether with a picture", () => {
  expect(told([invite(), answer, bye("user_hangup")])).toEqual([
    { outcome: "talked", video: false, lengthMs: 120_000 },
  ]);
  const seen = invite("v=0\r\nm=audio 9\r\nm=video 9");
  expect(told([seen, answer, bye("ice_timeout", BEN)])[0]).toMatchObject({ video: true });
});

it.each([
  ["invite_timeout", "unanswered", "missed"],
  ["user_hangup", "cancelled", "missed"],
  ["user_media_failed", "failed", "failed"],
])("tells of a call that ended with %s before an answer", (reason, ours, theirs) => {
  expect(told([invite(), bye(reason)])[0]?.outcome).toBe(ours);
  expect(told([invite(), bye(reason)], BEN)[0]?.outcome).toBe(theirs);
});

it("tells of refusals, of calls left alone, and of those that never came about", () => {
  const reject = event("m.call.reject", BEN, 5);
  expect(told([invite(), reject])[0]?.outcome).toBe("declined");
  expect(told([invite(), bye("user_hangup", BEN)])[0]?.outcome).toBe("declined"); // version 0
  expect(told([invite(), answer, reject, bye("user_hangup")])[0]?.outcome).toBe("talked");
  expect(told([invite()])[0]?.outcome).toBe("unanswered");
  expect(told([invite()], BEN)[0]?.outcome).toBe("missed");
  expect(told([invite(), answer, bye("ice_failed")])[0]?.outcome).toBe("failed");
  expect(told([invite(), answer])[0]?.outcome).toBe("under_way");
});

it("ends when one of the two leaves", () => {
  const gone = event("m.room.member", BEN, 70, { membership: "leave" });
  expect(told([invite(), answer, gone])[0]).toMatchObject({ outcome: "talked", lengthMs: 60_000 });
});

it("shows one call where both called at once", () => {
  const other = event("m.call.invite", BEN, 1, {
    call_id: "c0",
    offer: { type: "offer", sdp: "m=audio 9" },
  });
  const theirs = { ...answer, sender: ADA, content: { ...answer.content, call_id: "c0" } };
  const shown = callsOf([invite(), other, bye("user_hangup", ADA, 2), theirs], ADA);
  expect([...shown.keys()]).toEqual([other.event_id]);
  const later = { ...other, origin_server_ts: AT + 400_000 };
  expect(told([invite(), bye("user_hangup", ADA, 2), later])).toHaveLength(2);
});

it("knows what stands in the conversation, and what only helps a call along", () => {
  expect([isCall(invite()), isSignal(invite()), isSignal(answer)]).toEqual([true, false, true]);
  expect(isCall({ ...invite(), content: {} })).toBe(false); // redacted
});
