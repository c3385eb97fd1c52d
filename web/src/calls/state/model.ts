import type { Json } from "../../http/call";
import { objectOf, textOf } from "../../timeline/state/events";

/*
 * What a call of two is, and every way it can go. Pure: the clock and the network are elsewhere, so
 * that each step can be tried. The rules are those of the specification's "Voice over IP".
 */

/** `preparing`: nothing was sent yet. `connecting`: answered, and sound is not there (any more). */
export type Phase = "preparing" | "ringing" | "connecting" | "connected" | "ended";

/** Why it is over. `elsewhere`: another device of ours has it. `replaced`: both called at once. */
export type Ending =
  | "hung_up"
  | "cancelled"
  | "declined"
  | "unanswered"
  | "elsewhere"
  | "replaced"
  | "busy"
  | "no_media"
  | "unreachable"
  | "lost"
  | "failed";

/** A way to a device; the empty one says that there are no more. */
export interface Candidate {
  candidate: string;
  sdpMid?: string | null;
  sdpMLineIndex?: number | null;
}

export interface Description {
  type: "offer" | "answer";
  sdp: string;
}

/** `sdp_stream_metadata`: what each stream is for, and whether it is silent or dark. */
export type Streams = Record<
  string,
  { purpose: string; audio_muted?: boolean; video_muted?: boolean }
>;

export interface Call {
  readonly id: string;
  readonly roomId: string;
  /** Ourselves in this call, as opposed to our other devices. */
  readonly party: string;
  readonly outgoing: boolean;
  readonly peer: string;
  /** The other's device; null as long as nobody has answered, and in the old version for good. */
  readonly theirParty: string | null;
  /** Version 0, which has no parties and cannot be declined but only hung up. */
  readonly old: boolean;
  readonly video: boolean;
  readonly phase: Phase;
  readonly ending: Ending | null;
  /** When waiting in this phase is over (ms); null when nothing is waited for. */
  readonly waitsUntil: number | null;
  /** What the other offers; empty when we offer. */
  readonly offer: string;
  /** Whether an answer has been sent or taken. */
  readonly answered: boolean;
  /** What came before it could be used, by the device that it came from. */
  readonly early: Readonly<Record<string, readonly Candidate[]>>;
  readonly streams: Streams | null;
  readonly connectedAt: number | null;
}

/** An event of the room. */
export interface Signal {
  kind: "signal";
  type: string;
  sender: string;
  content: Json;
}

export type Input =
  | Signal
  | { kind: "accept" | "decline" | "hang_up" | "tick" }
  /** Our own offer or answer is ready. */
  | { kind: "described"; sdp: string; streams: Streams }
  | { kind: "found"; candidates: Candidate[] }
  | { kind: "changed"; description: Description; streams: Streams }
  | { kind: "muted"; streams: Streams }
  | { kind: "link"; state: "up" | "shaky" | "down" }
  /** We have no microphone, or cannot go on. */
  | { kind: "stuck"; why: "no_media" | "failed" }
  | { kind: "left"; userId: string };

export type Effect =
  | { kind: "send"; type: string; content: Json }
  /** Take the microphone, and answer what was offered. */
  | { kind: "open" }
  | { kind: "take_answer"; sdp: string }
  | { kind: "take_candidates"; candidates: readonly Candidate[] }
  | { kind: "take_description"; description: Description }
  | { kind: "restart" }
  | { kind: "close" };

type Step = [Call, Effect[]];

/** The specification's least: time enough to get to the telephone. */
export const LIFETIME_MS = 90_000;
/** No more than this is rung for, whatever an invitation says. */
const LIFETIME_MAX_MS = 5 * 60_000;
/** With less left, nobody could take the call any more. */
const RING_MIN_MS = 2_000;
const CONNECT_MS = 30_000;
/** What is kept of what comes too early, for each device. */
const EARLY_MAX = 200;

const VERSION = "1";
const ID = /^[0-9a-zA-Z._~-]{1,255}$/;

const isOld = (content: Json): boolean => content["version"] === 0;
const partyOf = (content: Json): string | null =>
  isOld(content) ? null : textOf(content["party_id"]) || null;

export const isOver = (call: Call): boolean => call.phase === "ended";
/** Whether the person is taken up by it. */
export const isEngaged = (call: Call): boolean =>
  !isOver(call) && (call.outgoing || call.phase !== "ringing");
/** Whether somebody waits for this person to take it. */
export const isIncoming = (call: Call): boolean => call.phase === "ringing" && !call.outgoing;

