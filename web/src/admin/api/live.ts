import { ask } from "./ask";

export type Outcome = "admitted" | "refused" | "paced";

export interface ScopeFigures {
  door: string;
  account_class: string;
  region: string;
  outcome: Outcome;
  policy_id: string | null;
  minute: number;
  hour: number;
  day: number;
}

export interface MinuteFigures {
  at: string;
  admitted: number;
  refused: number;
  paced: number;
}

export interface Live {
  generated_at: string;
  scopes: ScopeFigures[];
  minutes: MinuteFigures[];
}

export function fetchLive(): Promise<Live> {
  return ask("GET", "/live");
}
