import type { Json } from "../../http/call";
import { objectOf, textOf } from "../../timeline/state/events";

/** A push rule, by its kind and name. */
export interface Rule {
  kind: "room" | "override";
  id: string;
}

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.map(objectOf) : []);

/**
 * The rules by which rooms are silent (`m.push_rules`): ours, by which what names the person still
 * notifies them, and those by which other clients silence everything.
 */
export function mutedBy(content: Json): Map<string, Rule[]> {
  const rules = objectOf(content["global"]);
  const found = new Map<string, Rule[]>();
  for (const kind of ["room", "override"] as const) {
    for (const rule of listOf(rules[kind])) {
      const id = textOf(rule["rule_id"]);
      const roomId = kind === "room" ? id : onlyRoomOf(rule);
      if (rule["enabled"] === false || notifies(rule) || !roomId.startsWith("!")) continue;
      found.set(roomId, [...(found.get(roomId) ?? []), { kind, id }]);
    }
  }
  return found;
}

const notifies = (rule: Json): boolean =>
  Array.isArray(rule["actions"]) && rule["actions"].includes("notify");

/** The room that a rule is about, if it asks for nothing else. */
function onlyRoomOf(rule: Json): string {
  const [condition, ...more] = listOf(rule["conditions"]);
  if (!condition || more.length > 0 || condition["key"] !== "room_id") return "";
  return textOf(condition["pattern"]);
}
