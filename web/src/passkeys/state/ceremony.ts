import { ApiError } from "../../http/call";

/** WebAuthn's own JSON, as the server writes and reads it. */
export type CeremonyJson = Record<string, unknown>;

interface Named {
  id: string;
}

/** Whether this browser, at this address, can have passkeys at all: a bare address cannot. */
export function passkeysPossible(): boolean {
  const bare = /^[\d.]+$|:/.test(location.hostname);
  return !bare && isSecureContext && "PublicKeyCredential" in window;
}

/** Whether the browser offers passkeys among what it fills in by itself. */
export async function canOfferQuietly(): Promise<boolean> {
  if (!passkeysPossible()) return false;
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
}

/** Has the person make a passkey. Raises `ApiError` when they did not, or it is there already. */
export async function makePasskey(options: CeremonyJson): Promise<CeremonyJson> {
  const user = options["user"] as Named;
  const known = (options["excludeCredentials"] ?? []) as Named[];
  const publicKey = {
    ...options,
    challenge: bytesOf(String(options["challenge"])),
    user: { ...user, id: bytesOf(user.id) },
    excludeCredentials: known.map((one) => ({ ...one, id: bytesOf(one.id) })),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = await ceremony(() => navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  return answerOf(made, {
    clientDataJSON: response.clientDataJSON,
    attestationObject: response.attestationObject,
  });
}

/** Has the person show a passkey; `quietly`: only if they choose it where they would type. */
export async function showPasskey(
  options: CeremonyJson,
  signal: AbortSignal,
  quietly = false,
): Promise<CeremonyJson> {
  const publicKey = {
    ...options,
    challenge: bytesOf(String(options["challenge"])),
    allowCredentials: [],
  } as unknown as PublicKeyCredentialRequestOptions;
  const asked: CredentialRequestOptions = { publicKey, signal };
  if (quietly) asked.mediation = "conditional";
  const shown = await ceremony(() => navigator.credentials.get(asked));
  const response = shown.response as AuthenticatorAssertionResponse;
  return answerOf(shown, {
    clientDataJSON: response.clientDataJSON,
    authenticatorData: response.authenticatorData,
    signature: response.signature,
    userHandle: response.userHandle,
  });
}

async function ceremony(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const given = await ask();
    if (given) return given as PublicKeyCredential;
  } catch (cause) {
    const there = cause instanceof DOMException && cause.name === "InvalidStateError";
    const code = there ? "passkeys.already_there" : "passkeys.cancelled";
    throw new ApiError(0, code, String(cause), null, {});
  }
  throw new ApiError(0, "passkeys.cancelled", "nothing was given", null, {});
}

function answerOf(given: PublicKeyCredential, parts: Record<string, ArrayBuffer | null>) {
  const response: Record<string, string> = {};
  for (const [name, bytes] of Object.entries(parts)) if (bytes) response[name] = textOf(bytes);
  return { id: given.id, rawId: textOf(given.rawId), type: given.type, response };
}

/** The bytes of URL-safe base 64 without padding. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

/** The opposite of `bytesOf`. */
export function textOf(bytes: ArrayBuffer): string {
  const raw = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
