import { call, type Json } from "../../http/call";
import { CHOICE } from "../state/previews.svelte";

/** What a page says of itself, as this house has read it; empty when it says nothing. */
export function fetchPreview(url: string): Promise<Json> {
  return call("GET", "/_matrix/client/v1/media/preview_url", { query: { url } });
}

/** Keeps for all of the person's browsers whether links are shown with what their pages say. */
export async function chooseDisabled(me: string, disable: boolean): Promise<void> {
  const path = `/_matrix/client/v3/user/${encodeURIComponent(me)}/account_data/${CHOICE}`;
  await call("PUT", path, { body: { disable } });
}

/** Whether this house looks at pages at all. */
export async function fetchOffered(): Promise<boolean> {
  const { capabilities } = await call<{ capabilities: Json }>(
    "GET",
    "/_matrix/client/v3/capabilities",
  );
  const told = capabilities["org.teahouse.url_previews"] as Json | undefined;
  return told?.["enabled"] === true;
}
