import type { Json } from "../../http/call";
import { isRedacted, objectOf, type RoomEvent, textOf } from "../../timeline/state/events";

/** A question to a room, with the answers to choose from. */
export interface Poll {
  question: string;
  answers: { id: string; text: string }[];
  /** How many answers one person may choose. */
  max: number;
  /** Whether the votes are shown before the end. */
  open: boolean;
}

/** How a poll stands. */
export interface Tally {
  votes: Map<string, string[]>;
  voters: number;
  mine: readonly string[];
  ended: boolean;
  /** The event that ended it. */
  end: string | null;
}

export const ANSWERS_MAX = 20;
const SENT = "org.matrix.msc3381.poll";
const TEXT = "org.matrix.msc1767.text";

/** Other clients send polls under the proposal's names, which is why we do; both are read. */
type Step = "start" | "response" | "end";
const isStep = ({ type }: RoomEvent, step: Step) =>
  type === `${SENT}.${step}` || type === `m.poll.${step}`;

export const pollType = (step: Step): string => `${SENT}.${step}`;
export const isPoll = (event: RoomEvent): boolean => isStep(event, "start");

/** The poll that `event` is said to end; null when it ends none. */
export function endedIn(event: RoomEvent): string | null {
  return isStep(event, "end") && !isRedacted(event) ? refersTo(event) || null : null;
}

/** The words of a part of a poll: as the proposal has them, or as a list of renderings. */
function wordsOf(part: unknown): string {
  const held = objectOf(part);
  const rendered = held["m.text"];
  const first = Array.isArray(rendered) ? objectOf(rendered[0])["body"] : rendered;
  return (textOf(held[TEXT]) || textOf(first) || textOf(held["body"])).trim().slice(0, 340);
}

/** The poll in `content`; null if it is none that can be shown. */
export function pollOf(content: Json): Poll | null {
  const part = objectOf(content[`${SENT}.start`] ?? content["m.poll"]);
  const question = wordsOf(part["question"]);
  const given = Array.isArray(part["answers"]) ? part["answers"].slice(0, ANSWERS_MAX) : [];
  const answers: Poll["answers"] = [];
  for (const one of given) {
    const [id, text] = [textOf(objectOf(one)["id"] ?? objectOf(one)["m.id"]), wordsOf(one)];
    if (id && text && !answers.some((known) => known.id === id)) answers.push({ id, text });
  }
  if (!question || answers.length === 0) return null;
  const max = Math.max(1, Math.trunc(Number(part["max_selections"] ?? 1)) || 1);
  return { question, answers, max, open: textOf(part["kind"]).endsWith(".disclosed") };
}

/** How `poll`, begun by `start`, stands after `events`; `mayEnd`: who else may end it. */
export function tallyOf(
  poll: Poll,
  start: RoomEvent,
  events: readonly RoomEvent[],
  me: string,
  mayEnd: (userId: string) => boolean,
): Tally {
  const about = events.filter((event) => !isRedacted(event) && refersTo(event) === start.event_id);
  const [end] = about
    .filter((one) => isStep(one, "end") && (one.sender === start.sender || mayEnd(one.sender)))
    .sort((a, b) => a.origin_server_ts - b.origin_server_ts);
  const endedAt = end?.origin_server_ts ?? Number.POSITIVE_INFINITY;
  const last = new Map<string, RoomEvent>();
  for (const event of about) {
    if (!isStep(event, "response") || event.origin_server_ts > endedAt) continue;
    const before = last.get(event.sender);
    if (!before || before.origin_server_ts <= event.origin_server_ts) last.set(event.sender, event);
  }
  const votes = new Map(poll.answers.map(({ id }) => [id, [] as string[]]));
  let voters = 0;
  for (const [sender, event] of last) {
    const chosen = chosenIn(event.content, poll);
    if (chosen.length > 0) voters += 1;
    for (const id of chosen) votes.get(id)?.push(sender);
  }
  const own = last.get(me);
  const mine = own ? chosenIn(own.content, poll) : [];
  return { votes, voters, mine, ended: end !== undefined, end: end?.event_id ?? null };
}

/** The answers that most have chosen, and how many; none when nobody voted. */
export function winners(poll: Poll, { votes }: Tally): { texts: string[]; count: number } {
  const count = Math.max(0, ...[...votes.values()].map((who) => who.length));
  const won = poll.answers.filter(({ id }) => count > 0 && votes.get(id)?.length === count);
  return { texts: won.map(({ text }) => text), count };
}

function refersTo(event: RoomEvent): string {
  const relation = objectOf(event.content["m.relates_to"]);
  return relation["rel_type"] === "m.reference" ? textOf(relation["event_id"]) : "";
}

function chosenIn(content: Json, poll: Poll): string[] {
  const given = objectOf(content[`${SENT}.response`])["answers"] ?? content["m.selections"];
  const known = new Set(poll.answers.map(({ id }) => id));
  const found = Array.isArray(given) ? given.map(textOf).filter((id) => known.has(id)) : [];
  return [...new Set(found)].slice(0, poll.max);
}

/** What begins `poll`, with words for apps that know no polls. */
export function beginning({ question, answers, max, open }: Poll): Json {
  const listed = answers.map(({ text }, at) => `${at + 1}. ${text}`);
  return {
    [TEXT]: [question, ...listed].join("\n"),
    [pollType("start")]: {
      question: { [TEXT]: question },
      kind: `${SENT}.${open ? "disclosed" : "undisclosed"}`,
      max_selections: max,
      answers: answers.map(({ id, text }) => ({ id, [TEXT]: text })),
    },
  };
}

const about = (start: string): Json => ({ rel_type: "m.reference", event_id: start });

/** A vote for `answers`; for none it takes back what was chosen. */
export function voting(start: string, answers: readonly string[]): Json {
  return { "m.relates_to": about(start), [pollType("response")]: { answers } };
}

/** What ends the poll, with `words` for apps that know no polls. */
export function ending(start: string, words: string): Json {
  return { "m.relates_to": about(start), [pollType("end")]: {}, [TEXT]: words };
}
