import type { Room } from "../../rooms/state/room.svelte";
import type { SyncAnswer } from "../../sync/api/sync";
import type { RoomEvent } from "../../timeline/state/events";
import type { Engine } from "./engine.svelte";

/** Whether somebody can be called there: one other person, and in words that we can read. */
export function isCallable(room: Room): boolean {
  return (
    room.membership === "join" &&
    room.joinedCount === 2 &&
    !room.encrypted &&
    !room.space &&
    room.successor === ""
  );
}

const FRESH_MS = 5 * 60_000;

/** Whether somebody may still be waiting for an answer to `event`. */
function isFresh({ type, origin_server_ts, unsigned }: RoomEvent): boolean {
  const ageMs = unsigned?.age ?? Date.now() - origin_server_ts;
  return type === "m.call.invite" && ageMs < FRESH_MS;
}

/** What of calls is loaded at once: it waits for the first one, and fetches the rest then. */
export class Calls {
  engine = $state.raw<Engine | null>(null);
  #loading: Promise<Engine> | null = null;

  constructor(private readonly me: string) {}

  /** Takes what a sync brings; `roomOf`: the rooms after it. */
  apply(answer: SyncAnswer, roomOf: (id: string) => Room | undefined): void {
    for (const [id, part] of Object.entries(answer.rooms?.join ?? {})) {
      const events = part.timeline?.events ?? [];
      const room = roomOf(id);
      if (room && (this.#loading || events.some(isFresh))) this.#hear(room, events);
    }
    for (const [id, part] of Object.entries(answer.rooms?.leave ?? {}))
      if (this.#loading)
        this.#tell((engine) => engine.hear(id, part.timeline?.events ?? [], false));
  }

  start(room: Room, video: boolean): void {
    const peer = room.others[0];
    if (peer) this.#tell((engine) => engine.call(room.id, peer, video));
  }

  leave(): void {
    this.engine?.leave();
  }

  stop(): void {
    this.engine?.stop();
  }

  /** Whoever shares only a crowd with us does not make our telephone ring. */
  #hear(room: Room, events: readonly RoomEvent[]): void {
    this.#tell((engine) => engine.hear(room.id, events, isCallable(room)));
  }

  #tell(what: (engine: Engine) => void): void {
    this.#loading ??= import("./engine.svelte").then(({ Engine }) => new Engine(this.me));
    this.#loading.then(
      (engine) => {
        this.engine = engine;
        what(engine);
      },
      () => {
        this.#loading = null; // the network is away: the next one fetches it again
      },
    );
  }
}
