import { newId } from "../../app/newId";
import { type RoomEvent, textOf } from "../../timeline/state/events";
import { fetchRelays } from "../api/calls";
import { AFTER_ANSWER_MS, AFTER_OFFER_MS, Connection } from "./connection";
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
  replaced,
  type Signal,
  type Streams,
  step,
  yields,
} from "./model";
import { Own } from "./own.svelte";
import { Ringing } from "./ringing";
import { Signals } from "./signals";

const TICK_MS = 1_000;
const OVER_MAX = 100;

/** Carries out what the model says: sends, listens, opens and closes. One call is held at a time. */
export class Engine {
  /** All that go on, and the one that has ended and is still told about. */
  calls = $state.raw<readonly Call[]>([]);
  own = $state.raw<Own | null>(null);
  /** What the other side sends: voice and picture, and perhaps their screen. */
  theirs = $state.raw<readonly MediaStream[]>([]);
  /** What the person has to hear of: a missing microphone, a refusal of the server. */
  trouble = $state.raw<unknown>(null);
  now = $state(Date.now());
  /** The call that the person has put aside, to do something else meanwhile. */
  aside = $state("");

  readonly held = $derived(this.calls.find(isEngaged) ?? this.calls.find(isIncoming) ?? null);
  /** What the person looks at: the call that is held, or how the last one ended. */
  readonly shown = $derived(this.held ?? this.calls.find(isOver) ?? null);

  /** The call that microphone and wire belong to. */
  #owner = "";
  #wire: Connection | null = null;
  /** What is done to the wire is done in order. */
  #work: Promise<void> = Promise.resolve();
  #timer = 0;
  readonly #over = new Set<string>();
  readonly #ringing = new Ringing();
  readonly #signals = new Signals((id, error) => this.#stuck(id, error, "failed"));

  constructor(private readonly me: string) {}

