import type { OwnProof } from "../../accounts/api/sessions";
import { call } from "../../http/call";
import type { Lang } from "../../i18n/index.svelte";

/** What a child shows to a guardian: the same at every look, until another is asked for. */
export interface Asked {
  code: string;
  link: string;
  qr_svg: string;
  expires_at: string;
}

/** An account that the caller is the guardian of. */
export interface Child {
  user_id: string;
  since: string;
  of_age_on: string;
  /** When it is erased, once the guardian has withdrawn. */
  erased_on: string | null;
}

const ask = (code: string) => `/api/v1/guardian/asks/${encodeURIComponent(code)}`;
const child = (user: string) => `/api/v1/guardian/children/${encodeURIComponent(user)}`;

export function askGuardian(id: string): Promise<Asked> {
  return call("POST", `/api/v1/registrations/${encodeURIComponent(id)}/guardian`, { open: true });
}

/** Another code; the one before is no longer good. */
export function askAnew(id: string): Promise<Asked> {
  const place = `/api/v1/registrations/${encodeURIComponent(id)}/guardian/anew`;
  return call("POST", place, { open: true });
}

export function lookAtAsk(code: string): Promise<{ expires_at: string }> {
  return call("GET", ask(code));
}

export function agreeToAsk(
  code: string,
  proof: OwnProof,
  birth_month: string,
  lang: Lang,
): Promise<unknown> {
  return call("POST", `${ask(code)}/agree`, { body: { ...proof, birth_month, lang } });
}

export function declineAsk(code: string, reason: string): Promise<unknown> {
  return call("POST", `${ask(code)}/decline`, { body: { reason } });
}

export async function fetchChildren(): Promise<Child[]> {
  return (await call<{ children: Child[] }>("GET", "/api/v1/guardian/children")).children;
}

export function withdrawConsent(user: string, proof: OwnProof): Promise<unknown> {
  return call("POST", `${child(user)}/withdraw`, { body: proof });
}

export function takeBack(user: string): Promise<unknown> {
  return call("POST", `${child(user)}/restore`);
}
