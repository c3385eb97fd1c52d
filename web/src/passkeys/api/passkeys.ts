import { sessionFrom } from "../../accounts/api/registrations";
import type { OwnProof } from "../../accounts/api/sessions";
import type { Session } from "../../accounts/state/session.svelte";
import { call } from "../../http/call";
import type { Keyring, Passkey, PasskeySessionOut } from "../../wire.gen";
import { type CeremonyJson, makePasskey, showPasskey } from "../state/ceremony";

const MINE = "/api/v1/account/passkeys";
const ENTER = "/api/v1/sessions/passkey";
const one = (passkeyId: string) => `${MINE}/${encodeURIComponent(passkeyId)}`;

export function fetchKeyring(): Promise<Keyring> {
  return call("GET", MINE);
}

/** Adds a passkey. Raises `passkeys.proof_needed` when the session is not young enough by itself. */
export async function addPasskey(label: string, proof: OwnProof | null): Promise<Passkey> {
  const begun = await call<{ options: CeremonyJson }>("POST", `${MINE}/begin`, {
    body: proof ?? {},
  });
  const credential = await makePasskey(begun.options);
  return call("POST", MINE, { body: { credential, label } });
}

export function renamePasskey(passkeyId: string, label: string): Promise<unknown> {
  return call("PUT", one(passkeyId), { body: { label } });
}

/** Raises `passkeys.proof_needed` when the session is not young enough by itself. */
export function removePasskey(passkeyId: string, proof: OwnProof | null): Promise<unknown> {
  return call("DELETE", one(passkeyId), { body: { ...proof, sure: true } });
}

/** Has the person show a passkey of theirs, as proof of who they are. */
export async function proveByPasskey(): Promise<OwnProof> {
  const begun = await call<{ options: CeremonyJson }>("POST", `${MINE}/proof`, { body: {} });
  const shown = await showPasskey(begun.options, new AbortController().signal);
  return { kind: "passkey", code: JSON.stringify(shown) };
}

/** Signs in by whichever passkey the person shows. */
export async function enterByPasskey(
  device_name: string,
  signal: AbortSignal,
  quietly = false,
): Promise<Session> {
  const begun = await call<{ options: CeremonyJson }>("POST", `${ENTER}/begin`, {
    body: {},
    open: true,
  });
  const credential = await showPasskey(begun.options, signal, quietly);
  const body = { credential, device_name };
  return sessionFrom(await call<PasskeySessionOut>("POST", ENTER, { body, open: true }));
}