/** Whether the person is told how it ended: not when it was their own doing, or is plain. */
export function isTold({ ending, outgoing }: Call): boolean {
  const always = ["busy", "no_media", "unreachable", "lost", "failed"];
  const toCaller = ["declined", "unanswered"];
  return ending !== null && (always.includes(ending) || (outgoing && toCaller.includes(ending)));
}

export function callTo(
  peer: string,
  at: { id: string; party: string; roomId: string; video: boolean },
): Call {
  return { ...BLANK, ...at, peer, outgoing: true, phase: "preparing" };
}

/** The call to which `signal` invites `me`; null when there is nothing (any more) to ring for. */
export function invitation(
  signal: Signal,
  at: { me: string; party: string; roomId: string; ageMs: number },
  now: number,
): Call | null {
  const { content, sender } = signal;
  const offer = objectOf(content["offer"]);
  const invitee = textOf(content["invitee"]);
  const lifetime = typeof content["lifetime"] === "number" ? content["lifetime"] : LIFETIME_MS;
  const left = Math.min(lifetime, LIFETIME_MAX_MS) - Math.max(0, at.ageMs);
  const id = textOf(content["call_id"]);
  const sdp = textOf(offer["sdp"]);
  if (sender === at.me || (invitee !== "" && invitee !== at.me)) return null;
  if (!ID.test(id) || offer["type"] !== "offer" || !sdp || left < RING_MIN_MS) return null;
  return {
    ...BLANK,
    id,
    roomId: at.roomId,
    party: at.party,
    peer: sender,
    theirParty: partyOf(content),
    old: isOld(content),
    video: isVideo(sdp),
    phase: "ringing",
    waitsUntil: now + left,
    offer: sdp,
    streams: streamsOf(content),
  };
}

/** Whether a session description has a picture in it. */
export const isVideo = (sdp: string): boolean => /^m=video /m.test(sdp);

/** `call` after `input`, and what has to be done. Whatever comes, there is an answer. */
export function step(call: Call, input: Input, me: string, now: number): Step {
  if (isOver(call)) return [call, []];
  switch (input.kind) {
    case "signal":
      return heard(call, input, me, now);
    case "accept":
      return isIncoming(call) ? accepted(call) : [call, []];
    case "decline":
      return call.outgoing || call.answered ? [call, []] : declined(call);
    case "hang_up":
      return hungUp(call);
    case "tick":
      return call.waitsUntil !== null && now >= call.waitsUntil ? waitedLong(call) : [call, []];
    case "described":
      return described(call, input.sdp, input.streams, now);
    case "found":
      return isSignalled(call)
        ? [call, [said(call, "candidates", { candidates: input.candidates })]]
        : [call, []];
    case "changed":
      return call.answered ? [call, [negotiation(call, input)]] : [call, []];
    case "muted":
      return call.answered
        ? [
            call,
            [said(call, "sdp_stream_metadata_changed", { sdp_stream_metadata: input.streams })],
          ]
        : [call, []];
    case "link":
      return linked(call, input.state, now);
    case "stuck":
      return stuck(call, input.why);
    case "left":
      return [call.peer, me].includes(input.userId) ? over(call, "hung_up") : [call, []];
  }
}

/** Whether, of two calls at once in a room, the one that they began goes on. */
export const yields = (ours: Call, theirs: Call): boolean =>
  ours.phase === "preparing" || theirs.id < ours.id;

/** Ours gives way to theirs: whoever else rings for it stops. */
export function replaced(call: Call): Step {
  return call.phase === "preparing"
    ? over(call, "replaced")
    : over(call, "replaced", said(call, "hangup", { reason: "user_hangup" }));
}

// -- what the other side, and our own other devices, say ---------------------------------------------

function heard(call: Call, signal: Signal, me: string, now: number): Step {
  const party = partyOf(signal.content);
  if (signal.sender === me && party === call.party) return [call, []]; // our own words
  if (signal.sender === me) return heardFromUs(call, signal);
  if (signal.sender !== call.peer) return [call, []];
  switch (signal.type) {
    case "m.call.answer":
      return heardAnswer(call, signal.content, now);
    case "m.call.reject":
      return heardReject(call, party);
    case "m.call.select_answer":
      return heardChoice(call, signal.content);
    case "m.call.candidates":
      return heardCandidates(call, party, signal.content);
    case "m.call.hangup":
      return heardHangup(call, party, signal.content);
    case "m.call.negotiate":
      return heardNegotiation(call, party, signal.content);
    case "m.call.sdp_stream_metadata_changed":
      if (party !== call.theirParty) return [call, []];
      return [{ ...call, streams: streamsOf(signal.content) ?? call.streams }, []];
    default:
      return [call, []];
  }
}

