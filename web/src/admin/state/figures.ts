import type { MinuteFigures, Outcome, ScopeFigures } from "../api/live";

export const OUTCOMES: readonly Outcome[] = ["admitted", "paced", "refused"];
export const WINDOWS = ["minute", "hour", "day"] as const;
export type Window = (typeof WINDOWS)[number];

/** How many had an outcome in a window, over all scopes. */
export function total(scopes: readonly ScopeFigures[], outcome: Outcome, window: Window): number {
  return scopes.reduce((sum, one) => sum + (one.outcome === outcome ? one[window] : 0), 0);
}

/** The scopes in the order of how much happened in the last hour, then in the day. */
export function busiest(scopes: readonly ScopeFigures[]): ScopeFigures[] {
  return [...scopes].sort((a, b) => b.hour - a.hour || b.day - a.day);
}

export interface Bar {
  outcome: Outcome;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The bars of an hour, stacked, in a box of `width` by `height`; nothing at all draws nothing. */
export function bars(minutes: readonly MinuteFigures[], width: number, height: number): Bar[] {
  const most = Math.max(1, ...minutes.map((one) => one.admitted + one.paced + one.refused));
  const step = width / Math.max(1, minutes.length);
  return minutes.flatMap((one, at) => {
    let y = height;
    return OUTCOMES.flatMap((outcome) => {
      const size = (one[outcome] / most) * height;
      if (size === 0) return [];
      y -= size;
      return [{ outcome, x: at * step + step * 0.1, y, width: step * 0.8, height: size }];
    });
  });
}
