import { currentLang, type Key, langTag, t } from "../../i18n/index.svelte";
import { momentText } from "../../i18n/time";
import type { ExposedColumnWire, PlanBody, RunSummaryWire, RunWire } from "../../wire.gen";
import { regionName } from "./names";

/** What a run goes through, in order. */
export const PHASES: readonly string[] = [
  "planned",
  "distribute",
  "dual_write",
  "backfill",
  "verify",
  "read_new",
  "soft_retire",
  "destroy",
  "closed",
];

const TOUCHES: Record<string, Key> = {
  sign_up: "admin.upgrade.touch.sign_up",
  sign_in: "admin.upgrade.touch.sign_in",
  look_up: "admin.upgrade.touch.look_up",
  profile: "admin.upgrade.touch.profile",
  recovery: "admin.upgrade.touch.recovery",
  notices: "admin.upgrade.touch.notices",
  sessions: "admin.upgrade.touch.sessions",
  console: "admin.upgrade.touch.console",
};
const FINDINGS: Record<string, Key> = {
  broken: "admin.upgrade.found.broken",
  old: "admin.upgrade.found.old",
  unindexed: "admin.upgrade.found.unindexed",
  undeclared: "admin.upgrade.found.undeclared",
  quarantined: "admin.upgrade.found.quarantined",
  held: "admin.upgrade.found.held",
  legacy: "admin.upgrade.found.legacy",
  lacking: "admin.upgrade.found.lacking",
  not_a_replica: "admin.upgrade.found.not_a_replica",
  replica_away: "admin.upgrade.found.replica_away",
  another_run: "admin.upgrade.found.another_run",
  kept_backups: "admin.upgrade.found.kept_backups",
  lost_backups: "admin.upgrade.found.lost_backups",
  astray: "admin.upgrade.found.astray",
  own_keys: "admin.upgrade.found.own_keys",
};
const STATES: Record<string, Key> = {
  planned: "admin.upgrade.state.planned",
  distribute: "admin.upgrade.state.distribute",
  dual_write: "admin.upgrade.state.dual_write",
  backfill: "admin.upgrade.state.backfill",
  verify: "admin.upgrade.state.verify",
  read_new: "admin.upgrade.state.read_new",
  soft_retire: "admin.upgrade.state.soft_retire",
  destroy: "admin.upgrade.state.destroy",
  closed: "admin.upgrade.state.closed",
  aborting: "admin.upgrade.state.aborting",
  aborted: "admin.upgrade.state.aborted",
};
const EXPLAINED: Record<string, Key> = {
  planned: "admin.upgrade.now.planned",
  distribute: "admin.upgrade.now.distribute",
  dual_write: "admin.upgrade.now.dual_write",
  backfill: "admin.upgrade.now.backfill",
  verify: "admin.upgrade.now.verify",
  read_new: "admin.upgrade.now.read_new",
  soft_retire: "admin.upgrade.now.soft_retire",
  destroy: "admin.upgrade.now.destroy",
  closed: "admin.upgrade.now.closed",
  aborting: "admin.upgrade.now.aborting",
  aborted: "admin.upgrade.now.aborted",
};

/** Who did something, by name for whoever may see names; the command line's people have a colon. */
export const whose = (id: string, names: ReadonlyMap<string, string>): string =>
  names.get(id) ?? (id.includes(":") ? id : t("admin.upgrade.somebody"));

const named = (names: Record<string, Key>, id: string) => (names[id] ? t(names[id]) : id);

export const phaseName = (id: string) => named(STATES, id);
export const touchName = (id: string) => named(TOUCHES, id);
export const upgradeFindingName = (id: string) => named(FINDINGS, id);

/** What a run is doing, in a sentence, and what it waits for. */
export function doing(run: RunWire): string {
  const { state, paused } = run.summary;
  if (paused) return t("admin.upgrade.now.paused", { phase: phaseName(state) });
  if (state === "soft_retire" && run.soft_until)
    return t("admin.upgrade.now.soft_until", { at: momentText(run.soft_until) });
  return named(EXPLAINED, state);
}

export const isOver = (state: string) => state === "closed" || state === "aborted";

export const hasBegun = (one: RunSummaryWire) => one.state !== "planned";

/** Whole percent, never 100 before it is all done. */
export function percent(done: number, total: number): number {
  if (total <= 0) return 100;
  return done >= total ? 100 : Math.min(99, Math.floor((done / total) * 100));
}

/** A class of data with its tables, and how far they are together. */
export interface Group {
  name: string;
  steps: RunWire["steps"];
  done: number;
  total: number;
  quarantined: number;
  rate: number;
  eta: number | null;
}

const sum = (all: readonly number[]) => all.reduce((one, other) => one + other, 0);

