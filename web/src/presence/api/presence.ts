import { call } from "../../http/call";
import { CHOICE } from "../state/presence.svelte";

const at = (userId: string) => `/_matrix/client/v3/user/${encodeURIComponent(userId)}`;

/** Keeps for all of the person's browsers whether they are shown, and shows it at once. */
export async function chooseHidden(me: string, hidden: boolean): Promise<void> {
  await call("PUT", `${at(me)}/account_data/${CHOICE}`, { body: { hidden } });
  const path = `/_matrix/client/v3/presence/${encodeURIComponent(me)}/status`;
  await call("PUT", path, { body: { presence: hidden ? "offline" : "online" } });
}
