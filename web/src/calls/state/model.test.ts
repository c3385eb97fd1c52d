import { describe, expect, it } from "vitest";
import type { Json } from "../../http/call";
import {
  type Call,
  callTo,
  type Effect,
  type Input,
  invitation,
  isEngaged,
  isIncoming,
  isOver,
  isTold,
  LIFETIME_MS,
  type Phase,
  replaced,
  type Signal,
  step,
  yields,
} from "./model";

const ADA = "@ada:tea.example";
const BEN = "@ben:tea.example";
const NOW = 1_000_000;
const STREAMS = { s1: { purpose: "m.usermedia", audio_muted: false, video_muted: true } };
const SDP = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";

const signal = (type: string, sender: string, content: Json): Signal => ({
  kind: "signal",
  type: `m.call.${type}`,
  sender,
  content: { call_id: "c1", version: "1", ...content },
});
const fromAda = (type: string, content: Json = {}) =>
  signal(type, ADA, { party_id: "a1", ...content });
const fromBen = (type: string, content: Json = {}) =>
  signal(type, BEN, { party_id: "b1", ...content });
const offer = { offer: { type: "offer", sdp: SDP }, lifetime: LIFETIME_MS };
const answer = { answer: { type: "answer", sdp: "v=1" }, sdp_stream_metadata: STREAMS };

/** Ada's side, as it calls Ben; Ben's side, as it is called, with party `b1`. */
const calling = (): Call => callTo(BEN, { id: "c1", party: "a1", roomId: "!r", video: false });
function called(more: Json = {}): Call {
  const at = { me: BEN, party: "b1", roomId: "!r", ageMs: 0 };
  const call = invitation(fromAda("invite", { ...offer, ...more }), at, NOW);
  if (!call) throw new Error("no invitation");
  return call;
}

/** `call` after all of `inputs`, and everything that was to be done. */
function went(call: Call, me: string, ...inputs: Input[]): [Call, Effect[]] {
  const done: Effect[] = [];
  let now = call;
  for (const input of inputs) {
    const [next, effects] = step(now, input, me, NOW);
    now = next;
    done.push(...effects);
  }
  return [now, done];
}
const sent = (effects: Effect[]) =>
  effects.flatMap((one) =>
    one.kind === "send" ? [[one.type.slice(7), one.content] as const] : [],
  );
const names = (effects: Effect[]) =>
  effects.map((one) => (one.kind === "send" ? one.type.slice(7) : one.kind));

const described: Input = { kind: "described", sdp: SDP, streams: STREAMS };
const up: Input = { kind: "link", state: "up" };
const ringing = () => went(calling(), ADA, described)[0];
const talking = () => went(ringing(), ADA, fromBen("answer", answer), up)[0];
const taken = () => went(called(), BEN, { kind: "accept" }, described)[0];

describe("calling somebody", () => {
  it("sends an invitation with all that the specification asks for", () => {
    const [call, effects] = went(calling(), ADA, described);
    expect(call.phase).toBe("ringing");
    expect(sent(effects)).toEqual([
      [
        "invite",
        {
          call_id: "c1",
          party_id: "a1",
          version: "1",
          lifetime: 90_000,
          invitee: BEN,
          offer: { type: "offer", sdp: SDP },
          sdp_stream_metadata: STREAMS,
        },
      ],
    ]);
  });

  it("chooses the first who answers, tells so, and takes what that device said before", () => {
    const early = { candidates: [{ candidate: "x", sdpMid: "0", sdpMLineIndex: 0 }] };
    const [call, effects] = went(
      ringing(),
      ADA,
      signal("candidates", BEN, { party_id: "b2", candidates: [{ candidate: "no" }] }),
      fromBen("candidates", early),
      fromBen("answer", answer),
      signal("answer", BEN, { party_id: "b2", ...answer }),
      fromBen("reject"),
      up,
    );
    expect(names(effects)).toEqual(["select_answer", "take_answer", "take_candidates"]);
    expect(sent(effects)[0]?.[1]["selected_party_id"]).toBe("b1");
    expect(effects[2]).toEqual({ kind: "take_candidates", candidates: early.candidates });
    expect([call.phase, call.theirParty, call.connectedAt]).toEqual(["connected", "b1", NOW]);
    expect(call.streams).toEqual(STREAMS);
  });

  it("expects no parties of the old version, and chooses none", () => {
    const [call, effects] = went(ringing(), ADA, signal("answer", BEN, { version: 0, ...answer }));
    expect(names(effects)).toEqual(["take_answer"]);
    expect(call.theirParty).toBeNull();
    const [, bye] = went(call, ADA, { kind: "hang_up" });
    expect(sent(bye)[0]?.[1]["version"]).toBe(0);
  });

  it("is told when the other declines, and lets their other devices stop", () => {
    const [call, effects] = went(ringing(), ADA, fromBen("reject"));
    expect([call.ending, isTold(call)]).toEqual(["declined", true]);
    expect(names(effects)).toEqual(["select_answer", "close"]);
  });

  it("stops when nobody answers in time", () => {
    const call = ringing();
    expect(step(call, { kind: "tick" }, ADA, NOW + LIFETIME_MS - 1)[0]).toBe(call);
    const [ended, effects] = step(call, { kind: "tick" }, ADA, NOW + LIFETIME_MS);
    expect(ended.ending).toBe("unanswered");
    expect(sent(effects)[0]?.[1]["reason"]).toBe("invite_timeout");
  });

  it("sends nothing when it is given up before anything was sent", () => {
    expect(names(went(calling(), ADA, { kind: "hang_up" })[1])).toEqual(["close"]);
    const [call, effects] = went(ringing(), ADA, { kind: "hang_up" });
    expect([call.ending, sent(effects)[0]?.[1]["reason"]]).toEqual(["cancelled", "user_hangup"]);
  });

  it("hears nobody but the one who was called", () => {
    const call = ringing();
    const eve = "@eve:tea.example";
    for (const type of ["answer", "reject", "hangup"])
      expect(went(call, ADA, signal(type, eve, { party_id: "e", ...answer }))[0]).toBe(call);
    expect(went(call, ADA, fromAda("hangup"))[0]).toBe(call);
  });
});

