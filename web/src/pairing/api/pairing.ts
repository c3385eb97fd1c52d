import { sessionFrom } from "../../accounts/api/registrations";
import type { Session } from "../../accounts/state/session.svelte";
import { call } from "../../http/call";
import type { PairingEntered, PairingShown, PairingTakeOut, PairingTold } from "../../wire.gen";

const NEW = "/api/v1/pairings";
const MINE = "/api/v1/account/pairings";
const one = (pairingId: string) => `${MINE}/${encodeURIComponent(pairingId)}`;

/** Has a code to show on a new device. */
export function askToPair(device_name: string): Promise<PairingShown> {
  return call("POST", NEW, { body: { device_name }, open: true });
}

/** Comes with the code that a signed-in device shows. */
export function enterCode(code: string, device_name: string): Promise<PairingEntered> {
  return call("POST", `${NEW}/enter`, { body: { code, device_name }, open: true });
}

/** How far it is for the new device, and its session once it may come in. */
export async function takeSession(
  secret: string,
  signal: AbortSignal,
): Promise<{ state: string; session: Session | null }> {
  const options = { body: { secret }, open: true, signal };
  const told = await call<PairingTakeOut>("POST", `${NEW}/take`, options);
  return { state: told.state, session: told.session ? sessionFrom(told.session) : null };
}

/** Has a code to show to a new device. */
export function offerToPair(): Promise<PairingShown> {
  return call("POST", MINE, { body: {} });
}

/** Which device shows a code. */
export function lookAt(code: string): Promise<PairingTold> {
  return call("POST", `${MINE}/look`, { body: { code } });
}

export function watchPairing(pairingId: string, signal: AbortSignal): Promise<PairingTold> {
  return call("GET", one(pairingId), { signal });
}

export function approvePairing(pairingId: string, number: string): Promise<unknown> {
  return call("POST", `${one(pairingId)}/approve`, { body: { number } });
}

export function refusePairing(pairingId: string): Promise<unknown> {
  return call("POST", `${one(pairingId)}/refuse`, { body: {} });
}
