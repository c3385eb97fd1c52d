import type { Policy } from "../api/gate";

let made = $state.raw<Policy[]>([]);

/** The policies that this page put in force last, so that they can be undone where they show. */
export function justMade(): Policy[] {
  return made;
}

export function rememberMade(policies: Policy[]): void {
  made = policies;
}