  /** Begins a call, or takes the one that comes from there; the microphone is asked for now. */
  call(roomId: string, peer: string, video: boolean): void {
    if (this.calls.some(isEngaged)) {
      this.aside = ""; // one at a time: the one that goes on is shown
      return;
    }
    this.trouble = null;
    const theirs = this.calls.find((one) => isIncoming(one) && one.roomId === roomId);
    if (theirs) {
      this.#apply(theirs.id, { kind: "accept" });
      this.#ring();
      return;
    }
    const call = callTo(peer, { id: newId(), party: newId(), roomId, video });
    this.#put(call);
    this.#own(call.id);
    this.#do(call.id, async () => {
      const wire = await this.#connect(call, false);
      if (wire) this.#described(call.id, wire, await wire.offer(), AFTER_OFFER_MS);
    });
  }

  /** Takes what `events` of a room say; `ringable`: whether one lets oneself be called there. */
  hear(roomId: string, events: readonly RoomEvent[], ringable: boolean): void {
    for (const event of events) {
      const { type, sender, content } = event;
      const signal: Signal = { kind: "signal", type, sender, content };
      if (type === "m.call.invite") {
        if (ringable) this.#hearInvitation(roomId, event, signal);
      } else if (type.startsWith("m.call.")) this.#applyIn(roomId, signal);
      else if (type === "m.room.member" && textOf(content["membership"]) !== "join")
        this.#applyIn(roomId, { kind: "left", userId: event.state_key ?? "" });
    }
    this.#ring();
  }

  act(kind: "accept" | "decline" | "hang_up"): void {
    this.trouble = null;
    if (this.held) this.#apply(this.held.id, { kind });
    this.#ring();
  }

  /** What had ended has been read. */
  dismiss(): void {
    this.calls = this.calls.filter((call) => !isOver(call));
    this.trouble = null;
  }

  mute(muted: boolean): void {
    this.own?.mute(muted);
    this.#tellMuted();
  }

  async camera(on: boolean): Promise<void> {
    const own = this.own;
    if (!own) return;
    this.trouble = null;
    try {
      if (on) {
        const track = await own.cameraOn();
        if (this.own !== own) own.close();
        else if (track) await this.#wire?.send(track);
      } else {
        await this.#wire?.stopSending("video");
        own.cameraOff();
      }
      this.#tellMuted();
    } catch (error) {
      this.trouble = error;
    }
  }

  /** The page is being left, perhaps to be come back to: whoever waits at the other end is told. */
  leave(): void {
    this.#signals.hurry(true);
    for (const call of this.calls) if (isEngaged(call)) this.#apply(call.id, { kind: "hang_up" });
    this.#signals.hurry(false);
    this.#close();
    this.calls = [];
    this.#tick();
  }

  /** Nobody is signed in here any more. */
  stop(): void {
    this.leave();
    this.#signals.stop();
  }

  // -- calls, and what is done for them --------------------------------------------------------------

  #hearInvitation(roomId: string, event: RoomEvent, signal: Signal): void {
    const id = textOf(signal.content["call_id"]);
    if (this.#over.has(id) || this.calls.some((one) => one.id === id)) return;
    const ageMs = event.unsigned?.age ?? Date.now() - event.origin_server_ts;
    const at = { me: this.me, party: newId(), roomId, ageMs };
    const call = invitation(signal, at, Date.now());
    if (!call) return;
    const ours = this.calls.find(
      (one) => isEngaged(one) && one.outgoing && !one.answered && one.roomId === roomId,
    );
    if (!ours) this.#put(call);
    else if (yields(ours, call)) this.#takeInstead(ours, call);
  }

  /** Both called at once: theirs is held, with the microphone that was opened for ours. */
  #takeInstead(ours: Call, theirs: Call): void {
    this.#cut();
    this.#owner = "";
    this.#settle(ours, replaced(ours));
    this.#put({ ...theirs, video: theirs.video || ours.video });
    this.#apply(theirs.id, { kind: "accept" });
  }

  #put(call: Call): void {
    this.calls = [...this.calls.filter((one) => !isOver(one)), call];
    if (this.#timer === 0) this.#timer = window.setInterval(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    this.now = Date.now();
    for (const call of this.calls) this.#apply(call.id, { kind: "tick" });
    this.#ring();
    if (!this.calls.every(isOver)) return;
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  #applyIn(roomId: string, input: Input): void {
    const id = input.kind === "signal" ? textOf(input.content["call_id"]) : null;
    for (const call of this.calls)
      if (call.roomId === roomId && (id === null || call.id === id)) this.#apply(call.id, input);
  }

  #apply(id: string, input: Input): void {
    const call = this.calls.find((one) => one.id === id);
    if (call) this.#settle(call, step(call, input, this.me, Date.now()));
  }

  #settle(before: Call, [after, effects]: [Call, Effect[]]): void {
    if (after !== before)
      this.calls = this.calls.map((one) => (one.id === before.id ? after : one));
    for (const effect of effects) this.#carryOut(after, effect);
    if (!isOver(after)) return;
    this.#over.add(after.id);
    if (this.#over.size > OVER_MAX) this.#over.delete([...this.#over][0] ?? "");
    if (!isTold(after)) this.calls = this.calls.filter((one) => one.id !== after.id);
  }

  #carryOut(call: Call, effect: Effect): void {
    switch (effect.kind) {
      case "send":
        this.#signals.send(call, effect.type, effect.content);
        break;
      case "open":
        this.#open(call);
        break;
      case "close":
        if (call.id === this.#owner) this.#close();
        break;
      case "restart":
        this.#wire?.restart();
        break;
      default:
        this.#do(call.id, () => this.#taken(effect));
    }
  }

  /** What came from the other side, handed to the wire in its turn. */
  async #taken(effect: Effect): Promise<void> {
    if (effect.kind === "take_answer") await this.#wire?.takeAnswer(effect.sdp);
    if (effect.kind === "take_candidates") await this.#wire?.takeCandidates(effect.candidates);
    if (effect.kind === "take_description") await this.#wire?.takeDescription(effect.description);
  }

  #ring(): void {
    const call = this.held;
    if (call?.phase === "ringing") this.#ringing.start(call.outgoing);
    else this.#ringing.stop();
  }

  // -- microphone and wire ---------------------------------------------------------------------------

  #own(id: string): void {
    this.#owner = id;
    this.own ??= new Own();
  }

  #open(call: Call): void {
    this.#own(call.id);
    this.#do(call.id, async () => {
      const wire = await this.#connect(call, true);
      if (wire) this.#described(call.id, wire, await wire.answer(call.offer), AFTER_ANSWER_MS);
    });
  }

  /** The wire of `call`, with our voice in it; null when the call has ended meanwhile. */
  async #connect(call: Call, polite: boolean): Promise<Connection | null> {
    const own = this.own;
    if (!own) return null;
    const [relays] = await Promise.all([fetchRelays(), own.open(call.video)]);
    if (this.#owner !== call.id) {
      if (this.own !== own) own.close();
      return null;
    }
    this.#wire = new Connection(relays, own.stream, polite, {
      found: (candidates) => this.#apply(call.id, { kind: "found", candidates }),
      link: (state) => this.#apply(call.id, { kind: "link", state }),
      changed: (description) =>
        this.#apply(call.id, { kind: "changed", description, streams: this.#streams() }),
      track: (track, stream) => this.#hearTrack(track, stream),
      failed: (error) => this.#stuck(call.id, error, "failed"),
    });
    return this.#wire;
  }

  #described(id: string, wire: Connection, sdp: string, tellAfterMs: number): void {
    if (this.#wire !== wire) return;
    this.#apply(id, { kind: "described", sdp, streams: this.#streams() });
    wire.tellFound(tellAfterMs);
    this.#ring();
  }

  #hearTrack(track: MediaStreamTrack, stream: MediaStream): void {
    const again = () => {
      this.theirs = [...new Set([...this.theirs, stream])].filter((one) => one.active);
    };
    stream.onremovetrack = again;
    track.onended = again;
    again();
  }

  #streams(): Streams {
    const { own } = this;
    if (!own) return {};
    const dark = own.picture === null;
    const about = { purpose: "m.usermedia", audio_muted: own.muted, video_muted: dark };
    return { [own.stream.id]: about };
  }

  #tellMuted(): void {
    this.#apply(this.#owner, { kind: "muted", streams: this.#streams() });
  }

  /** Does `work` after what is being done for the same call, unless the call is over by then. */
  #do(id: string, work: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      try {
        if (this.#owner === id) await work();
      } catch (error) {
        this.#stuck(id, error, isOfMedia(error) ? "no_media" : "failed");
      }
    });
  }

  #stuck(id: string, error: unknown, why: "no_media" | "failed"): void {
    if (!this.calls.some((one) => one.id === id && !isOver(one))) return;
    this.trouble = error;
    this.#apply(id, { kind: "stuck", why });
    this.#ring();
  }

  #cut(): void {
    this.#wire?.close();
    this.#wire = null;
    this.#work = Promise.resolve();
    this.theirs = [];
  }

  #close(): void {
    this.#cut();
    this.#owner = "";
    this.own?.close();
    this.own = null;
  }
}

/** Whether it is for want of a microphone: refused, missing, held by another, or never to be had. */
export function isOfMedia(error: unknown): boolean {
  const names = ["NotAllowedError", "NotFoundError", "NotReadableError", "OverconstrainedError"];
  if (error instanceof DOMException) return names.includes(error.name);
  return error instanceof TypeError && navigator.mediaDevices === undefined;
}
