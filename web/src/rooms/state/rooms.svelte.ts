import { SvelteMap } from "svelte/reactivity";
import type { SyncAnswer } from "../../sync/api/sync";
import { mutedBy, type Rule } from "./muted";
import { Limits } from "./retention.svelte";
import { Room } from "./room.svelte";

/** Every room this person is in or invited to. */
export class Rooms {
  /** Whether the first answer of the server has come. */
  ready = $state(false);
  /** `m.direct`: who we talk to in which rooms of two. */
  direct = $state.raw<Record<string, string[]>>({});
  readonly #all = new SvelteMap<string, Room>();
  /** What silences which rooms. */
  #silencers: ReadonlyMap<string, Rule[]> = new Map();

  readonly joined = $derived(
    [...this.#all.values()]
      .filter((room) => room.membership === "join")
      .sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.lastAt - a.lastAt),
  );
  /** Rooms to talk in, without those whose place another has taken, and rooms that hold them. */
  readonly chats = $derived(this.joined.filter((room) => !room.space && !this.#isSucceeded(room)));
  readonly spaces = $derived(
    this.joined.filter((room) => room.space).sort((a, b) => a.name.localeCompare(b.name)),
  );
  readonly invited = $derived(
    [...this.#all.values()].filter((room) => room.membership === "invite"),
  );
  readonly unread = $derived(
    this.joined
      .filter((room) => !this.#isSucceeded(room))
      .reduce((sum, room) => sum + room.unread, this.invited.length),
  );

  /** The people met in the rooms, by name, without ourselves. */
  readonly people = $derived.by(() => {
    const found = new Map<string, { userId: string; name: string; avatar: string | undefined }>();
    for (const room of this.joined) {
      for (const { userId, avatar, membership } of room.members.values()) {
        if (userId === this.me || membership === "leave" || membership === "ban") continue;
        if (!found.has(userId)) found.set(userId, { userId, name: room.nameOf(userId), avatar });
      }
    }
    return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
  });

  /** How long rooms may keep their messages. */
  readonly limits = new Limits();

  constructor(readonly me: string) {}

  get(roomId: string): Room | undefined {
    return this.#all.get(roomId);
  }

  /** The room of two with `userId`, if there is one. */
  directWith(userId: string): Room | undefined {
    const ids = this.direct[userId] ?? [];
    return ids.map((id) => this.#all.get(id)).find((room) => room?.membership === "join");
  }

  apply(answer: SyncAnswer): void {
    for (const { type, content } of answer.account_data?.events ?? []) {
      if (type === "m.direct") this.direct = content as Record<string, string[]>;
      if (type === "m.push_rules") this.#silencers = mutedBy(content);
    }
    for (const [id, part] of Object.entries(answer.rooms?.join ?? {}))
      this.#room(id).take(part, "join");
    for (const [id, part] of Object.entries(answer.rooms?.invite ?? {})) {
      this.#room(id).takeInvite(part.invite_state?.events ?? []);
    }
    for (const id of Object.keys(answer.rooms?.leave ?? {})) this.#all.delete(id);
    for (const room of this.#all.values()) room.muted = this.#silencers.has(room.id);
    this.#markDirect();
    this.ready = true;
  }

  /** The rules that silence a room. */
  silencersOf(roomId: string): Rule[] {
    return this.#silencers.get(roomId) ?? [];
  }

  forget(roomId: string): void {
    this.#all.delete(roomId);
  }

  #isSucceeded(room: Room): boolean {
    return this.#all.get(room.successor)?.membership === "join";
  }

  #room(id: string): Room {
    const known = this.#all.get(id);
    if (known) return known;
    const room = new Room(id, this.me, this.limits);
    this.#all.set(id, room);
    return room;
  }

  #markDirect(): void {
    const ids = new Set(Object.values(this.direct).flat());
    for (const room of this.#all.values()) {
      if (room.membership === "join") room.direct = ids.has(room.id);
    }
  }
}
