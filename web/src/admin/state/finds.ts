import { fieldOf } from "../../cases/state/evidence";
import type { DetectorHit, DetectorHitsWire } from "../../wire.gen";

/** The text in which detectors count letters: of an edit what it says now, without quotes, and a file's name. */
export function textLookedAt(evidence: unknown): string {
  const sent = fieldOf(evidence, "content");
  const relates = fieldOf(sent, "m.relates_to");
  const edits = fieldOf(relates, "rel_type") === "m.replace";
  const content = edits ? fieldOf(sent, "m.new_content") : sent;
  const [body, name] = [fieldOf(content, "body"), fieldOf(content, "filename")];
  if (typeof body !== "string") return "";
  const answers = fieldOf(fieldOf(content, "m.relates_to"), "m.in_reply_to") !== undefined;
  const text = answers && body.startsWith("> ") ? withoutQuote(body) : body;
  return typeof name === "string" && name !== text ? `${text}\n${name}` : text;
}

function withoutQuote(body: string): string {
  const lines = body.split("\n");
  const kept = lines.findIndex((line) => !line.startsWith("> "));
  return lines
    .slice(kept < 0 ? lines.length : kept)
    .join("\n")
    .replace(/^\n+/, "");
}

/** Where words were found, in the units that a string has here; the server counts characters. */
export function marksIn(text: string, finds: DetectorHitsWire): [number, number][] {
  const units = [0];
  for (const letter of text) units.push((units.at(-1) ?? 0) + letter.length);
  return finds.hits
    .filter((one) => one.ends > one.begins && kindOf(one, finds) !== "velocity")
    .flatMap((one): [number, number][] => {
      const [from, to] = [units[one.begins], units[one.ends]];
      return from === undefined || to === undefined ? [] : [[from, to]];
    });
}

/** What the list of a find is of; empty when the list is gone. */
export const kindOf = (one: DetectorHit, finds: DetectorHitsWire): string =>
  finds.lists[one.list_id]?.kind ?? "";

/** A repetition's entry without the digest by which its text is told from others. */
export const entryOf = (one: DetectorHit, kind: string): string =>
  kind === "velocity" ? one.entry.replace(/ #[0-9a-f]+$/, "") : one.entry;
