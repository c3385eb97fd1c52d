import { speakAs } from "../../http/call";
import { whenEnded } from "../api/ask";
import type { OpenedConsole, Operator, Role } from "../api/operators";

/** Kept until the tab is closed, and nowhere else. */
const KEPT = "teahouse.operator";

let session = $state.raw<OpenedConsole | null>(null);
let ended = $state(false);

/** Takes up the session of this tab, if it is not over. */
export function restoreSession(): void {
  whenEnded(() => {
    if (session) forget(true);
  });
  const kept = readSession(sessionStorage.getItem(KEPT), Date.now());
  if (kept) take(kept);
}

/** The session in `text`, unless it is not one of ours or over at `now` (ms). */
export function readSession(text: string | null, now: number): OpenedConsole | null {
  try {
    const value = JSON.parse(text ?? "null") as OpenedConsole | null;
    if (!value?.token || !value.operator?.role) return null;
    return Date.parse(value.expires_at) > now ? value : null;
  } catch {
    return null;
  }
}

export function startSession(next: OpenedConsole): void {
  sessionStorage.setItem(KEPT, JSON.stringify(next));
  take(next);
}

/** Forgets the session; `byServer` when it was over before the operator wished so. */
export function forget(byServer = false): void {
  sessionStorage.removeItem(KEPT);
  ended = byServer;
  session = null;
  speakAs(null);
}

export function operator(): Operator | null {
  return session?.operator ?? null;
}

export function wasEnded(): boolean {
  return ended;
}

function take(next: OpenedConsole): void {
  ended = false;
  session = next;
  speakAs(next.token);
}

/** What needs a role, and which roles have it; the server decides again. */
const MAY = {
  gate: ["owner", "registrar"],
  accounts: ["owner", "moderator"],
  requests: ["owner", "moderator"],
  complaints: ["owner", "moderator"],
  cases: ["owner", "moderator"],
  orders: ["owner", "registrar"],
  incidents: ["owner", "registrar", "moderator"],
  operators: ["owner"],
  house: ["owner"],
  reports: ["owner", "auditor"],
  advice: ["auditor"],
  see_operators: ["owner", "auditor"],
  visits: ["owner", "moderator", "auditor"],
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof MAY;

export function rolesFor(right: Right): readonly Role[] {
  return MAY[right];
}

export function may(right: Right): boolean {
  const role = session?.operator.role;
  return role !== undefined && rolesFor(right).includes(role);
}

/** Whether it is somebody of an authority, who reads registers and nothing else. */
export function inspects(): boolean {
  return session?.operator.role === "inspector";
}
