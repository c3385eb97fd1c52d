import { ApiError, type Json } from "../../http/call";
import { threadIn } from "./events";

/** A message on its way, as it is kept in the browser. */
export interface Draft {
  txnId: string;
  roomId: string;
  /** Dense within this browser; messages of a room leave in this order. */
  order: number;
  at: number;
  content: Json;
  /** Uploaded before sending; `content.url` is set from it. */
  file: Blob | null;
  thumb: Blob | null;
  failed: boolean;
}

/** A draft with what only this page knows of it. */
export interface Pending extends Draft {
  sending: boolean;
  /** Set when the server has it but the sync has not shown it yet. */
  eventId: string | null;
  error: unknown;
}

export interface OutboxPorts {
  store: {
    all: () => Promise<Draft[]>;
    put: (draft: Draft) => Promise<void>;
    remove: (txnId: string) => Promise<void>;
  };
  upload: (bytes: Blob, name: string) => Promise<string>;
  send: (roomId: string, txnId: string, content: Json) => Promise<string>;
  now: () => number;
  newId: () => string;
  pause: (ms: number) => Promise<void>;
}

/** What of an event tells which draft it was. */
interface Settled {
  event_id: string;
  unsigned?: { transaction_id?: string };
}

const PAUSE_FIRST_MS = 1_000;
const PAUSE_MAX_MS = 30_000;

/**
 * Sends messages in the order written, each room on its own. A draft is kept until the server has
 * it. Trouble that passes (no network, busy server) is waited out with the order kept; a refusal
 * marks the draft failed, lets the next ones go, and waits for the person to resend or discard.
 */
export class Outbox {
  pending = $state.raw<Pending[]>([]);
  readonly #running = new Set<string>();
  #order = 0;

  constructor(private readonly ports: OutboxPorts) {}

  /** Takes up what an earlier visit left unsent. */
  async restore(): Promise<void> {
    const kept = await this.ports.store.all();
    const known = new Set(this.pending.map((one) => one.txnId));
    const back = kept.filter((one) => !known.has(one.txnId)).map((one) => ({ ...one, ...FRESH }));
    this.pending = [...back, ...this.pending];
    this.#order = Math.max(this.#order, ...kept.map((one) => one.order));
    for (const roomId of new Set(back.map((one) => one.roomId))) void this.#drain(roomId);
  }

  of(roomId: string): Pending[] {
    return this.pending.filter((one) => one.roomId === roomId);
  }

  /** What waits to be said in a thread, as far as `shown` has not got it yet; `null`: in none. */
  inThread(roomId: string, root: string | null, shown: readonly Settled[] = []): Pending[] {
    const ids = new Set(shown.flatMap((one) => [one.event_id, one.unsigned?.transaction_id ?? ""]));
    return this.of(roomId).filter(
      (one) =>
        threadIn(one.content) === root && !ids.has(one.txnId) && !ids.has(one.eventId ?? "-"),
    );
  }

  /** Shows the message at once and sends it; resolves when it is kept in the browser. */
  async add(
    roomId: string,
    content: Json,
    file: Blob | null = null,
    thumb: Blob | null = null,
  ): Promise<void> {
    this.#order += 1;
    const { now, newId } = this.ports;
    const draft: Draft = {
      txnId: newId(),
      roomId,
      order: this.#order,
      at: now(),
      content,
      file,
      thumb,
      failed: false,
    };
    this.pending = [...this.pending, { ...draft, ...FRESH }];
    // A browser that keeps nothing (full, private) still sends.
    await this.ports.store.put(draft).catch(() => undefined);
    void this.#drain(roomId);
  }

  async resend(txnId: string): Promise<void> {
    const draft = this.#change(txnId, { failed: false, error: null });
    if (!draft) return;
    await this.#keep(draft);
    void this.#drain(draft.roomId);
  }

  async discard(txnId: string): Promise<void> {
    this.pending = this.pending.filter((one) => one.txnId !== txnId);
    await this.ports.store.remove(txnId).catch(() => undefined);
  }

  /** Leaves nothing unsent behind: the account is gone. */
  async clear(): Promise<void> {
    for (const { txnId } of this.pending) await this.discard(txnId);
  }

  /** The sync has shown these events: their drafts have done their work. */
  settle(events: readonly Settled[]): void {
    if (this.pending.length === 0) return;
    const ids = new Set(
      events.flatMap((event) => [event.event_id, event.unsigned?.transaction_id ?? ""]),
    );
    const done = this.pending.filter(
      (one) => ids.has(one.txnId) || (one.eventId !== null && ids.has(one.eventId)),
    );
    for (const one of done) void this.discard(one.txnId);
  }

  async #drain(roomId: string): Promise<void> {
    if (this.#running.has(roomId)) return;
    this.#running.add(roomId);
    let pauseMs = PAUSE_FIRST_MS;
    try {
      for (let next = this.#next(roomId); next; next = this.#next(roomId)) {
        const waitMs = await this.#attempt(next, pauseMs);
        pauseMs = waitMs > 0 ? Math.min(pauseMs * 2, PAUSE_MAX_MS) : PAUSE_FIRST_MS;
        if (waitMs > 0) await this.ports.pause(waitMs);
      }
    } finally {
      this.#running.delete(roomId);
    }
  }

  #next(roomId: string): Pending | undefined {
    return this.pending.find((one) => one.roomId === roomId && !one.failed && one.eventId === null);
  }

  /** Tries once; returns how long to wait before the next try, 0 when this draft is dealt with. */
  async #attempt(draft: Pending, pauseMs: number): Promise<number> {
    this.#change(draft.txnId, { sending: true });
    try {
      const content = await this.#uploaded(draft);
      const eventId = await this.ports.send(draft.roomId, draft.txnId, content);
      this.#change(draft.txnId, { sending: false, eventId });
      await this.ports.store.remove(draft.txnId).catch(() => undefined);
      return 0;
    } catch (error) {
      const passing = error instanceof ApiError && error.passing;
      const changed = this.#change(draft.txnId, { sending: false, error, failed: !passing });
      if (changed && !passing) await this.#keep(changed);
      return passing ? (error.retryAfterMs ?? pauseMs) : 0;
    }
  }

  /** The content to send, after its bytes have been stored; uploads nothing twice. */
  async #uploaded(draft: Pending): Promise<Json> {
    let { content } = draft;
    const info = (content["info"] ?? {}) as Json;
    if (draft.thumb && !info["thumbnail_url"]) {
      const thumbnail_url = await this.ports.upload(draft.thumb, "thumbnail");
      content = { ...content, info: { ...info, thumbnail_url } };
      await this.#keepContent(draft.txnId, content);
    }
    if (draft.file && !content["url"]) {
      content = { ...content, url: await this.ports.upload(draft.file, String(content["body"])) };
      await this.#keepContent(draft.txnId, content);
    }
    return content;
  }

  async #keepContent(txnId: string, content: Json): Promise<void> {
    const changed = this.#change(txnId, { content });
    if (changed) await this.#keep(changed);
  }

  async #keep({ txnId, roomId, order, at, content, file, thumb, failed }: Pending): Promise<void> {
    const draft: Draft = { txnId, roomId, order, at, content, file, thumb, failed };
    await this.ports.store.put(draft).catch(() => undefined);
  }

  #change(txnId: string, change: Partial<Pending>): Pending | undefined {
    let changed: Pending | undefined;
    this.pending = this.pending.map((one) => {
      if (one.txnId !== txnId) return one;
      changed = { ...one, ...change };
      return changed;
    });
    return changed;
  }
}

const FRESH = { sending: false, eventId: null, error: null };
