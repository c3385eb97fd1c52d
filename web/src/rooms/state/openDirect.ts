import type { House } from "../../app/house.svelte";
import { goTo } from "../../app/route.svelte";
import { createDirect, setDirect } from "../api/rooms";

/** Leads to the room of two with `userId`, made now if there is none. Raises `ApiError`. */
export async function openDirect({ me, rooms }: House, userId: string): Promise<void> {
  const known = rooms.directWith(userId);
  if (known) return goTo(["chats", known.id]);
  const roomId = await createDirect(userId);
  await setDirect(me, { ...rooms.direct, [userId]: [...(rooms.direct[userId] ?? []), roomId] });
  goTo(["chats", roomId]);
}
