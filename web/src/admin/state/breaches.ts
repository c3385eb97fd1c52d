import { type Key, t } from "../../i18n/index.svelte";
import type { CaseBody, CaseWire } from "../../wire.gen";
import { regionName } from "./names";

/** What a notice says in our words; the rest of it is counted. */
export const PARTS = [
  "kinds",
  "cause",
  "harm",
  "measures",
  "self_help",
  "contact",
  "late_why",
] as const;
export type Part = (typeof PARTS)[number];
export type Told = Record<Part, { zh: string; en: string }>;

const STATES: Record<string, Key> = {
  counting: "admin.breach.state.counting",
  counted: "admin.breach.state.counted",
  telling: "admin.breach.state.telling",
  told: "admin.breach.state.told",
  closed: "admin.breach.state.closed",
};
const TITLES: Record<Part, { title: Key; hint: Key }> = {
  kinds: { title: "admin.breach.part.kinds", hint: "admin.breach.part.kinds_hint" },
  cause: { title: "admin.breach.part.cause", hint: "admin.breach.part.cause_hint" },
  harm: { title: "admin.breach.part.harm", hint: "admin.breach.part.harm_hint" },
  measures: { title: "admin.breach.part.measures", hint: "admin.breach.part.measures_hint" },
  self_help: { title: "admin.breach.part.self_help", hint: "admin.breach.part.self_help_hint" },
  contact: { title: "admin.breach.part.contact", hint: "admin.breach.part.contact_hint" },
  late_why: { title: "admin.breach.part.late_why", hint: "admin.breach.part.late_why_hint" },
};

export const caseStateName = (id: string) => (STATES[id] ? t(STATES[id]) : id);
export const profileName = (id: string) => regionName(id);
export const partName = (id: string) =>
  PARTS.some((one) => one === id) ? t(TITLES[id as Part].title) : id;
export const partHint = (id: Part) => t(TITLES[id].hint);

/** What was written so far, with nothing left out. */
export function toldOf(found: CaseWire["told"]): Told {
  const parts = PARTS.map((name) => {
    const said = found[name];
    return [name, { zh: said?.zh ?? "", en: said?.en ?? "" }];
  });
  return Object.fromEntries(parts) as Told;
}

/** Fields of a case to be opened: times as `datetime-local` writes them, a key by name or id. */
export interface Opening {
  title: string;
  profile: CaseBody["profile"];
  began: string;
  ended: string;
  known: string;
  tables: string[];
  key: "" | "house" | "person";
  purpose: string;
  version: string;
  dekId: string;
}

export const emptyOpening = (profile: CaseBody["profile"]): Opening => ({
  title: "",
  profile,
  began: "",
  ended: "",
  known: "",
  tables: [],
  key: "",
  purpose: "kek",
  version: "1",
  dekId: "",
});

/** Which fields are missing. */
export function lackingIn(one: Opening): (keyof Opening)[] {
  const needed: (keyof Opening)[] = ["title", "began", "ended"];
  if (one.key === "person") needed.push("dekId");
  if (one.key === "house") needed.push("version");
  return needed.filter((name) => String(one[name]).trim() === "");
}

const iso = (local: string) => new Date(local).toISOString();

export function openingBody(one: Opening): CaseBody {
  return {
    title: one.title.trim(),
    profile: one.profile,
    scope: {
      began_at: iso(one.began),
      ended_at: iso(one.ended),
      tables: one.tables,
      ...(one.key === "house" ? { purpose: one.purpose, version: Number(one.version) } : {}),
      ...(one.key === "person" ? { dek_id: one.dekId.trim() } : {}),
    },
    ...(one.known ? { known_at: iso(one.known) } : {}),
  };
}
