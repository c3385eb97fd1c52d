import type { RoomEvent } from "../../timeline/state/events";

/**
 * Who of the others has read each of our own messages: by event id, for the events loaded. Whoever
 * has said something has read what stands before it.
 */
export function readersOf(
  events: readonly RoomEvent[],
  receipts: ReadonlyMap<string, string>,
  me: string,
): Map<string, string[]> {
  const place = new Map(events.map((event, at) => [event.event_id, at]));
  const furthest = new Map<string, number>();
  const reached = (userId: string, at: number) => {
    if (userId !== me) furthest.set(userId, Math.max(at, furthest.get(userId) ?? -1));
  };
  for (const [userId, eventId] of receipts) reached(userId, place.get(eventId) ?? -1);
  events.forEach((event, at) => {
    if (event.state_key === undefined) reached(event.sender, at);
  });
  const ends = [...furthest];
  const readers = new Map<string, string[]>();
  events.forEach((event, at) => {
    if (event.sender !== me) return;
    const here = ends.filter(([, end]) => end >= at).map(([userId]) => userId);
    readers.set(event.event_id, here);
  });
  return readers;
}

/**
 * Which of the events `shown` is the one after which everything is new, when someone comes back:
 * null when nothing is. They may have read up to something that has no place of its own, as a sign.
 */
export function dividerAfter(
  events: readonly RoomEvent[],
  shown: readonly RoomEvent[],
  readUpTo: string | null | undefined,
  me: string,
): string | null {
  const at = events.findIndex((event) => event.event_id === readUpTo);
  if (at < 0) return null;
  const read = new Set(events.slice(0, at + 1).map((event) => event.event_id));
  const last = shown.findLastIndex((event) => read.has(event.event_id));
  const fresh = shown.slice(last + 1).some((event) => event.sender !== me);
  return fresh ? (shown[last]?.event_id ?? null) : null;
}
