import { langTag } from "./index.svelte";

const DAY_MS = 86_400_000;

function format(at: number, options: Intl.DateTimeFormatOptions, tag = langTag()): string {
  return new Intl.DateTimeFormat(tag, options).format(at);
}

/** Days between the calendar days of two instants (ms), in the person's own time zone. */
function daysApart(at: number, now: number): number {
  const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(at)) / DAY_MS);
}

export function timeOfDay(at: number): string {
  return format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** The day `at` (ms), as a heading between messages: today, yesterday, or the date. */
export function dayText(at: number, now: number): string {
  const days = daysApart(at, now);
  if (days === 0 || days === 1) {
    return new Intl.RelativeTimeFormat(langTag(), { numeric: "auto" }).format(-days, "day");
  }
  const thisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(at, {
    month: "long",
    day: "numeric",
    weekday: "short",
    ...(thisYear ? {} : { year: "numeric" }),
  });
}

/** The shortest that places `at` (ms) in a list: time today, weekday this week, else the date. */
export function listTime(at: number, now: number): string {
  const days = daysApart(at, now);
  if (days <= 0) return timeOfDay(at);
  if (days < 2) return dayText(at, now);
  if (days < 7) return format(at, { weekday: "short" });
  return format(at, { year: "2-digit", month: "numeric", day: "numeric" });
}

/** A date of the server (ISO 8601) or an instant (ms) in words; empty when there is none. */
export function dateText(at: string | number | null | undefined): string {
  if (at === null || at === undefined || at === "") return "";
  const ms = typeof at === "number" ? at : Date.parse(at);
  return Number.isNaN(ms) ? String(at) : format(ms, { dateStyle: "medium" });
}

/** As `dateText`, with the time. */
export function momentText(at: string | number | null | undefined, tag = langTag()): string {
  if (at === null || at === undefined || at === "") return "";
  const ms = typeof at === "number" ? at : Date.parse(at);
  if (Number.isNaN(ms)) return String(at);
  return format(ms, { dateStyle: "medium", timeStyle: "short" }, tag);
}

/** `1:05` for 65,000 ms. */
export function lengthText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long it is from `now` until `at` (ms), or how long ago: in days, hours or minutes. */
export function fromNowText(at: number, now: number): string {
  const words = new Intl.RelativeTimeFormat(langTag(), { numeric: "always" });
  const left = at - now;
  const far = Math.abs(left);
  if (far >= 2 * DAY_MS) return words.format(Math.trunc(left / DAY_MS), "day");
  if (far >= 2 * HOUR_MS) return words.format(Math.trunc(left / HOUR_MS), "hour");
  return words.format(Math.trunc(left / MINUTE_MS), "minute");
}
