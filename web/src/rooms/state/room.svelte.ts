import { SvelteMap } from "svelte/reactivity";
import { callsOf, isCall } from "../../calls/state/lines";
import type { Json } from "../../http/call";
import { endedIn } from "../../relations/state/polls";
import { reactionsOf, threadsOf } from "../../relations/state/relations";
import type { JoinedRoom, LooseEvent } from "../../sync/api/sync";
import {
  isMessage,
  isNote,
  isRedacted,
  type RoomEvent,
  replacedBy,
  threadOf,
} from "../../timeline/state/events";
import { Limits, lifetimeMs, type Policy, policyOf, RETENTION, SILENT } from "./retention.svelte";

export interface Member {
  userId: string;
  name: string;
  avatar: string | undefined;
  membership: string;
}

type Membership = "join" | "invite" | "leave";
type Act =
  | "invite"
  | "kick"
  | "redact"
  | "m.room.name"
  | "m.room.retention"
  | "m.room.join_rules"
  | "org.teahouse.rating"
  | "m.space.child";

const string = (value: unknown): string => (typeof value === "string" ? value : "");
const localpart = (userId: string): string => userId.replace(/^@/, "").split(":")[0] ?? userId;

/** One room as this person sees it: its state, members and the stretch of timeline loaded. */
export class Room {
  membership = $state<Membership>("join");
  title = $state("");
  avatar = $state<string>();
  inviter = $state<string | null>(null);
  direct = $state(false);
  /** Everything loaded, oldest first, without a gap from `prevBatch` on. */
  events = $state.raw<RoomEvent[]>([]);
  /** Where older events are asked from; null when the beginning is here. */
  prevBatch = $state<string | null>(null);
  unread = $state(0);
  highlights = $state(0);
  typing = $state.raw<string[]>([]);
  heroes = $state.raw<string[]>([]);
  joinedCount = $state(0);
  invitedCount = $state(0);
  powerLevels = $state.raw<Json>({});
  /** Only its members' own apps can read it; this one cannot. */
  encrypted = $state(false);
  /** Whether everybody may come in, or read along. */
  open = $state(false);
  /** Those who stand above the power levels (room version 12). */
  creators = $state.raw<readonly string[]>([]);
  /** Whether it is for holding other rooms, and not for talking. */
  space = $state(false);
  /** The room that has taken this one's place, if one has. */
  successor = $state("");
  /** The room whose place this one has taken. */
  predecessor = $state("");
  /** How long it says that its messages are kept. */
  policy = $state.raw<Policy>(SILENT);
  /** How long they are kept, in ms, by that and by the house; null: for ever. */
  readonly lifetime = $derived.by(() => lifetimeMs(this.policy, this.limits.bounds));
  /** Whether the person keeps it above the others. */
  pinned = $state(false);
  /** Whether nothing but what names the person notifies them. */
  muted = $state(false);
  /** Where the person left off, by their own read marker. */
  fullyRead = $state<string | null>(null);
  membersLoaded = $state(false);
  readonly members = new SvelteMap<string, Member>();
  /** The last event each member is known to have read. */
  readonly receipts = new SvelteMap<string, string>();

