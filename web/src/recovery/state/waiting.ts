import type { Json } from "../../http/call";

/** Somebody comes back after a wait; this browser keeps the token until then. */
export interface Waiting {
  token: string;
  readyAt: string;
}

const KEPT = "teahouse.return";

export function keptReturn(): Waiting | null {
  try {
    const value = JSON.parse(localStorage.getItem(KEPT) ?? "null") as Partial<Waiting> | null;
    return value?.token && value.readyAt ? { token: value.token, readyAt: value.readyAt } : null;
  } catch {
    return null;
  }
}

export function keepReturn(waiting: Waiting | null): void {
  if (waiting) localStorage.setItem(KEPT, JSON.stringify(waiting));
  else localStorage.removeItem(KEPT);
}

/** The wait that a refused sign-in has begun, if it has. */
export function waitOf(body: Json): Waiting | null {
  const [token, readyAt] = [body["token"], body["ready_at"]];
  return typeof token === "string" && typeof readyAt === "string" ? { token, readyAt } : null;
}
