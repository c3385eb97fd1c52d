import { SvelteMap } from "svelte/reactivity";
import type { SyncAnswer } from "../../sync/api/sync";
import { Room } from "./room.svelte";

/** Every room this person is in or invited to. */
export class Rooms {
  /** Whether the first answer of the server has come. */
  ready = $state(false);
  /** `m.direct`: who we talk to in which rooms of two. */
  direct = $state.raw<Record<string, string[]>>({});
  readonly #all = new SvelteMap<string, Room>();

  readonly joined = $derived(
    [...this.#all.values()]
      .filter((room) => room.membership === "join")
      .sort((a, b) => b.lastAt - a.lastAt),
  );
  readonly invited = $derived(
    [...this.#all.values()].filter((room) => room.membership === "invite"),
  );
  readonly unread = $derived(
    this.joined.reduce((sum, room) => sum + room.unread, this.invited.length),
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
    }
    for (const [id, part] of Object.entries(answer.rooms?.join ?? {}))
      this.#room(id).take(part, "join");
    for (const [id, part] of Object.entries(answer.rooms?.invite ?? {})) {
      this.#room(id).takeInvite(part.invite_state?.events ?? []);
    }
    for (const id of Object.keys(answer.rooms?.leave ?? {})) this.#all.delete(id);
    this.#markDirect();
    this.ready = true;
  }

  forget(roomId: string): void {
    this.#all.delete(roomId);
  }

  #room(id: string): Room {
    const known = this.#all.get(id);
    if (known) return known;
    const room = new Room(id, this.me);
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