  /** The signs at each message, and the threads, by where they begin. */
  readonly reactions = $derived.by(() => reactionsOf(this.events, this.me));
  readonly threads = $derived(threadsOf(this.events));
  /** How each call went, by the event that began it. */
  readonly calls = $derived.by(() => callsOf(this.events, this.me));
  /** Everything loaded but what is past its time. */
  readonly kept = $derived(
    this.lifetime === null
      ? this.events
      : this.events.filter(
          (event) => event.state_key !== undefined || !this.limits.isOver(event, this.lifetime),
        ),
  );
  /** What stands in the conversation; of a thread, its newest answer, which leads there. */
  readonly shown = $derived(
    this.kept.filter((event, at, all) => {
      const root = threadOf(event);
      if (root !== null && this.threads.get(root)?.last !== event.event_id) return false;
      if (isCall(event)) return this.calls.has(event.event_id);
      if (isMessage(event) || endedIn(event) !== null) return true;
      return isNote(event) && !isFounding(event, all[at - 1]);
    }),
  );
  readonly last = $derived(
    this.kept.findLast((event) => isMessage(event) || this.calls.has(event.event_id)) ??
      this.shown.at(-1) ??
      null,
  );
  /** Whether others have said something since the person last looked, or spoke. */
  readonly unseen = $derived.by(() => {
    const marks = [this.fullyRead, this.receipts.get(this.me)];
    const at = this.events.findLastIndex(
      (event) => event.sender === this.me || marks.includes(event.event_id),
    );
    return this.events.slice(at + 1).some((event) => isMessage(event) && this.kept.includes(event));
  });
  readonly lastAt = $derived(this.last?.origin_server_ts ?? this.#bornAt());

  #enterable = false;
  #readable = false;

  constructor(
    readonly id: string,
    readonly me: string,
    readonly limits: Limits = new Limits(),
  ) {}

  /** The other members to call the room after when it has no name. */
  readonly others = $derived.by(() => {
    if (this.heroes.length > 0) return this.heroes;
    return [...this.members.values()]
      .filter(
        (member) => member.userId !== this.me && ["join", "invite"].includes(member.membership),
      )
      .map((member) => member.userId)
      .slice(0, 5);
  });

  readonly name = $derived(
    this.title ||
      (this.inviter && !this.others.length
        ? this.nameOf(this.inviter)
        : this.others.map((id) => this.nameOf(id)).join("、")),
  );

  /** The picture of the room; that of the other person in a chat of two. */
  readonly picture = $derived(
    this.avatar ??
      (this.direct && this.others[0] ? this.members.get(this.others[0])?.avatar : undefined),
  );
  /** What the colour of its initials is chosen by. */
  readonly face = $derived.by(() => (this.direct ? (this.others[0] ?? this.id) : this.id));

  nameOf(userId: string): string {
    return this.members.get(userId)?.name || localpart(userId);
  }

  /** Takes what a sync says about this room while we are in it (or have just left). */
  take(part: JoinedRoom, membership: Membership): void {
    this.membership = membership;
    this.takeState(part.state?.events ?? []);
    this.#takeTimeline(part);
    for (const event of part.ephemeral?.events ?? []) this.#takeEphemeral(event);
    for (const { type, content } of part.account_data?.events ?? []) {
      if (type === "m.tag") this.pinned = "m.favourite" in ((content["tags"] ?? {}) as Json);
      if (type === "m.fully_read") this.fullyRead = string(content["event_id"]) || null;
    }
    this.unread = part.unread_notifications?.notification_count ?? this.unread;
    this.highlights = part.unread_notifications?.highlight_count ?? this.highlights;
    this.heroes = part.summary?.["m.heroes"] ?? this.heroes;
    this.joinedCount = part.summary?.["m.joined_member_count"] ?? this.joinedCount;
    this.invitedCount = part.summary?.["m.invited_member_count"] ?? this.invitedCount;
  }

  takeInvite(events: readonly LooseEvent[]): void {
    this.membership = "invite";
    this.takeState(events);
    const mine = events.find(
      (event) => event.type === "m.room.member" && event.state_key === this.me,
    );
    this.inviter = mine?.sender ?? null;
    if (mine?.content["is_direct"] === true) this.direct = true;
  }

  /**
   * A page of the events before `from`, newest first as the server gives it. One that was asked for
   * before a gap opened is dropped: it would hide what lies in the gap.
   */
  takeOlder(
    from: string,
    chunk: readonly RoomEvent[],
    state: readonly LooseEvent[],
    end: string | null,
  ): void {
    if (from !== this.prevBatch) return;
    for (const event of state) if (!this.#knows(event)) this.#takeStateEvent(event);
    const known = new Set(this.events.map((event) => event.event_id));
    const older = chunk.filter((event) => !known.has(event.event_id)).reverse();
    this.events = this.#applied([...older, ...this.events], older);
    this.prevBatch = chunk.length === 0 ? null : end;
  }

  takeState(events: readonly LooseEvent[]): void {
    for (const event of events) this.#takeStateEvent(event);
  }

  /** What a member may do at least: their power level. */
  powerOf(userId: string): number {
    if (this.creators.includes(userId)) return Number.POSITIVE_INFINITY;
    const users = (this.powerLevels["users"] ?? {}) as Record<string, unknown>;
    return Number(users[userId] ?? this.powerLevels["users_default"] ?? 0);
  }

  /** The power that `act` needs (a key of the power levels, or a state event's type). */
  powerFor(act: Act): number {
    const events = (this.powerLevels["events"] ?? {}) as Record<string, unknown>;
    if (act.startsWith("m.")) {
      return Number(events[act] ?? this.powerLevels["state_default"] ?? 50);
    }
    return Number(this.powerLevels[act] ?? (act === "invite" ? 0 : 50));
  }

  /** Whether we may do `act`. */
  may(act: Act): boolean {
    return this.membership === "join" && this.powerOf(this.me) >= this.powerFor(act);
  }

  #bornAt(): number {
    return this.events.at(-1)?.origin_server_ts ?? 0;
  }

  #knows(event: LooseEvent): boolean {
    return event.type === "m.room.member" && this.members.has(event.state_key ?? "");
  }

