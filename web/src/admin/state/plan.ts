import type { GateState } from "../../gate/api/status";
import type { Key } from "../../i18n/index.svelte";
import type { Draft, LegalBasis } from "../api/gate";
import { ANY } from "./cells";

export const JUSTIFICATION_LETTERS_MIN = 12;

/** A measure while it is being thought of, as the wizard's fields hold it. */
export interface Plan {
  regions: string[];
  classes: string[];
  doors: string[];
  state: GateState;
  pace: string;
  /** Whether people may wait for their turn, where that is not so anyway. */
  waitingList: boolean;
  /** How many of a waiting list are called a minute; empty: operators call them. */
  listPace: string;
  reasonZh: string;
  reasonEn: string;
  basis: "law" | "own";
  laws: LegalBasis[];
  justification: string;
  necessity: string;
  /** Local times, as `datetime-local` writes them; empty for at once, or for not known. */
  from: string;
  until: string;
  resume: string;
  stillZh: string;
  stillEn: string;
  contact: string;
  campaign: string;
  /** The work whose verified end opens it; empty: somebody does. */
  work: string;
  resumePace: string;
}

export type PlanField =
  | "regions"
  | "classes"
  | "doors"
  | "pace"
  | "listPace"
  | "reasonZh"
  | "reasonEn"
  | "basis"
  | "justification"
  | "necessity"
  | "until"
  | "resumePace"
  | "still";

export function emptyPlan(scope: readonly (string | undefined)[] = []): Plan {
  const [region, accountClass, door] = scope;
  return {
    regions: region ? [region] : [],
    classes: accountClass ? [accountClass] : [],
    doors: door ? [door] : [],
    state: "paced",
    pace: "60",
    waitingList: false,
    listPace: "",
    reasonZh: "",
    reasonEn: "",
    basis: "law",
    laws: [{ law: "", article: "", order: "" }],
    justification: "",
    necessity: "",
    from: "",
    until: "",
    resume: "",
    stillZh: "",
    stillEn: "",
    contact: "",
    campaign: "",
    work: "",
    resumePace: "60",
  };
}

/** Whether the state shuts anybody out, so that people must be told why. */
export function shuts(state: GateState): boolean {
  return state === "waitlist" || state === "invite_only" || state === "suspended";
}

