import { describe, expect, it } from "vitest";
import type { VisitWire } from "../../wire.gen";
import { openPages, openRegisters, pagesOf, partsOf } from "./visits";

const visit = (state: string, ...registers: string[]) => ({ state, registers }) as VisitWire;

describe("an inspector's visits", () => {
  it("open the registers of those that are open, each once", () => {
    const visits = [
      visit("open", "gate", "audit"),
      visit("open", "audit"),
      visit("agreed", "rules"),
    ];
    expect(openRegisters(visits)).toEqual(["audit", "gate"]);
    expect([...openPages(visits)].sort()).toEqual(["audit", "history", "live"]);
    expect(openPages([visit("over", "audit")]).size).toBe(0);
  });

  it("have something to read in every register", () => {
    const all = [
      "audit",
      "findings",
      "gate",
      "rules",
      "thresholds",
      "upgrades",
      "breaches",
      "backups",
      "incidents",
      "listings",
      "holds",
      "assessments",
    ];
    expect(all.filter((one) => pagesOf(one).length + partsOf(one).length === 0)).toEqual([]);
    expect(pagesOf("moon")).toEqual([]);
  });
});
