import { describe, expect, it } from "vitest";
import type { VisitsWire, VisitWire } from "../../wire.gen";
import { GROUPS, placeKey } from "./places";
import { openPages, openRegisters, openShown } from "./visits";

const visit = (state: string, ...registers: string[]) => ({ state, registers }) as VisitWire;
const REGISTERS = [
  { register: "audit", pages: ["audit"], parts: [] },
  { register: "gate", pages: ["live", "history", "moon"], parts: ["/gate/grid"] },
  { register: "rules", pages: [], parts: ["/cases/rules"] },
];
const told = (...visits: VisitWire[]): VisitsWire => ({ visits, registers: REGISTERS });

describe("an inspector's visits", () => {
  it("open the registers of those that are open, each once", () => {
    const mine = told(
      visit("open", "gate", "audit"),
      visit("open", "audit"),
      visit("agreed", "rules"),
    );
    expect(openRegisters(mine.visits)).toEqual(["audit", "gate"]);
    expect(openShown(mine).map((one) => one.register)).toEqual(["audit", "gate"]);
  });

  it("lead to the pages that the server tells of, and the console has", () => {
    expect([...openPages(told(visit("open", "gate")))].sort()).toEqual(["history", "live"]);
    expect(openPages(told(visit("open", "rules"))).size).toBe(0);
    expect(openPages(told(visit("over", "audit"))).size).toBe(0);
  });
});

it("knows every place of the console by one name", () => {
  const ids = GROUPS.flat().map(([id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(placeKey("audit")).toBe("admin.audit.title");
  expect(placeKey("moon")).toBeUndefined();
});
