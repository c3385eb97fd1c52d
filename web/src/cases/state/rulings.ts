import { type Key, t } from "../../i18n/index.svelte";
import { categoryName } from "./categories";
import { caseActName, caseKindName, deciderName } from "./words";

const NAMES: Record<string, Key> = {
  "class/personal": "ruling.class.personal",
  "class/official": "ruling.class.official",
  "class/developer": "ruling.class.developer",
  "class/enterprise": "ruling.class.enterprise",
  "appeals/filed": "ruling.appeals.filed",
  "appeals/upheld": "ruling.appeals.upheld",
  "appeals/overturned": "ruling.appeals.overturned",
  "signed/signed": "ruling.signed.signed",
  "signed/reviewed": "ruling.signed.reviewed",
  "review/confirmed": "ruling.review.confirmed",
  "review/dismissed": "ruling.review.dismissed",
  "review/time": "ruling.review.time",
  "ended/met": "ruling.ended.met",
  "ended/unmet": "ruling.ended.unmet",
  "ended/dismissed": "ruling.ended.dismissed",
  "ended/time": "ruling.ended.time",
  "ended/confirmed": "ruling.ended.confirmed",
  "ended/appeal": "ruling.ended.appeal",
  "appeal/waiting": "ruling.appeal.waiting",
  "appeal/upheld": "ruling.appeal.upheld",
  "appeal/overturned": "ruling.appeal.overturned",
};

/** What a name of the register is called; one that we do not know is shown as it is. */
export function rulingName(kind: string, id: string): string {
  const key = NAMES[`${kind}/${id}`];
  return key ? t(key) : id.replaceAll("_", " ");
}

type Counted = "reports" | "cases" | "measures" | "rules" | "deciders" | "appeals";

/** Which figures are shown, and what their parts are called. */
export const FIGURES: readonly [Counted, Key, (id: string) => string][] = [
  ["reports", "ruling.reports", categoryName],
  ["cases", "ruling.cases", caseKindName],
  ["measures", "ruling.measures", caseActName],
  ["rules", "ruling.rules", (id) => id],
  ["deciders", "ruling.deciders", deciderName],
  ["appeals", "ruling.appeals", (id) => rulingName("appeals", id)],
];

/** A count; one that is too small to be told says so. */
export const countOf = (count: number | null): string =>
  count === null ? t("ruling.few") : String(count);

/** The last `months` months that are over at `now`, as `2026-01`: the first and the last. */
export function monthsBefore(now: Date, months: number): [string, string] {
  const named = (back: number) => {
    const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1));
    return at.toISOString().slice(0, 7);
  };
  return [named(months), named(1)];
}

const DAY_MS = 86_400_000;

/** The last `days` days up to that of `now` (UTC), as `2026-01-31`: the first and the last. */
export function lastDays(now: Date, days: number): [string, string] {
  const named = (back: number) =>
    new Date(now.getTime() - back * DAY_MS).toISOString().slice(0, 10);
  return [named(days - 1), named(0)];
}

/** Hours in words; none when there were too few for a median. */
export const hoursOf = (hours: number | null): string =>
  hours === null ? t("ruling.few") : t("ruling.hours", { hours: String(hours) });
