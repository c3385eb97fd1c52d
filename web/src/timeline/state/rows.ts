import { isCall } from "../../calls/state/lines";
import { endedIn } from "../../relations/state/polls";
import { isNote, type RoomEvent, threadOf } from "./events";
import type { Pending } from "./outbox.svelte";

/** One line of the conversation as it is drawn. */
export type Row =
  | { kind: "day"; key: string; at: number }
  | { kind: "divider"; key: string }
  | { kind: "note"; key: string; event: RoomEvent }
  | { kind: "call"; key: string; event: RoomEvent }
  | { kind: "answer"; key: string; event: RoomEvent; root: string }
  | { kind: "ended"; key: string; event: RoomEvent; poll: string }
  | { kind: "message"; key: string; event: RoomEvent; first: boolean; last: boolean }
  | { kind: "pending"; key: string; pending: Pending };

/** Messages of one person so close together stand as one group. */
const GROUP_MS = 5 * 60_000;

const dayOf = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** The rows for `events` (oldest first) and what waits to be sent; `divider`: the id it stands after. */
export function rowsOf(
  events: readonly RoomEvent[],
  pending: readonly Pending[],
  divider: string | null,
): Row[] {
  const rows: Row[] = [];
  events.forEach((event, at) => {
    const before = events[at - 1];
    const after = events[at + 1];
    if (!before || dayOf(before.origin_server_ts) !== dayOf(event.origin_server_ts)) {
      rows.push({ kind: "day", key: `day ${event.event_id}`, at: event.origin_server_ts });
    }
    const [root, poll] = [threadOf(event), endedIn(event)];
    if (root !== null) rows.push({ kind: "answer", key: event.event_id, event, root });
    else if (isNote(event)) rows.push({ kind: "note", key: event.event_id, event });
    else if (poll !== null) rows.push({ kind: "ended", key: event.event_id, event, poll });
    else if (isCall(event)) rows.push({ kind: "call", key: event.event_id, event });
    else rows.push(messageRow(event, before, after, divider));
    if (event.event_id === divider) rows.push({ kind: "divider", key: "divider" });
  });
  const shown = new Set(events.map((event) => event.unsigned?.transaction_id ?? event.event_id));
  for (const one of pending) {
    if (!shown.has(one.txnId) && !shown.has(one.eventId ?? ""))
      rows.push({ kind: "pending", key: one.txnId, pending: one });
  }
  return rows;
}

function messageRow(
  event: RoomEvent,
  before: RoomEvent | undefined,
  after: RoomEvent | undefined,
  divider: string | null,
): Row {
  return {
    kind: "message",
    // The same key as the pending row had, so that the bubble stays the same element.
    key: event.unsigned?.transaction_id ?? event.event_id,
    event,
    first: !together(before, event) || before?.event_id === divider,
    last: !together(event, after) || event.event_id === divider,
  };
}

function together(one: RoomEvent | undefined, next: RoomEvent | undefined): boolean {
  if (!one || !next || one.sender !== next.sender || isApart(one) || isApart(next)) return false;
  const apart = next.origin_server_ts - one.origin_server_ts;
  return apart < GROUP_MS && dayOf(one.origin_server_ts) === dayOf(next.origin_server_ts);
}

/** Whether `event` stands by itself between messages. */
function isApart(event: RoomEvent): boolean {
  return isNote(event) || isCall(event) || threadOf(event) !== null || endedIn(event) !== null;
}
