/** Where it is kept that this browser is told of what is new; looked at when the app opens. */
export const KEPT = "teahouse.told";

export function isTold(): boolean {
  return localStorage.getItem(KEPT) !== null;
}
