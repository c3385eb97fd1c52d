import type { Cell, Change } from "../api/gate";
import { CLASSES, columnOf, REGIONS } from "./cells";

/** What a measure would do to one region and class, at the doors that are there. */
export interface Reach {
  region: string;
  accountClass: string;
  doors: string[];
  after: Change["after"] | null;
}

/** Every region and class with what would change; nothing changes where `doors` is empty. */
export function reachOf(changed: readonly Change[]): Reach[] {
  return REGIONS.flatMap((region) =>
    CLASSES.map((accountClass) => {
      const here = changed.filter(
        (one) => one.built && columnOf(one) === columnOf({ region, account_class: accountClass }),
      );
      return {
        region,
        accountClass,
        doors: here.map((one) => one.door),
        after: here[0]?.after ?? null,
      };
    }),
  );
}

/** The doors that are there, by number. */
export function builtDoors(cells: readonly Cell[]): string[] {
  const found = new Map(cells.filter((cell) => cell.built).map((cell) => [cell.door, cell.number]));
  return [...found].sort((a, b) => a[1] - b[1]).map(([door]) => door);
}
