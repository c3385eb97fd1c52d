import { currentLang, type Key, t } from "../../i18n/index.svelte";
import type { IncidentFacts, IncidentWire } from "../../wire.gen";

export const PARTS = [
  "systems",
  "place",
  "data_kinds",
  "harm",
  "measures",
  "self_help",
  "contact",
  "cause",
  "trend",
  "clues",
  "further",
  "scene",
  "lessons",
] as const;
export const NUMBERS = ["people", "records", "outage_minutes", "views", "shares"] as const;
const MINOR = 100;

export const incidentStateName = (id: string) => t(`admin.incident.state.${id}` as Key);
export const incidentActName = (id: string) => t(`admin.incident.act.${id}` as Key);
export const incidentKindName = (id: string) => t(`admin.incident.kind.${id}` as Key);
export const markName = (id: string) => t(`admin.incident.mark.${id}` as Key);
export const clockStateName = (id: string) => t(`admin.incident.clock.${id}` as Key);
export const whomName = (id: string) => t(`admin.incident.whom.${id}` as Key);
export const flawStateName = (id: string) => t(`admin.flaw.state.${id}` as Key);
export const flawActName = (id: string) => t(`admin.flaw.act.${id}` as Key);
export const flawSourceName = (id: string) => t(`admin.flaw.source.${id}` as Key);
export const severityName = (id: string) => t(`admin.flaw.severity.${id}` as Key);
export const partName = (id: string) =>
  PARTS.some((one) => one === id) ? t(`admin.incident.part.${id}` as Key) : id;

/** Words that the server has in both languages. */
export const inOurs = (both: { zh?: string; en?: string }) =>
  (currentLang() === "zh" ? both.zh : both.en) ?? "";

/** Facts as fields: numbers as they are typed, and the texts of the language that is read. */
interface FactFields {
  kind: string;
  numbers: Record<(typeof NUMBERS)[number], string>;
  loss: string;
  marks: string[];
  texts: Record<string, string>;
}

export function fieldsOf(facts: IncidentFacts, lang: "zh" | "en"): FactFields {
  const texts = PARTS.map((part) => [part, facts.texts?.[part]?.[lang] ?? ""]);
  const numbers = NUMBERS.map((name) => [name, facts[name] ? String(facts[name]) : ""]);
  return {
    kind: facts.kind,
    numbers: Object.fromEntries(numbers) as FactFields["numbers"],
    loss: facts.loss_minor ? String(facts.loss_minor / MINOR) : "",
    marks: [...(facts.marks ?? [])],
    texts: Object.fromEntries(texts) as Record<string, string>,
  };
}

const whole = (typed: string) => Math.max(0, Math.floor(Number(typed) || 0));

/** The facts that fields make of those before: what is said in the other language stays. */
export function factsOfFields(
  fields: FactFields,
  before: IncidentFacts,
  lang: "zh" | "en",
): IncidentFacts {
  const texts: Record<string, { zh?: string; en?: string }> = {};
  for (const part of PARTS) {
    const both = { ...before.texts?.[part], [lang]: fields.texts[part] ?? "" };
    if (both.zh?.trim() || both.en?.trim()) texts[part] = both;
  }
  const numbers = NUMBERS.map((name) => [name, whole(fields.numbers[name])]);
  return {
    kind: fields.kind,
    ...(Object.fromEntries(numbers) as Record<(typeof NUMBERS)[number], number>),
    loss_minor: Math.round(Math.max(0, Number(fields.loss) || 0) * MINOR),
    marks: fields.marks,
    texts,
  };
}

export const nextClock = (one: IncidentWire) =>
  one.clocks.find((clock) => clock.clock_id === one.next_clock);
