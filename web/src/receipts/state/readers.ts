import type { RoomEvent } from "../../timeline/state/events";

/**
 * How many others have read each of our own messages: by event id, for the events loaded. Whoever
 * has said something has read what stands before it.
 */
export function readersOf(
  events: readonly RoomEvent[],
  receipts: ReadonlyMap<string, string>,
  me: string,
): Map<string, number> {
  const place = new Map(events.map((event, at) => [event.event_id, at]));
  const furthest = new Map<string, number>();
  const reached = (userId: string, at: number) => {
    if (userId !== me) furthest.set(userId, Math.max(at, furthest.get(userId) ?? -1));
  };
  for (const [userId, eventId] of receipts) reached(userId, place.get(eventId) ?? -1);
  events.forEach((event, at) => {
    if (event.state_key === undefined) reached(event.sender, at);
  });
  const ends = [...furthest.values()];
  const readers = new Map<string, number>();
  events.forEach((event, at) => {
    if (event.sender === me) readers.set(event.event_id, ends.filter((end) => end >= at).length);
  });
  return readers;
}

/** The event after which everything is new, when someone comes back: null when nothing is. */
export function dividerAfter(
  events: readonly RoomEvent[],
  readUpTo: string | null | undefined,
  me: string,
): string | null {
  const at = events.findIndex((event) => event.event_id === readUpTo);
  if (at < 0) return null;
  const fresh = events.slice(at + 1).some((event) => event.sender !== me);
  return fresh ? (events[at]?.event_id ?? null) : null;
}
