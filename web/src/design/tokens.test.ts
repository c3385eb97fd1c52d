import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function colour(name: string, scheme: "light" | "dark"): string {
  const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  if (!found) throw new Error(`no token ${name}`);
  return (scheme === "light" ? found[1] : found[2]) ?? "";
}

const TEXT_PAIRS: [string, string[]][] = [
  [
    "ink",
    [
      "paper",
      "raised",
      "sunken",
      "celadon-soft",
      "amber-soft",
      "danger-soft",
      "info-soft",
      "bubble-mine",
    ],
  ],
  ["ink-muted", ["paper", "raised", "sunken", "celadon-soft", "bubble-mine", "info-soft"]],
  ["celadon", ["paper", "raised", "sunken", "celadon-soft", "bubble-mine"]],
  ["amber", ["paper", "raised"]],
  ["danger", ["paper", "raised", "danger-soft", "bubble-mine"]],
  ["info", ["paper", "raised", "info-soft"]],
  ["on-celadon", ["celadon", "celadon-strong"]],
  ["on-danger", ["danger"]],
  ["on-avatar", ["avatar-1", "avatar-2", "avatar-3", "avatar-4", "avatar-5", "avatar-6"]],
];

describe.each(["light", "dark"] as const)("%s", (scheme) => {
  it.each(TEXT_PAIRS.flatMap(([ink, grounds]) => grounds.map((ground) => [ink, ground] as const)))(
    "%s reads on %s",
    (ink, ground) => {
      expect(contrast(colour(ink, scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(["paper", "raised"])("the edge of a control shows on %s", (ground) => {
    expect(contrast(colour("line-control", scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(
      3,
    );
  });
});
