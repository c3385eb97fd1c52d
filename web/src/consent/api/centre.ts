import type { OwnProof } from "../../accounts/api/sessions";
import { call, callBytes } from "../../http/call";
import type { Lang } from "../../i18n/index.svelte";
import type {
  AlgorithmsWire,
  AsksWire,
  DueWire,
  ExportsWire,
  FiguresWire,
  HeldListWire,
  PublicPageWire,
  PublicRoomsWire,
  RequestFiled,
  RightsRequestWire,
} from "../../wire.gen";

/** What the server holds of the person: kinds, counts, and when the last came. */
export function fetchHeld(): Promise<HeldListWire> {
  return call("GET", "/api/v1/account/held");
}

/** What decides, ranks or points by itself in this house. */
export function fetchAlgorithms(): Promise<AlgorithmsWire> {
  return call("GET", "/api/v1/algorithms", { open: true });
}

/** What changed in the policy since the person answered. */
export function fetchDue(lang: Lang): Promise<DueWire> {
  return call("GET", "/api/v1/account/consents/due", { query: { lang } });
}

/** Answers what was asked anew, purpose by purpose; a no takes nothing away. */
export function answerDue(
  version: string,
  accept: string[],
  decline: string[],
  lang: Lang,
): Promise<unknown> {
  const body = { accept, decline, lang, policy_version: version };
  return call("POST", "/api/v1/account/consents", { body });
}

/** What the person said "not now" to, and when the app may ask again by itself. */
export function fetchAsks(): Promise<AsksWire> {
  return call("GET", "/api/v1/account/asks");
}

/** Notes a "not now" to the notice that the policy changed, or that it was answered. */
export function notePolicyAsk(accepted: boolean): Promise<AsksWire> {
  return call("POST", "/api/v1/account/asks", { body: { ask: "policy", accepted } });
}

/** Shows once more that it is the owner, for what is sensitive. */
export function stepUp(proof: OwnProof): Promise<unknown> {
  return call("POST", "/api/v1/account/step-up", { body: proof });
}

export function fetchExports(): Promise<ExportsWire> {
  return call("GET", "/api/v1/account/exports");
}

export function askExport(version: string, lang: Lang): Promise<unknown> {
  return call("POST", "/api/v1/account/exports", { body: { policy_version: version, lang } });
}

export function downloadExport(id: string): Promise<Blob> {
  return callBytes(`/api/v1/account/exports/${encodeURIComponent(id)}/file`);
}

export function fileRequest(
  kind: string,
  text: string,
  contact: string,
  version: string,
  lang: Lang,
): Promise<RequestFiled> {
  const body = { kind, text, contact, policy_version: version, lang };
  return call("POST", "/api/v1/requests", { body });
}

export function lookRequest(reference: string): Promise<RightsRequestWire> {
  return call("GET", `/api/v1/requests/${encodeURIComponent(reference)}`, { open: true });
}

export function fetchFigures(): Promise<FiguresWire> {
  return call("GET", "/api/v1/requests/figures", { open: true });
}

export function fetchPublicRooms(): Promise<PublicRoomsWire> {
  return call("GET", "/api/v1/public/rooms", { open: true });
}

export function fetchPublicRoom(id: string): Promise<PublicPageWire> {
  return call("GET", `/api/v1/public/rooms/${encodeURIComponent(id)}`, { open: true });
}
