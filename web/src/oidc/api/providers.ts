import { sessionFrom } from "../../accounts/api/registrations";
import type { OwnProof } from "../../accounts/api/sessions";
import type { Session } from "../../accounts/state/session.svelte";
import { call } from "../../http/call";

export interface Provider {
  id: string;
  name: string;
}

export interface Arrival {
  provider: string;
  provider_name: string;
  localpart: string;
  display_name: string;
  policy_version: string;
}

export interface Link {
  provider: string;
  name: string;
  linked_at: string;
}

type Credentials = Parameters<typeof sessionFrom>[0];
const MINE = "/api/v1/account/providers";

export async function fetchProviders(): Promise<Provider[]> {
  const found = await call<{ providers: Provider[] }>("GET", "/api/v1/oidc/providers", {
    open: true,
  });
  return found.providers;
}

/** Where the browser goes to sign in by a provider; it comes back with `?loginToken=`. */
export function wayTo(provider: string): string {
  const back = encodeURIComponent(`${location.origin}/`);
  return `/api/v1/oidc/go/${encodeURIComponent(provider)}?redirectUrl=${back}`;
}

export async function enterByToken(token: string, device_name: string): Promise<Session> {
  const body = { type: "m.login.token", token, initial_device_display_name: device_name };
  return sessionFrom(
    await call<Credentials>("POST", "/_matrix/client/v3/login", { body, open: true }),
  );
}

export function lookAt(arrival: string): Promise<Arrival> {
  return call("POST", "/api/v1/oidc/arrival", {
    body: { arrival },
    open: true,
    cookie: true,
  });
}

/** Makes the account; `goTo` is where another client waits for it. */
export async function registerBy(body: {
  arrival: string;
  policy_version: string;
  username: string;
  display_name?: string;
  device_name: string;
  lang: string;
}): Promise<{ session: Session; goTo: string | null }> {
  const made = await call<Credentials & { return_to: string | null }>(
    "POST",
    "/api/v1/oidc/register",
    { body, open: true, cookie: true },
  );
  return { session: sessionFrom(made), goTo: made.return_to };
}

export async function fetchLinks(): Promise<Link[]> {
  return (await call<{ links: Link[] }>("GET", MINE)).links;
}

export function linkProvider(proof: OwnProof, arrival: string, lang: string): Promise<unknown> {
  return call("POST", MINE, { body: { ...proof, arrival, lang }, cookie: true });
}

export function unlinkProvider(proof: OwnProof, provider: string): Promise<unknown> {
  return call("POST", `${MINE}/remove`, { body: { ...proof, provider } });
}