describe("being called", () => {
  const at = { me: BEN, party: "b1", roomId: "!r", ageMs: 0 };

  it("rings for as long as the invitation is good", () => {
    const call = called();
    expect([isIncoming(call), isEngaged(call), call.video, call.waitsUntil]).toEqual([
      true,
      false,
      false,
      NOW + LIFETIME_MS,
    ]);
    const [ended, effects] = step(call, { kind: "tick" }, BEN, NOW + LIFETIME_MS);
    expect([ended.ending, isTold(ended), names(effects)]).toEqual(["unanswered", false, ["close"]]);
    expect(called({ lifetime: 10 ** 9 }).waitsUntil).toBe(NOW + 300_000);
    const seen = { type: "offer", sdp: `${SDP}m=video 9 UDP/TLS/RTP/SAVPF 96\r\n` };
    expect(called({ offer: seen }).video).toBe(true);
  });

  it.each([
    ["our own", signal("invite", BEN, { party_id: "b2", ...offer }), {}],
    ["for somebody else", fromAda("invite", { ...offer, invitee: "@eve:tea.example" }), {}],
    ["too old", fromAda("invite", offer), { ageMs: LIFETIME_MS - 1_000 }],
    ["without an offer", fromAda("invite", { lifetime: 9e4 }), {}],
    ["not an offer", fromAda("invite", { ...offer, offer: { type: "answer", sdp: "v" } }), {}],
    ["with a bad name", fromAda("invite", { ...offer, call_id: "a b" }), {}],
  ])("does not ring for one that is %s", (_which, invite, more) => {
    expect(invitation(invite, { ...at, ...more }, NOW)).toBeNull();
  });

  it("answers, and takes what came before and comes after", () => {
    const one = { candidate: "one", sdpMid: "0" };
    const two = { candidate: "" };
    const [call, effects] = went(
      called(),
      BEN,
      fromAda("candidates", { candidates: [one, { candidate: 7 }] }),
      { kind: "accept" },
      fromAda("candidates", { candidates: [two] }),
      described,
      { kind: "found", candidates: [two] },
      fromAda("select_answer", { selected_party_id: "b1" }),
      up,
    );
    expect(names(effects)).toEqual([
      "open",
      "take_candidates",
      "take_candidates",
      "answer",
      "candidates",
    ]);
    expect(sent(effects)[0]?.[1]).toEqual({
      call_id: "c1",
      party_id: "b1",
      version: "1",
      answer: { type: "answer", sdp: SDP },
      sdp_stream_metadata: STREAMS,
    });
    expect(call.phase).toBe("connected");
  });

  it.each(["answer", "reject", "hangup"])("stops when another device of ours sends %s", (type) => {
    const ours = signal(type, BEN, { party_id: "b2", ...answer });
    expect(went(called(), BEN, ours)[0].ending).toBe("elsewhere");
    expect(went(called(), BEN, { kind: "accept" }, ours)[0].ending).toBe("elsewhere");
    expect(went(taken(), BEN, ours)[0].phase).toBe("connecting"); // now the caller chooses
  });

  it("gives way when the caller has chosen another device", () => {
    const [call, effects] = went(
      taken(),
      BEN,
      fromAda("select_answer", { selected_party_id: "b2" }),
    );
    expect([call.ending, isTold(call), names(effects)]).toEqual(["elsewhere", false, ["close"]]);
  });

  it("is missed when the caller gives up, and nobody else can end it", () => {
    const call = called();
    expect(went(call, BEN, signal("hangup", ADA, { party_id: "a2" }))[0]).toBe(call);
    const [ended] = went(call, BEN, fromAda("hangup", { reason: "user_hangup" }));
    expect([ended.ending, isTold(ended)]).toEqual(["cancelled", false]);
  });

  it("is declined in the words of its version", () => {
    expect(names(went(called(), BEN, { kind: "decline" })[1])).toEqual(["reject", "close"]);
    const [call, effects] = went(called({ version: 0 }), BEN, { kind: "decline" });
    expect([call.ending, ...names(effects)]).toEqual(["declined", "hangup", "close"]);
    expect(names(went(called(), BEN, { kind: "hang_up" })[1])).toEqual(["reject", "close"]);
  });

  it("rings on when there is no microphone, so that one may be found", () => {
    const early = fromAda("candidates", { candidates: [{ candidate: "one" }] });
    const [call, effects] = went(called(), BEN, { kind: "accept" }, early, {
      kind: "stuck",
      why: "no_media",
    });
    expect([call.phase, names(effects)]).toEqual(["ringing", ["open", "take_candidates", "close"]]);
    expect(names(went(call, BEN, { kind: "accept" })[1])).toEqual(["open", "take_candidates"]);
  });
});

