import { call } from "../../http/call";

export interface Vouch {
  vouch_id: string;
  created_at: string;
  expires_at: string;
  state: "open" | "joined" | "expired" | "taken_back";
}

export interface Vouching {
  left: number;
  hindrance: string | null;
  until: string | null;
  vouches: Vouch[];
}

export interface Given {
  vouch: Vouch;
  token: string;
  link: string;
  qr_svg: string;
}

export function fetchVouching(): Promise<Vouching> {
  return call("GET", "/api/v1/vouches");
}

export function giveVouch(minutes: number): Promise<Given> {
  return call("POST", "/api/v1/vouches", { body: { minutes } });
}

export function takeBack(id: string): Promise<unknown> {
  return call("DELETE", `/api/v1/vouches/${encodeURIComponent(id)}`);
}
