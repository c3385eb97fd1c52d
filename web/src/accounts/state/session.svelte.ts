import { speakAs } from "../../http/call";
import { isPermitted } from "../../http/permission";

export interface Session {
  userId: string;
  accessToken: string;
  deviceId: string;
}

const KEPT = "teahouse.session";

let session = $state.raw<Session | null>(null);
/** Whether the last session was ended from elsewhere (another device, an operator). */
let endedElsewhere = $state(false);

/** Takes up the session of an earlier visit, if there is one. */
export function restoreSession(): void {
  if (!isPermitted()) return;
  const kept = readSession(localStorage.getItem(KEPT));
  if (kept) take(kept);
}

export function currentSession(): Session | null {
  return session;
}

export function wasEndedElsewhere(): boolean {
  return endedElsewhere;
}

export function startSession(next: Session): void {
  localStorage.setItem(KEPT, JSON.stringify(next));
  take(next);
}

/** Forgets the session in this browser; the server is told by `endSession` before. */
export function forgetSession(elsewhere = false): void {
  // Another tab may have signed in again meanwhile; what it keeps is not ours to remove.
  const kept = readSession(localStorage.getItem(KEPT));
  if (!kept || kept.accessToken === session?.accessToken) localStorage.removeItem(KEPT);
  endedElsewhere = elsewhere;
  session = null;
  speakAs(null);
}

function take(next: Session): void {
  endedElsewhere = false;
  session = next;
  speakAs(next.accessToken, () => forgetSession(true));
}

/** The session in `text`, unless it is not one of ours. */
export function readSession(text: string | null): Session | null {
  try {
    const value = JSON.parse(text ?? "null") as Partial<Session> | null;
    if (!value?.userId || !value.accessToken || !value.deviceId) return null;
    return { userId: value.userId, accessToken: value.accessToken, deviceId: value.deviceId };
  } catch {
    return null;
  }
}
