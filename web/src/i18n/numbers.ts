import { langTag } from "./index.svelte";

export function countText(value: number): string {
  return new Intl.NumberFormat(langTag(), { maximumFractionDigits: 0 }).format(value);
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

function unitText(value: number, unit: string, digits = 0): string {
  const style = { style: "unit", unit, unitDisplay: "short" } as const;
  return new Intl.NumberFormat(langTag(), { ...style, maximumFractionDigits: digits }).format(
    value,
  );
}

export function bytesText(bytes: number): string {
  const step = Math.min(
    UNITS.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)),
  );
  const value = bytes / 1000 ** step;
  return unitText(value, UNITS[step] ?? "byte", value < 10 && step > 0 ? 1 : 0);
}

/** How long something takes: its two largest units. */
export function spanText(seconds: number): string {
  if (seconds < 60) return unitText(seconds, "second", seconds < 10 ? 1 : 0);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return unitText(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  if (hours < 24)
    return [unitText(hours, "hour"), minutes % 60 ? unitText(minutes % 60, "minute") : ""]
      .filter(Boolean)
      .join(" ");
  const days = Math.floor(hours / 24);
  return [unitText(days, "day"), hours % 24 ? unitText(hours % 24, "hour") : ""]
    .filter(Boolean)
    .join(" ");
}

export const millisecondsText = (ms: number) => unitText(ms, "millisecond", ms < 10 ? 1 : 0);