/** The steps with anything in them, by class, in their order; what is left is what is left longest. */
export function groupsOf(steps: RunWire["steps"]): Group[] {
  const filled = steps.filter((step) => step.total > 0);
  const names = [...new Set(filled.map((step) => step.data_class))];
  return names.map((name) => {
    const mine = filled.filter((step) => step.data_class === name);
    const left = mine.flatMap((step) => (step.eta_seconds === null ? [] : [step.eta_seconds]));
    return {
      name,
      steps: mine,
      done: sum(mine.map((step) => step.done)),
      total: sum(mine.map((step) => step.total)),
      quarantined: sum(mine.map((step) => step.quarantined)),
      rate: sum(mine.map((step) => step.rate_per_second)),
      eta: left.length > 0 ? Math.max(...left) : null,
    };
  });
}

export function momentOfDay(at: string): string {
  const parts = {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  } as const;
  return new Intl.DateTimeFormat(langTag(), parts).format(Date.parse(at));
}

/** What was written in both languages, in the one that is shown. */
export const inLang = (both: { zh?: string; en?: string }): string =>
  both[currentLang()] || both.en || "";

// -- lines ------------------------------------------------------------------------------------

export interface Dot {
  at: number;
  value: number | null;
}

export const dotsOf = (samples: RunWire["samples"], name: "rate" | "p99_ms" | "exposed"): Dot[] =>
  samples.map((one) => ({ at: Date.parse(one.at), value: one[name] }));

interface Column extends ExposedColumnWire {
  dots: Dot[];
}

/** Columns in which there was anything, each drawn to the end of the same span of time. */
export function curvesOf(all: readonly ExposedColumnWire[]): {
  columns: Column[];
  span: readonly [number, number];
} {
  const filled = all.filter((one) => one.first > 0);
  const times = filled.flatMap((one) => one.points.map((point) => Date.parse(point.at)));
  const span = [Math.min(...times), Math.max(...times)] as const;
  const columns = filled.map((one) => {
    const dots: Dot[] = one.points.map(({ at, exposed }) => ({
      at: Date.parse(at),
      value: exposed,
    }));
    return { ...one, dots: [...dots, { at: span[1], value: one.last }] };
  });
  return { columns, span };
}

const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/** A round number at or above the largest value. */
export function ceilingOf(dots: readonly Dot[]): number {
  const most = Math.max(0, ...dots.map((dot) => dot.value ?? 0));
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return (STEPS.find((step) => step * power >= most) ?? 10) * power;
}

/** The line through dots in a box of `width` by `height`; where nothing is known it is broken. */
export function pathOf(
  dots: readonly Dot[],
  ceiling: number,
  width: number,
  height: number,
  span: readonly [number, number],
): string {
  const [from, to] = span;
  const length = Math.max(1, to - from);
  let pen = "M";
  const parts: string[] = [];
  for (const dot of dots) {
    if (dot.value === null) {
      pen = "M";
      continue;
    }
    const x = ((dot.at - from) / length) * width;
    const y = height - (Math.min(dot.value, ceiling) / ceiling) * height;
    parts.push(`${pen}${x.toFixed(1)} ${y.toFixed(1)}`);
    pen = "L";
  }
  return parts.join("");
}

/** At most `most` of many, evenly, the first and the last among them. */
export function thinned<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  const found: T[] = [];
  for (let nth = 0; nth < most; nth += 1) {
    const one = all[Math.round((nth * (all.length - 1)) / (most - 1))];
    if (one !== undefined) found.push(one);
  }
  return found;
}

// -- a plan -----------------------------------------------------------------------------------

/** By which people are found also by what looks the same, and not only by what they wrote. */
export const FOLDED = 2;

/** The whole installation; anything else is a region of it by itself. */
export const WHOLE = "*";

export const scopeLabel = (name: string) =>
  name === WHOLE ? t("admin.upgrade.scope.whole") : regionName(name);

export interface Wanted {
  scope: string;
  mode: "ordinary" | "compromise";
  stolen: string;
  classes: string[];
  suite: string;
  normaliser: string;
  reason: string;
  rate: string;
}

export const emptyWish = (): Wanted => ({
  scope: WHOLE,
  mode: "ordinary",
  stolen: "",
  classes: [],
  suite: "",
  normaliser: "",
  reason: "",
  rate: "",
});

/** What is asked of the server; the classes follow from the theft when there was one. */
export function bodyOf(wanted: Wanted, order: readonly string[]): PlanBody {
  const rate = Number.parseInt(wanted.rate, 10);
  return {
    classes: wanted.mode === "compromise" && order.length > 0 ? [...order] : wanted.classes,
    scope: wanted.mode === "compromise" ? WHOLE : wanted.scope,
    suite: wanted.suite === "" ? null : Number(wanted.suite),
    normaliser: wanted.normaliser === "" ? null : Number(wanted.normaliser),
    mode: wanted.mode,
    stolen: wanted.mode === "compromise" && wanted.stolen !== "" ? wanted.stolen : null,
    reason: wanted.reason.trim(),
    rate_max: Number.isFinite(rate) && rate > 0 ? rate : null,
  };
}
