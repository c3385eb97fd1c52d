/** A minute of the day as a clock shows it. */
export function clockText(minute: number): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** The minute of the day of a clock's time; `null` when there is none. */
export function minuteOf(clock: string): number | null {
  const found = /^(\d{1,2}):(\d{2})/.exec(clock);
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}

/** An amount in minor units as it is typed, with two digits behind the point. */
export function amountText(minor: number): string {
  return (minor / 100).toFixed(2);
}

/** The minor units of an amount that was typed; `null` when there is none. */
export function minorOf(amount: string): number | null {
  const number = Number.parseFloat(amount);
  return Number.isFinite(number) ? Math.round(number * 100) : null;
}
