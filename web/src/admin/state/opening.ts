import type { Draft, Policy } from "../api/gate";
import { ANY } from "./cells";

/** How a new house lets people in. */
export type Opening = "invite" | "open" | "paced" | "closed";

export interface OpeningPlan {
  opening: Opening;
  pace: string;
  reasonZh: string;
  reasonEn: string;
  necessity: string;
}

export const INVITED = {
  zh: "本站刚刚开张，目前凭邀请加入。",
  en: "This house has just opened, and lets people in by invitation.",
};
const JUSTIFICATION =
  "本站运营者自己的决定：先凭邀请，慢慢来。 Our own decision: by invitation first, so that the house grows slowly.";

export function emptyOpening(): OpeningPlan {
  return { opening: "invite", pace: "10", reasonZh: "", reasonEn: "", necessity: "" };
}

/** The policies over every scope at once, which an opening replaces. */
export function wholePolicies(policies: readonly Policy[]): Policy[] {
  return policies.filter((one) =>
    [one.region, one.account_class, one.door].every((id) => id === ANY),
  );
}

/** What is put in force; null for an open house. */
export function openingDraft(plan: OpeningPlan): Draft | null {
  const everywhere = { region: ANY, account_class: ANY, door: ANY };
  switch (plan.opening) {
    case "open":
      return null;
    case "paced":
      return { ...everywhere, state: "paced", pace_per_minute: Number(plan.pace) };
    case "invite":
      return {
        ...everywhere,
        state: "invite_only",
        reason: INVITED,
        own_decision: true,
        justification: JUSTIFICATION,
      };
    case "closed":
      return {
        ...everywhere,
        state: "suspended",
        reason: { zh: plan.reasonZh.trim(), en: plan.reasonEn.trim() },
        own_decision: true,
        justification: plan.necessity.trim(),
        technical_necessity: plan.necessity.trim(),
      };
  }
}
