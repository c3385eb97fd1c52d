import { clockText, minuteOf } from "../../minors/state/limits";
import type { DayPlanWire } from "../../wire.gen";

const DAY_MINUTES = 1440;

/** A day as it is typed: minutes, and the hours by a clock; what is empty is not set. */
export interface TypedDay {
  minutes: string;
  from: string;
  until: string;
}

export const NO_DAY: TypedDay = { minutes: "", from: "", until: "" };

/** What was set as it is typed: midnight at the end of a day is 00:00 there. */
export function typedDay(day: DayPlanWire | null): TypedDay {
  if (!day) return { ...NO_DAY };
  const clock = (minute: number | null) => (minute === null ? "" : clockText(minute % DAY_MINUTES));
  const minutes = day.minutes === null ? "" : String(day.minutes);
  return { minutes, from: clock(day.begins_minute), until: clock(day.ends_minute) };
}

/** What was typed, as the server takes it. */
export function dayOf(typed: TypedDay): DayPlanWire {
  const minutes = Number.parseInt(typed.minutes, 10);
  const ends = minuteOf(typed.until);
  return {
    minutes: Number.isNaN(minutes) ? null : minutes,
    begins_minute: minuteOf(typed.from),
    ends_minute: ends === 0 ? DAY_MINUTES : ends,
  };
}

/** Whether anything was typed. */
export const isTyped = (typed: TypedDay) =>
  Boolean(typed.minutes.trim() || typed.from || typed.until);

/** The name of a day of the week; Monday is 0. */
export function weekdayText(weekday: number, tag: string): string {
  const monday = Date.UTC(2026, 0, 5);
  const words = new Intl.DateTimeFormat(tag, { weekday: "long", timeZone: "UTC" });
  return words.format(monday + weekday * 86_400_000);
}
