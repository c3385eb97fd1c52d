import { call } from "../../http/call";

export interface Standing {
  stage: "newcomer" | "member" | "trusted";
  since: string | null;
  why: string | null;
  reason: string;
  allowances: { act: string; per_day: number; used: number }[];
  member_from: string | null;
  member_at: string | null;
  active_days: number;
  active_days_needed: number;
}

export function fetchStanding(): Promise<Standing> {
  return call("GET", "/api/v1/standing");
}
