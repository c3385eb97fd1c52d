import { call } from "../../http/call";
import type { HolderWire } from "../../wire.gen";

const MINE = "/api/v1/minors/me/phone-holder";

/** What goes to the verifier, and is not kept; `number` only where it asks for one. */
export interface HolderAsked {
  name: string;
  number: string;
  document: string;
  consent: boolean;
}

/** Whether one's age can be told by who knows the holder of one's number. */
export function fetchHolder(): Promise<HolderWire> {
  return call("GET", MINE);
}

export function confirmHolder(asked: HolderAsked, lang: string): Promise<HolderWire> {
  return call("POST", MINE, { body: { ...asked, lang } });
}
