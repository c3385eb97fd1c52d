import { type Key, t } from "../../i18n/index.svelte";

const FIELDS: Record<string, Key> = {
  display_name: "case.field.display_name",
  avatar_url: "case.field.avatar_url",
  name: "case.field.name",
  topic: "case.field.topic",
  listed: "case.field.listed",
  content_type: "case.field.content_type",
  bytes: "case.field.bytes",
  sha256: "case.field.sha256",
  region: "case.field.region",
  subject_kind: "case.field.subject_kind",
  subject_name: "case.field.subject_name",
};

/** What a message says, as far as it is text. */
export function saidIn(evidence: unknown): string {
  const body = fieldOf(fieldOf(evidence, "content"), "body");
  return typeof body === "string" ? body : "";
}

/** Fields of what is no message, each with its name and value. */
export function fieldsOf(evidence: unknown): [string, string][] {
  if (typeof evidence !== "object" || evidence === null || "content" in evidence) return [];
  return Object.entries(evidence).flatMap(([name, value]): [string, string][] => {
    if (value === null || value === "" || typeof value === "object") return [];
    const key = FIELDS[name];
    const text = typeof value === "boolean" ? t(value ? "case.yes" : "case.no") : String(value);
    return [[key ? t(key) : name.replaceAll("_", " "), text]];
  });
}

/** A field of what may be no object at all. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Record<string, unknown>)[name];
}