/** Another device of ours took or refused it; once we have answered, the caller chooses. */
function heardFromUs(call: Call, { type }: Signal): Step {
  const settles = ["m.call.answer", "m.call.reject", "m.call.hangup"].includes(type);
  if (call.outgoing || call.answered || !settles) return [call, []];
  return over(call, "elsewhere");
}

function heardAnswer(call: Call, content: Json, now: number): Step {
  const answer = objectOf(content["answer"]);
  const sdp = textOf(answer["sdp"]);
  if (!call.outgoing || call.phase !== "ringing" || answer["type"] !== "answer" || !sdp)
    return [call, []];
  const theirParty = partyOf(content);
  const old = isOld(content);
  const next: Call = {
    ...call,
    theirParty,
    old,
    answered: true,
    phase: "connecting",
    waitsUntil: now + CONNECT_MS,
    early: {},
    streams: streamsOf(content),
  };
  const effects: Effect[] = [{ kind: "take_answer", sdp }];
  const early = call.early[theirParty ?? ""] ?? [];
  if (early.length > 0) effects.push({ kind: "take_candidates", candidates: early });
  if (!old) effects.unshift(said(next, "select_answer", { selected_party_id: theirParty ?? "" }));
  return [next, effects];
}

/** The first word counts: who was answered before hears no refusal. */
function heardReject(call: Call, party: string | null): Step {
  if (!call.outgoing || call.phase !== "ringing") return [call, []];
  const choice = said(call, "select_answer", { selected_party_id: party ?? "" });
  return over(call, "declined", ...(party === null ? [] : [choice]));
}

function heardChoice(call: Call, content: Json): Step {
  if (call.outgoing || content["selected_party_id"] === call.party) return [call, []];
  return over(call, "elsewhere");
}

function heardCandidates(call: Call, party: string | null, content: Json): Step {
  const candidates = candidatesOf(content);
  const isKnown = call.answered || !call.outgoing;
  if (candidates.length === 0 || (isKnown && party !== call.theirParty)) return [call, []];
  const take: Effect[] = [{ kind: "take_candidates", candidates }];
  if (call.answered) return [call, take];
  const key = party ?? "";
  const kept = [...(call.early[key] ?? []), ...candidates].slice(0, EARLY_MAX);
  return [
    { ...call, early: { ...call.early, [key]: kept } },
    call.phase === "connecting" ? take : [],
  ];
}

function heardHangup(call: Call, party: string | null, content: Json): Step {
  const isBeforeAnswer = call.outgoing && !call.answered;
  if (!isBeforeAnswer && party !== call.theirParty) return [call, []];
  return over(call, endingFor(call, textOf(content["reason"])));
}

function endingFor(call: Call, reason: string): Ending {
  switch (reason) {
    case "invite_timeout":
      return "unanswered";
    case "user_busy":
      return "busy";
    case "user_media_failed":
      return "no_media";
    case "ice_failed":
      return "unreachable";
    case "ice_timeout":
      return "lost";
    case "unknown_error":
      return "failed";
    default:
      if (call.answered) return "hung_up";
      return call.outgoing ? "declined" : "cancelled";
  }
}

function heardNegotiation(call: Call, party: string | null, content: Json): Step {
  const { type, sdp } = objectOf(content["description"]);
  if (!call.answered || party !== call.theirParty || !textOf(sdp)) return [call, []];
  if (type !== "offer" && type !== "answer") return [call, []];
  const description: Description = { type, sdp: textOf(sdp) };
  const next = { ...call, streams: streamsOf(content) ?? call.streams };
  return [next, [{ kind: "take_description", description }]];
}

// -- what this person and this device do -------------------------------------------------------------

function accepted(call: Call): Step {
  const early = call.early[call.theirParty ?? ""] ?? [];
  const effects: Effect[] = [{ kind: "open" }];
  if (early.length > 0) effects.push({ kind: "take_candidates", candidates: early });
  return [{ ...call, phase: "connecting" }, effects];
}

function declined(call: Call): Step {
  const how = call.old ? said(call, "hangup", { reason: "user_hangup" }) : said(call, "reject", {});
  return over(call, "declined", how);
}

function hungUp(call: Call): Step {
  if (call.phase === "preparing") return over(call, "cancelled");
  if (!call.outgoing && !call.answered) return declined(call);
  const bye = said(call, "hangup", { reason: "user_hangup" });
  return over(call, call.answered ? "hung_up" : "cancelled", bye);
}

function waitedLong(call: Call): Step {
  if (!call.answered) {
    if (!call.outgoing) return over(call, "unanswered");
    return over(call, "unanswered", said(call, "hangup", { reason: "invite_timeout" }));
  }
  return cutOff(call);
}

