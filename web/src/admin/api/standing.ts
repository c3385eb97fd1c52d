import { ask } from "./ask";

/** What each stage may do in a day, and for how many days one is new. */
export interface StageRules {
  newcomer_days: number;
  burst_days: number;
  member_after_days: number;
  active_days: number;
  at_most_days: number;
  limits: Partial<Record<string, Record<string, number>>>;
}

/** How many accounts are at each stage, and what rules would do to them. */
export interface StagesPreview {
  stages: Record<string, number>;
  newcomers: Record<string, number>;
  promoted: number;
  reached: { stage: string; act: string; accounts: number }[];
}

const RULES = "/standing/rules";

export const fetchStageRules = (): Promise<StageRules> => ask("GET", RULES);

export const previewStageRules = (rules: StageRules): Promise<StagesPreview> =>
  ask("POST", `${RULES}/preview`, { body: rules });

export const setStageRules = (rules: StageRules): Promise<StageRules> =>
  ask("PUT", RULES, { body: rules });

const barOf = (accountId: string) => `/vouching/bars/${encodeURIComponent(accountId)}`;

/** Until when an account may not vouch, because of a friend; null when it may. */
export const fetchBar = (accountId: string): Promise<{ until: string | null }> =>
  ask("GET", barOf(accountId));

export const liftBar = (accountId: string, reason: string): Promise<{ until: string | null }> =>
  ask("POST", `${barOf(accountId)}/lift`, { body: { reason } });
