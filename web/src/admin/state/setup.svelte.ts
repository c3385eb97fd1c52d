let token = $state<string | null>(null);
let settingUp = $state(false);

/** The token in a set-up link's hash, with or without a name before it. */
export function tokenIn(hash: string): string | null {
  const text = hash.replace(/^#/, "").replace(/^setup=/, "");
  return /^[\w-]{8,200}$/.test(text) ? text : null;
}

/**
 * Takes the token out of a set-up link's address, so that it stays in no history; it is kept in
 * this page's memory only.
 */
export function takeSetupToken(): void {
  if (!location.pathname.endsWith("/admin/setup")) return;
  token = tokenIn(location.hash);
  settingUp = true;
  history.replaceState(null, "", location.pathname);
}

export function isSettingUp(): boolean {
  return settingUp;
}

export function setupToken(): string | null {
  return token;
}

/** Ends the set-up; the console itself is next. */
export function leaveSetup(): void {
  token = null;
  settingUp = false;
  history.replaceState(null, "", "/admin");
}
