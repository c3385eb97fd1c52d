import { isPermitted } from "../../http/permission";

const KEPT = "teahouse.way";

/** Keeps, in this tab, where somebody was going who has to sign in first. */
export function keepWay(parts: readonly string[]): void {
  if (isPermitted()) sessionStorage.setItem(KEPT, JSON.stringify(parts));
}

/** Where somebody was going before they signed in; it is kept no longer. */
export function takeWay(): string[] | null {
  if (!isPermitted()) return null;
  const way = readWay(sessionStorage.getItem(KEPT));
  sessionStorage.removeItem(KEPT);
  return way;
}

/** The way in `text`, unless it leads where none of ours does. */
export function readWay(text: string | null): string[] | null {
  try {
    const parts: unknown = JSON.parse(text ?? "null");
    if (!Array.isArray(parts) || !parts.every((part) => typeof part === "string")) return null;
    return ["authorize", "link", "me"].includes(parts[0] ?? "") ? parts : null;
  } catch {
    return null;
  }
}
