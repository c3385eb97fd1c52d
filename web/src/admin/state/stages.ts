import { type Key, t } from "../../i18n/index.svelte";
import type { StageRules } from "../api/standing";

export const STAGES = ["newcomer", "member", "trusted"] as const;
export const ACTS = [
  "direct_chats",
  "invites",
  "public_rooms",
  "joins",
  "upload_bytes",
  "searches",
] as const;
export const DAYS = [
  "newcomer_days",
  "burst_days",
  "member_after_days",
  "active_days",
  "at_most_days",
] as const;
const MEGABYTE = 1_048_576;

/** The rules as they stand in fields: texts, empty where there is no limit, uploads in MB. */
export interface Typed {
  days: Record<string, string>;
  limits: Record<string, Record<string, string>>;
}

export function typed(rules: StageRules): Typed {
  const limits: Typed["limits"] = {};
  for (const stage of STAGES) {
    const row: Record<string, string> = {};
    for (const act of ACTS) {
      const most = rules.limits[stage]?.[act];
      row[act] = most === undefined ? "" : String(act === "upload_bytes" ? most / MEGABYTE : most);
    }
    limits[stage] = row;
  }
  return { days: Object.fromEntries(DAYS.map((name) => [name, String(rules[name])])), limits };
}

export function rulesOf(fields: Typed): StageRules {
  const limits: Record<string, Record<string, number>> = {};
  for (const stage of STAGES) {
    const row: Record<string, number> = {};
    for (const act of ACTS) {
      const text = String(fields.limits[stage]?.[act] ?? "").trim();
      if (text === "") continue;
      row[act] = act === "upload_bytes" ? Math.round(Number(text) * MEGABYTE) : Number(text);
    }
    if (Object.keys(row).length > 0) limits[stage] = row;
  }
  const day = (name: string) => Number(fields.days[name]);
  return {
    newcomer_days: day("newcomer_days"),
    burst_days: day("burst_days"),
    member_after_days: day("member_after_days"),
    active_days: day("active_days"),
    at_most_days: day("at_most_days"),
    limits,
  };
}

export const stageName = (stage: string) => t(`standing.${stage}` as Key);
export const stagedActName = (act: string) => t(`standing.${act}` as Key);

const most = (text: string | undefined) => text || t("admin.stages.none");

/** What would be otherwise, a sentence for each. */
export function differences(before: Typed, after: Typed): string[] {
  const found: string[] = [];
  const say = (what: string, was: string, is: string) => {
    if (was !== is) found.push(t("admin.stages.change", { what, before: was, after: is }));
  };
  for (const name of DAYS) {
    say(t(`admin.stages.${name}` as Key), before.days[name] ?? "", after.days[name] ?? "");
  }
  for (const stage of STAGES) {
    for (const act of ACTS) {
      const what = t("admin.stages.limit", { act: stagedActName(act), stage: stageName(stage) });
      say(what, most(before.limits[stage]?.[act]), most(after.limits[stage]?.[act]));
    }
  }
  return found;
}
