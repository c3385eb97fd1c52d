import { call, type Json } from "../../http/call";
import type { RoomEvent } from "../../timeline/state/events";

interface Events<E> {
  events?: E[];
}

export type LooseEvent = Omit<RoomEvent, "event_id" | "origin_server_ts"> & Partial<RoomEvent>;

export interface JoinedRoom {
  timeline?: Events<RoomEvent> & { limited?: boolean; prev_batch?: string };
  state?: Events<LooseEvent>;
  ephemeral?: Events<{ type: string; content: Json }>;
  account_data?: Events<{ type: string; content: Json }>;
  unread_notifications?: { notification_count?: number; highlight_count?: number };
  summary?: {
    "m.heroes"?: string[];
    "m.joined_member_count"?: number;
    "m.invited_member_count"?: number;
  };
}

export interface SyncAnswer {
  next_batch: string;
  rooms?: {
    join?: Record<string, JoinedRoom>;
    invite?: Record<string, { invite_state?: Events<LooseEvent> }>;
    leave?: Record<string, JoinedRoom>;
  };
  account_data?: Events<{ type: string; content: Json }>;
  presence?: Events<{ type: string; sender: string; content: Json }>;
}

const FILTER = JSON.stringify({
  room: { timeline: { limit: 30 }, state: { lazy_load_members: true } },
});

/**
 * What is new since `since` (everything without it); waits up to `timeoutMs` for something.
 * `shown`: what the person is to be shown as meanwhile.
 */
export function fetchSync(
  since: string | null,
  timeoutMs: number,
  signal: AbortSignal,
  shown: string | undefined,
): Promise<SyncAnswer> {
  return call("GET", "/_matrix/client/v3/sync", {
    query: {
      since: since ?? undefined,
      timeout: timeoutMs,
      filter: FILTER,
      set_presence: shown,
    },
    signal,
  });
}
