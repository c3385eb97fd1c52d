import { ApiError, call, type Json } from "../../http/call";

/** Sends a signal of a call to its room; `last`: also when the page is being left. */
export function sendSignal(
  roomId: string,
  type: string,
  txnId: string,
  content: Json,
  last = false,
): Promise<unknown> {
  const place = [roomId, "send", type, txnId].map(encodeURIComponent).join("/");
  const path = `/_matrix/client/v3/rooms/${place}`;
  return call("PUT", path, { body: content, keepalive: last });
}

interface Relay {
  username: string;
  password: string;
  uris: string[];
}

/** The relays that this house lends; none where it has none, and devices have to meet directly. */
export async function fetchRelays(): Promise<RTCIceServer[]> {
  try {
    const relay = await call<Relay>("GET", "/_matrix/client/v3/voip/turnServer");
    return [{ urls: relay.uris, username: relay.username, credential: relay.password }];
  } catch (error) {
    if (error instanceof ApiError) return []; // a call that may do without is better than none
    throw error;
  }
}