describe("talking", () => {
  it("ends when either hangs up", () => {
    expect(went(talking(), ADA, fromBen("hangup", { reason: "user_hangup" }))[0].ending).toBe(
      "hung_up",
    );
    const [call, effects] = went(talking(), ADA, { kind: "hang_up" });
    expect([call.ending, isTold(call), names(effects)]).toEqual([
      "hung_up",
      false,
      ["hangup", "close"],
    ]);
    expect(went(talking(), ADA, signal("hangup", BEN, { party_id: "b2" }))[0].phase).toBe(
      "connected",
    );
  });

  it("ends when the other leaves the room", () => {
    expect(went(talking(), ADA, { kind: "left", userId: BEN })[0].ending).toBe("hung_up");
    expect(went(talking(), ADA, { kind: "left", userId: "@eve:x" })[0].phase).toBe("connected");
  });

  it("says whether it never came about or was cut off", () => {
    const never = went(ringing(), ADA, fromBen("answer", answer))[0];
    const [failed, told] = went(never, ADA, { kind: "link", state: "down" });
    expect([failed.ending, sent(told)[0]?.[1]["reason"]]).toEqual(["unreachable", "ice_failed"]);
    const [shaky] = went(talking(), ADA, { kind: "link", state: "shaky" });
    expect(shaky.phase).toBe("connecting");
    expect(went(shaky, ADA, up)[0].phase).toBe("connected");
    const [down, effects] = went(shaky, ADA, { kind: "link", state: "down" });
    expect(names(effects)).toEqual(["restart"]);
    const [lost, bye] = step(down, { kind: "tick" }, ADA, NOW + 30_000);
    expect([lost.ending, sent(bye)[0]?.[1]["reason"]]).toEqual(["lost", "ice_timeout"]);
  });

  it("passes on what changes, from the other device alone", () => {
    const description = { type: "offer" as const, sdp: "v=2" };
    const [, theirs] = went(talking(), ADA, fromBen("negotiate", { description }));
    expect(theirs).toEqual([{ kind: "take_description", description }]);
    const stray = signal("negotiate", BEN, { party_id: "b2", description });
    expect(went(talking(), ADA, stray)[1]).toEqual([]);
    const [, ours] = went(
      talking(),
      ADA,
      { kind: "changed", description, streams: STREAMS },
      { kind: "muted", streams: STREAMS },
    );
    expect(names(ours)).toEqual(["negotiate", "sdp_stream_metadata_changed"]);
    const muted = { s1: { purpose: "m.usermedia", audio_muted: true, video_muted: false } };
    const said = fromBen("sdp_stream_metadata_changed", { sdp_stream_metadata: muted });
    expect(went(talking(), ADA, said)[0].streams).toEqual(muted);
  });

  it.each([
    ["invite_timeout", "unanswered"],
    ["user_busy", "busy"],
    ["user_media_failed", "no_media"],
    ["ice_failed", "unreachable"],
    ["ice_timeout", "lost"],
    ["unknown_error", "failed"],
    ["org.example.new", "hung_up"],
    [7, "hung_up"],
  ])("understands %s", (reason, ending) => {
    expect(went(talking(), ADA, fromBen("hangup", { reason }))[0].ending).toBe(ending);
  });
});

