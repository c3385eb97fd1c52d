import { ask } from "./ask";

/** How far the demo town has come; no state: there is none. */
export interface Town {
  state: "building" | "standing" | "removing" | "failed" | null;
  done: number;
  total: number;
  fault: string;
}

export interface TownKey {
  user_id: string;
  name: string;
  password: string;
}

export function fetchTown(): Promise<Town> {
  return ask("GET", "/demo");
}

/** `yes` also in a house that has people of its own. */
export function buildTown(yes: boolean): Promise<Town> {
  return ask("POST", "/demo", { body: { yes } });
}

export function removeTown(): Promise<Town> {
  return ask("DELETE", "/demo");
}

/** New passwords for two of the town's people, told this once. */
export async function makeKeys(): Promise<TownKey[]> {
  return (await ask<{ keys: TownKey[] }>("POST", "/demo/keys")).keys;
}