function cutOff(call: Call): Step {
  const had = call.connectedAt !== null;
  const reason = had ? "ice_timeout" : "ice_failed";
  return over(call, had ? "lost" : "unreachable", said(call, "hangup", { reason }));
}

function described(call: Call, sdp: string, streams: Streams, now: number): Step {
  if (call.phase === "preparing") {
    const next: Call = { ...call, phase: "ringing", waitsUntil: now + LIFETIME_MS };
    const content = {
      lifetime: LIFETIME_MS,
      invitee: call.peer,
      offer: { type: "offer", sdp },
      sdp_stream_metadata: streams,
    };
    return [next, [said(next, "invite", content)]];
  }
  if (call.outgoing || call.answered || call.phase !== "connecting") return [call, []];
  const next: Call = { ...call, answered: true, waitsUntil: now + CONNECT_MS };
  const answer = { answer: { type: "answer", sdp }, sdp_stream_metadata: streams };
  return [next, [said(next, "answer", answer)]];
}

function negotiation(call: Call, to: { description: Description; streams: Streams }): Effect {
  return said(call, "negotiate", {
    description: to.description,
    lifetime: CONNECT_MS,
    sdp_stream_metadata: to.streams,
  });
}

/** The wire between the devices: there, faltering, or gone. */
function linked(call: Call, state: "up" | "shaky" | "down", now: number): Step {
  if (!call.answered) return [call, []];
  if (state === "up") {
    const connectedAt = call.connectedAt ?? now;
    return [{ ...call, phase: "connected", waitsUntil: null, connectedAt }, []];
  }
  if (call.connectedAt === null) return state === "down" ? cutOff(call) : [call, []];
  const waitsUntil = call.waitsUntil ?? now + CONNECT_MS;
  const again: Effect[] = state === "down" && call.outgoing ? [{ kind: "restart" }] : [];
  return [{ ...call, phase: "connecting", waitsUntil }, again];
}

/** Whoever cannot take a call yet may try again as long as it rings. */
function stuck(call: Call, why: "no_media" | "failed"): Step {
  if (!call.outgoing && !call.answered && why === "no_media")
    return [{ ...call, phase: "ringing" }, [{ kind: "close" }]];
  const reason = why === "no_media" ? "user_media_failed" : "unknown_error";
  const told = isSignalled(call) ? [said(call, "hangup", { reason })] : [];
  return over(call, why, ...told);
}

// -- parts -------------------------------------------------------------------------------------------

const BLANK: Call = {
  id: "",
  roomId: "",
  party: "",
  outgoing: false,
  peer: "",
  theirParty: null,
  old: false,
  video: false,
  phase: "ringing",
  ending: null,
  waitsUntil: null,
  offer: "",
  answered: false,
  early: {},
  streams: null,
  connectedAt: null,
};

/** Whether the other side has had our offer or answer. */
const isSignalled = (call: Call): boolean =>
  call.outgoing ? call.phase !== "preparing" : call.answered;

function over(call: Call, ending: Ending, ...told: Effect[]): Step {
  const ended: Call = { ...call, phase: "ended", ending, waitsUntil: null, early: {} };
  return [ended, [...told, { kind: "close" }]];
}

function said(call: Call, what: string, content: Json): Effect {
  const head = { call_id: call.id, party_id: call.party, version: call.old ? 0 : VERSION };
  return { kind: "send", type: `m.call.${what}`, content: { ...head, ...content } };
}

function candidatesOf(content: Json): Candidate[] {
  const given = Array.isArray(content["candidates"]) ? content["candidates"] : [];
  return given.slice(0, EARLY_MAX).flatMap((one: unknown) => {
    const { candidate, sdpMid, sdpMLineIndex } = objectOf(one);
    if (typeof candidate !== "string") return [];
    const found: Candidate = { candidate };
    if (typeof sdpMid === "string") found.sdpMid = sdpMid;
    if (typeof sdpMLineIndex === "number") found.sdpMLineIndex = sdpMLineIndex;
    return [found];
  });
}

function streamsOf(content: Json): Streams | null {
  if (!("sdp_stream_metadata" in content)) return null;
  const given = Object.entries(objectOf(content["sdp_stream_metadata"]));
  return Object.fromEntries(
    given.map(([id, value]) => {
      const { purpose, audio_muted, video_muted } = objectOf(value);
      const silent = audio_muted === true;
      const dark = video_muted === true;
      return [id, { purpose: textOf(purpose), audio_muted: silent, video_muted: dark }];
    }),
  );
}
