/** What may be asked of the server before the person has agreed to anything. */
const OPEN_PATHS: readonly string[] = [
  "/api/v1/policy",
  "/.well-known/registration-status.json",
  "/api/v1/upgrades/status",
];
/** And what begins so: what everybody may read, and the way to ask or complain. */
const OPEN_PLACES: readonly string[] = [
  "/api/v1/public/",
  "/api/v1/requests",
  "/api/v1/rulings",
  "/api/v1/annual-reports",
];

let agreed = false;

/** From now on (or no longer) the app may speak to the server and keep things in this browser. */
export function permit(yes: boolean): void {
  agreed = yes;
}

/** Whether the person has agreed; nothing may be read or kept in this browser before. */
export function isPermitted(): boolean {
  return agreed;
}

export function mayCall(path: string): boolean {
  return agreed || OPEN_PATHS.includes(path) || OPEN_PLACES.some((place) => path.startsWith(place));
}