function moment(local: string): string | undefined {
  const at = Date.parse(local);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** The policies that make up a plan: one for each region, class and door chosen. */
export function draftsOf(plan: Plan): Draft[] {
  const words = wordsOf(plan);
  return plan.regions.flatMap((region) =>
    plan.classes.flatMap((account_class) =>
      plan.doors.map((door) => ({ region, account_class, door, ...words })),
    ),
  );
}

function wordsOf(plan: Plan): Omit<Draft, "region" | "account_class" | "door"> {
  const from = moment(plan.from);
  const until = moment(plan.until);
  const resume = moment(plan.resume);
  const own = plan.basis === "own";
  const laws = plan.laws
    .map((one) => ({
      law: one.law.trim(),
      article: one.article.trim(),
      order: one.order.trim(),
    }))
    .filter((one) => one.law || one.article || one.order);
  return {
    state: plan.state,
    ...(plan.state === "paced" ? { pace_per_minute: Number(plan.pace) } : {}),
    ...(plan.state === "waitlist" && plan.listPace
      ? { pace_per_minute: Number(plan.listPace) }
      : {}),
    ...(asksForList(plan) && plan.waitingList ? { waiting_list: true } : {}),
    ...(from ? { effective_from: from } : {}),
    ...(until ? { effective_until: until } : {}),
    ...(resume ? { expected_resume: resume } : {}),
    reason: { zh: plan.reasonZh.trim(), en: plan.reasonEn.trim() },
    own_decision: own,
    ...(own ? { justification: plan.justification.trim() } : { legal_basis: laws }),
    technical_necessity: plan.necessity.trim(),
    ...(plan.stillZh.trim() && plan.stillEn.trim()
      ? { still_works: { zh: plan.stillZh.trim(), en: plan.stillEn.trim() } }
      : {}),
    contact: plan.contact.trim(),
    ...(plan.campaign.trim() ? { related_campaign: plan.campaign.trim() } : {}),
    ...(waits(plan)
      ? { resume_on: plan.work, resume_pace_per_minute: Number(plan.resumePace) }
      : {}),
  };
}

export type Wrong = Partial<Record<PlanField, Key>>;

/** What keeps the scope from being one. */
export function wrongScope(plan: Plan): Wrong {
  return {
    ...(plan.regions.length ? {} : { regions: "admin.plan.choose_region" as const }),
    ...(plan.classes.length ? {} : { classes: "admin.plan.choose_class" as const }),
    ...(plan.doors.length ? {} : { doors: "admin.plan.choose_door" as const }),
  };
}

/** Whether it is to be said if people may wait; a waiting list and a pace for all doors have one. */
export function asksForList(plan: Plan): boolean {
  const single = plan.doors.some((door) => door !== ANY);
  return plan.state === "suspended" || (plan.state === "paced" && single);
}

/** Whether the plan opens by itself when a work is verified. */
export function waits(plan: Plan): boolean {
  return plan.work !== "" && shuts(plan.state);
}

export function wrongPace(plan: Plan): Wrong {
  return {
    ...(plan.state === "paced" && !isPace(plan.pace)
      ? { pace: "admin.plan.bad_pace" as const }
      : {}),
    ...(plan.state === "waitlist" && plan.listPace && !isPace(plan.listPace)
      ? { listPace: "admin.plan.bad_pace" as const }
      : {}),
    ...(waits(plan) && !isPace(plan.resumePace)
      ? { resumePace: "admin.plan.bad_pace" as const }
      : {}),
  };
}

function isPace(written: string): boolean {
  const pace = Number(written);
  return Number.isInteger(pace) && pace >= 1 && pace <= 1_000_000;
}

/** What is still missing from what people are told; the server judges the words themselves. */
export function wrongWords(plan: Plan, now: number): Wrong {
  const wrong: Wrong = {};
  const until = Date.parse(plan.until);
  const from = plan.from ? Date.parse(plan.from) : now;
  if (plan.until && !(until > Math.max(from, now))) wrong.until = "admin.plan.bad_until";
  if (plan.until && waits(plan)) wrong.until = "admin.plan.no_until";
  if (Boolean(plan.stillZh.trim()) !== Boolean(plan.stillEn.trim()))
    wrong.still = "admin.plan.both_languages";
  if (!shuts(plan.state)) return wrong;
  if (!plan.reasonZh.trim()) wrong.reasonZh = "admin.plan.say_why_zh";
  if (!plan.reasonEn.trim()) wrong.reasonEn = "admin.plan.say_why_en";
  if (plan.basis === "own" && plan.justification.trim().length < JUSTIFICATION_LETTERS_MIN)
    wrong.justification = "admin.plan.justify";
  if (plan.basis === "law" && !plan.laws.every(named)) wrong.basis = "admin.plan.name_law";
  if (plan.state === "suspended" && !plan.necessity.trim())
    wrong.necessity = "admin.plan.say_necessity";
  return wrong;
}

function named(one: LegalBasis): boolean {
  return Boolean(one.law.trim()) && Boolean(one.article.trim() || one.order.trim());
}

const FIELD_OF: Record<string, PlanField> = {
  "gate.policy_without_reason": "reasonEn",
  "gate.policy_without_necessity": "necessity",
  "gate.bad_times": "until",
  "gate.bad_pace": "pace",
};

/** Which field a refusal of the server is about. */
export function fieldOf(code: string, plan: Plan): PlanField | null {
  if (code === "gate.policy_without_basis") return plan.basis === "own" ? "justification" : "basis";
  return FIELD_OF[code] ?? null;
}

/** How many of the dimensions are wider than one. */
export function breadth(plan: Plan): number {
  const wide = (chosen: string[]) => chosen.length > 1 || chosen.includes(ANY);
  return [plan.regions, plan.classes, plan.doors].filter(wide).length;
}

/** Chooses `id`, or no longer; everything and single ones exclude each other. */
export function toggled(chosen: readonly string[], id: string): string[] {
  if (chosen.includes(id)) return chosen.filter((one) => one !== id);
  return id === ANY ? [ANY] : [...chosen.filter((one) => one !== ANY), id];
}
