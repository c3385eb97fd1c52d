import { call } from "../../http/call";

/** As in the document; it goes to the provider and is not kept. */
export interface Identity {
  name: string;
  number: string;
  document: "resident" | "other";
  consent: boolean;
}

export interface Realname {
  level: string;
  provider: string | null;
  proved_at: string | null;
  /** Whether anybody confirms identities for this house. */
  offered: boolean;
}

export function fetchRealname(): Promise<Realname> {
  return call("GET", "/api/v1/account/realname");
}

export function confirmIdentity(identity: Identity, lang: string): Promise<Realname> {
  return call("POST", "/api/v1/account/realname", { body: { ...identity, lang } });
}

/** For somebody whose registration waits for it. */
export function confirmForSignUp(id: string, identity: Identity): Promise<unknown> {
  const path = `/api/v1/registrations/${encodeURIComponent(id)}/realname`;
  return call("POST", path, { body: identity, open: true });
}