describe("both calling at once", () => {
  const theirs = (id: string) => ({ ...called(), id });

  it("holds the call with the lesser name, or theirs when ours has not gone out", () => {
    expect(yields(ringing(), theirs("c0"))).toBe(true);
    expect(yields(ringing(), theirs("c2"))).toBe(false);
    expect(yields(calling(), theirs("c2"))).toBe(true);
    expect(yields(ringing(), theirs("C2"))).toBe(true); // capitals come first
  });

  it("takes ours back, so that nobody else rings for it", () => {
    const [call, effects] = replaced(ringing());
    expect([call.ending, isTold(call), names(effects)]).toEqual([
      "replaced",
      false,
      ["hangup", "close"],
    ]);
    expect(names(replaced(calling())[1])).toEqual(["close"]);
  });
});

/** Every input there is, with good and with senseless content, from either side. */
const TYPES = [
  "invite",
  "answer",
  "reject",
  "select_answer",
  "candidates",
  "hangup",
  "negotiate",
  "sdp_stream_metadata_changed",
  "unheard_of",
];
const CONTENTS: Json[] = [
  {},
  { ...answer, party_id: "b1", reason: 7, candidates: "x", description: [] },
  { answer: null, candidates: [null, 3, { candidate: "c" }], description: { type: "pranswer" } },
  { party_id: 3, version: 0, sdp_stream_metadata: { a: 1 }, selected_party_id: {} },
  { party_id: "b1", description: { type: "answer", sdp: "v" }, candidates: [{ candidate: "" }] },
];
const ANY: Input[] = [
  ...TYPES.flatMap((type) =>
    [ADA, BEN].flatMap((who) => CONTENTS.map((content) => signal(type, who, content))),
  ),
  ...(["accept", "decline", "hang_up", "tick"] as const).map((kind) => ({ kind })),
  described,
  { kind: "found", candidates: [{ candidate: "" }] },
  { kind: "changed", description: { type: "offer", sdp: "v" }, streams: STREAMS },
  { kind: "muted", streams: {} },
  ...(["up", "shaky", "down"] as const).map((state) => ({ kind: "link" as const, state })),
  { kind: "stuck", why: "no_media" },
  { kind: "stuck", why: "failed" },
  { kind: "left", userId: BEN },
];

/** What leads on; without it, chance would hardly ever come to a conversation. */
const SENSIBLE: Input[] = [{ kind: "accept" }, described, fromBen("answer", answer), up];

/** Small numbers that look like chance and are the same each time. */
function* chance(seed: number): Generator<number, never> {
  let state = seed;
  while (true) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const ORDER: Phase[] = ["preparing", "ringing", "connecting", "connected", "ended"];

it("has an answer to whatever comes, in any order, and ends for good", () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 400; seed += 1) {
    const random = chance(seed);
    const me = seed % 2 ? ADA : BEN;
    let call = seed % 2 ? calling() : called(seed % 4 ? {} : { version: 0 });
    let now = NOW;
    for (let nth = 0; nth < 25; nth += 1) {
      const inputs = random.next().value < 0.3 ? SENSIBLE : ANY;
      const input = inputs[Math.floor(random.next().value * inputs.length)] as Input;
      now += Math.floor(random.next().value * 20_000);
      const [next, effects] = step(call, input, me, now);
      check(call, next, effects);
      seen.add(`${call.outgoing} ${call.phase}`);
      call = next;
    }
  }
  for (const phase of ORDER) expect(seen).toContain(`true ${phase}`);
  for (const phase of ORDER.slice(1)) expect(seen).toContain(`false ${phase}`);
});

function check(before: Call, next: Call, effects: Effect[]): void {
  if (isOver(before)) {
    expect(next).toBe(before);
    expect(effects).toEqual([]);
  }
  expect(isOver(next)).toBe(next.ending !== null);
  expect(next.phase === "connected").toBe(
    next.waitsUntil === null && next.connectedAt !== null && !isOver(next),
  );
  const closes = effects.filter((one) => one.kind === "close").length;
  if (isOver(next) && !isOver(before)) expect(closes).toBe(1);
  for (const [type, content] of sent(effects)) {
    expect(content["call_id"]).toBe(next.id);
    expect(content["party_id"]).toBe(next.party);
    expect(content["version"]).toBe(next.old ? 0 : "1");
    if (type !== "invite" && next.outgoing) expect(before.phase).not.toBe("preparing");
  }
}
