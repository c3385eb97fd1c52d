import type { Cell, Policy, Scope } from "../api/gate";

export const REGIONS = ["cn-mainland", "eu", "intl"] as const;
export const CLASSES = ["personal", "official", "developer", "enterprise"] as const;
export const ANY = "*";

/** One door, with its cells by `columnOf`. */
export interface Row {
  door: string;
  number: number;
  built: boolean;
  counts: boolean;
  cells: Map<string, Cell>;
}

export interface Column {
  id: string;
  region: string;
  accountClass: string;
}

export function columnOf(scope: { region: string; account_class: string }): string {
  return `${scope.region}/${scope.account_class}`;
}

export function columns(regions: readonly string[]): Column[] {
  return regions.flatMap((region) =>
    CLASSES.map((accountClass) => ({
      id: columnOf({ region, account_class: accountClass }),
      region,
      accountClass,
    })),
  );
}

/** The doors in the order of their numbers, those that are there before those that are not. */
export function rowsOf(cells: readonly Cell[]): Row[] {
  const rows = new Map<string, Row>();
  for (const cell of cells) {
    const row = rows.get(cell.door) ?? {
      door: cell.door,
      number: cell.number,
      built: cell.built,
      counts: cell.counts_as_registration,
      cells: new Map<string, Cell>(),
    };
    row.cells.set(columnOf(cell), cell);
    rows.set(cell.door, row);
  }
  return [...rows.values()].sort(
    (a, b) => Number(b.built) - Number(a.built) || a.number - b.number,
  );
}

export function holds(policy: Scope, cell: Scope): boolean {
  const within = (wide: string, one: string) => wide === ANY || wide === one;
  return (
    within(policy.region, cell.region) &&
    within(policy.account_class, cell.account_class) &&
    within(policy.door, cell.door)
  );
}

/** Whether a policy has begun by `now` (ms) and has not ended. */
export function hasBegun(policy: Policy, now: number): boolean {
  return policy.ended_at === null && Date.parse(policy.effective_from) <= now;
}

/** Where an arrow or paging key leads from `at` in a grid; null for another key. */
export function step(
  key: string,
  control: boolean,
  at: { row: number; column: number },
  size: { rows: number; columns: number },
): { row: number; column: number } | null {
  const last = { row: size.rows - 1, column: size.columns - 1 };
  const moves: Record<string, { row: number; column: number }> = {
    ArrowUp: { row: at.row - 1, column: at.column },
    ArrowDown: { row: at.row + 1, column: at.column },
    ArrowLeft: { row: at.row, column: at.column - 1 },
    ArrowRight: { row: at.row, column: at.column + 1 },
    Home: { row: control ? 0 : at.row, column: 0 },
    End: { row: control ? last.row : at.row, column: last.column },
    PageUp: { row: 0, column: at.column },
    PageDown: { row: last.row, column: at.column },
  };
  const to = moves[key];
  if (!to) return null;
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  return { row: within(to.row, last.row), column: within(to.column, last.column) };
}