  #takeTimeline(part: JoinedRoom): void {
    const fresh = part.timeline?.events ?? [];
    const gap = part.timeline?.limited === true;
    if (gap || this.events.length === 0) this.prevBatch = part.timeline?.prev_batch ?? null;
    if (fresh.length === 0) {
      if (gap) this.events = [];
      return;
    }
    for (const event of fresh) if (event.state_key !== undefined) this.#takeStateEvent(event);
    const before = gap ? [] : this.events;
    const known = new Set(before.map((event) => event.event_id));
    const added = fresh.filter((event) => !known.has(event.event_id));
    this.events = this.#applied([...before, ...added], added);
  }

  /** `events` after the redactions and edits among `added`. */
  #applied(events: RoomEvent[], added: readonly RoomEvent[]): RoomEvent[] {
    const acts = new Map<string, RoomEvent>();
    for (const event of added) {
      const target = event.type === "m.room.redaction" ? redactedBy(event) : replacedBy(event);
      if (target && acts.get(target)?.type !== "m.room.redaction") acts.set(target, event);
    }
    if (acts.size === 0) return events;
    return events.map((event) => {
      const act = acts.get(event.event_id);
      if (!act) return event;
      return act.type === "m.room.redaction" ? redacted(event, act) : edited(event, act);
    });
  }

  #takeEphemeral({ type, content }: { type: string; content: Json }): void {
    if (type === "m.typing") {
      const ids = Array.isArray(content["user_ids"]) ? content["user_ids"].map(string) : [];
      this.typing = ids.filter((id) => id !== this.me);
    }
    if (type !== "m.receipt") return;
    for (const [eventId, kinds] of Object.entries(content)) {
      const read = ((kinds as Json)["m.read"] ?? {}) as Json;
      for (const userId of Object.keys(read)) this.receipts.set(userId, eventId);
    }
  }

  #takeStateEvent(event: LooseEvent): void {
    const { content } = event;
    switch (event.type) {
      case "m.room.name":
        this.title = string(content["name"]);
        break;
      case "m.room.avatar":
        this.avatar = string(content["url"]) || undefined;
        break;
      case "m.room.encryption":
        this.encrypted = true; // and for good: nothing takes it back
        break;
      case "m.room.join_rules":
        this.#enterable = content["join_rule"] === "public";
        this.open = this.#enterable || this.#readable;
        break;
      case "m.room.history_visibility":
        this.#readable = content["history_visibility"] === "world_readable";
        this.open = this.#enterable || this.#readable;
        break;
      case "m.room.create":
        this.creators = creatorsOf(event);
        this.space = content["type"] === "m.space";
        this.predecessor = string(((content["predecessor"] ?? {}) as Json)["room_id"]);
        break;
      case "m.room.tombstone":
        this.successor = string(content["replacement_room"]);
        break;
      case RETENTION:
        this.policy = policyOf(content);
        break;
      case "m.room.power_levels":
        this.powerLevels = content;
        break;
      case "m.room.member":
        if (event.state_key) this.#takeMember(event.state_key, content);
        break;
    }
  }

  #takeMember(userId: string, content: Json): void {
    const before = this.members.get(userId);
    this.members.set(userId, {
      userId,
      name:
        string(content["displayname"]) ||
        (content["membership"] === "leave" ? (before?.name ?? "") : ""),
      avatar: string(content["avatar_url"]) || undefined,
      membership: string(content["membership"]),
    });
  }
}

/** Those who stand above the power levels, where the room's version has such people. */
function creatorsOf(event: LooseEvent): string[] {
  if (Number(event.content["room_version"]) < 12 || !event.sender) return [];
  const more = event.content["additional_creators"];
  return [event.sender, ...(Array.isArray(more) ? more.map(string) : [])];
}

/** Whoever makes a room joins it: that the room was made says both. */
function isFounding(event: RoomEvent, before: RoomEvent | undefined): boolean {
  return event.type === "m.room.member" && before?.type === "m.room.create";
}

function redactedBy(event: RoomEvent): string | null {
  return event.redacts || string(event.content["redacts"]) || null;
}

function redacted(event: RoomEvent, because: RoomEvent): RoomEvent {
  return { ...event, content: {}, unsigned: { redacted_because: { ...because } } };
}

/** Only its own author may change a message; what was changed since then stays. */
function edited(event: RoomEvent, edit: RoomEvent): RoomEvent {
  if (edit.sender !== event.sender || isRedacted(event)) return event;
  const newer = event.unsigned?.["m.relations"]?.["m.replace"]?.origin_server_ts ?? 0;
  if (newer > edit.origin_server_ts) return event;
  const relations = {
    ...event.unsigned?.["m.relations"],
    "m.replace": { content: edit.content, origin_server_ts: edit.origin_server_ts },
  };
  return { ...event, unsigned: { ...event.unsigned, "m.relations": relations } };
}
