import { createContext } from "svelte";
import type { Session } from "../accounts/state/session.svelte";
import { Calls } from "../calls/state/calls.svelte";
import { upload } from "../media/api/media";
import { retryPictures } from "../media/state/pictures.svelte";
import { Presence } from "../presence/state/presence.svelte";
import { fetchOffered, fetchPreview } from "../previews/api/previews";
import { Previews } from "../previews/state/previews.svelte";
import { fetchBounds } from "../rooms/api/rooms";
import { Rooms } from "../rooms/state/rooms.svelte";
import { fetchTimes, useMinute } from "../screentime/api/time";
import { OwnTime } from "../screentime/state/ownTime.svelte";
import { fetchSync, type SyncAnswer } from "../sync/api/sync";
import { browserPause, SyncLoop } from "../sync/state/loop.svelte";
import { sendMessage } from "../timeline/api/timeline";
import { Outbox } from "../timeline/state/outbox.svelte";
import { OutboxStore } from "../timeline/state/outboxStore";
import { newId } from "./newId";

/** All that a signed-in person's page lives from, put together. */
export class House {
  readonly me: string;
  readonly rooms: Rooms;
  readonly presence = new Presence();
  readonly calls: Calls;
  readonly time = new OwnTime({
    look: async () => (await fetchTimes()).today,
    use: useMinute,
    now: () => Date.now(),
    looking: () => !document.hidden,
  });
  readonly previews = new Previews({ offered: fetchOffered, page: fetchPreview });
  readonly outbox: Outbox;
  readonly loop: SyncLoop;
  /** The newest notice of a grave change to the account. */
  security = $state("");
  readonly #stop = new AbortController();

  constructor(session: Session) {
    this.me = session.userId;
    this.rooms = new Rooms(this.me);
    this.calls = new Calls(this.me);
    this.outbox = new Outbox({
      store: new OutboxStore(`teahouse.outbox.${this.me}`),
      upload,
      send: sendMessage,
      now: () => Date.now(),
      newId,
      pause: (ms) => browserPause(ms, this.#stop.signal),
    });
    this.loop = new SyncLoop({
      fetch: (since, timeoutMs, signal) =>
        fetchSync(since, timeoutMs, signal, this.presence.wanted),
      apply: (answer) => this.#apply(answer),
      pause: browserPause,
    });
  }

  start(): void {
    addEventListener("offline", () => this.loop.cut(), { signal: this.#stop.signal });
    addEventListener("pagehide", () => this.calls.leave(), { signal: this.#stop.signal });
    this.presence.tick(this.#stop.signal);
    this.time.run(this.#stop.signal);
    this.rooms.limits.tick(fetchBounds, this.#stop.signal);
    void this.loop.run();
    this.outbox.restore().catch(() => undefined);
  }

  stop(): void {
    this.calls.stop();
    this.loop.stop();
    this.#stop.abort();
  }

  #apply(answer: SyncAnswer): void {
    if (this.loop.status === "offline") retryPictures();
    this.rooms.apply(answer);
    this.calls.apply(answer, (id) => this.rooms.get(id));
    this.presence.take(answer.presence?.events ?? [], answer.account_data?.events ?? []);
    this.previews.take(answer.account_data?.events ?? []);
    for (const { type, content } of answer.account_data?.events ?? []) {
      if (type === "org.teahouse.security") this.security = String(content["notice_id"]);
    }
    for (const part of Object.values(answer.rooms?.join ?? {}))
      this.outbox.settle(part.timeline?.events ?? []);
  }
}

export const [house, provideHouse] = createContext<House>();
