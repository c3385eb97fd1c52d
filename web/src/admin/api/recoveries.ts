import type { Help, HelpIn } from "../../wire.gen";
import { ask } from "./ask";

export async function fetchRecoveries(): Promise<Help[]> {
  return (await ask<{ recoveries: Help[] }>("GET", "/recoveries")).recoveries;
}

export function beginRecovery(body: HelpIn): Promise<unknown> {
  return ask("POST", "/recoveries", { body });
}

/** Agrees with the operator who began, or declines; both say why, and show their password. */
export function decideRecovery(
  helpId: string,
  act: "agree" | "decline",
  reason: string,
  password: string,
): Promise<unknown> {
  const path = `/recoveries/${encodeURIComponent(helpId)}/${act}`;
  return ask("POST", path, { body: { reason, password } });
}
