import type { SpaceRoom } from "../api/spaces";

/** A room in its place in a space, with what it holds. */
export interface Branch {
  room: SpaceRoom;
  children: Branch[];
}

/** What `root` holds, each room once, where it comes first; nobody can be led round in circles. */
export function treeOf(root: string, rooms: readonly SpaceRoom[]): Branch[] {
  const known = new Map(rooms.map((room) => [room.room_id, room]));
  const met = new Set([root]);
  const below = (room: SpaceRoom | undefined): Branch[] => {
    const here = (room?.children_state ?? [])
      .map((event) => known.get(event.state_key ?? ""))
      .filter((child): child is SpaceRoom => child !== undefined && !met.has(child.room_id));
    for (const child of here) met.add(child.room_id);
    return here.map((child) => ({ room: child, children: below(child) }));
  };
  return below(known.get(root));
}
