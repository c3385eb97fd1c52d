import { describe, expect, it } from "vitest";
import { proposedZone, quietText, zones } from "./quiet";

describe("quiet hours", () => {
  it("are a line, and nothing when there are none", () => {
    const evening = { begins: "18:00", ends: "23:00" };
    const night = { begins: "23:30", ends: "06:00" };
    const told = quietText({ stretches: [evening, night], zone: "Asia/Shanghai" }, ", ");
    expect(told).toBe("18:00–23:00, 23:30–06:00 (Asia/Shanghai)");
    expect(quietText({ stretches: [], zone: "UTC" }, ", ")).toBe("");
  });

  it("go by a zone that is among those to choose from, once", () => {
    for (const chosen of ["UTC", "Asia/Shanghai", "Mars/Olympus"])
      expect(zones(chosen).filter((one) => one === chosen)).toEqual([chosen]);
    expect(proposedZone("Asia/Shanghai")).toBe("Asia/Shanghai");
    expect(zones("UTC")).toContain(proposedZone("UTC"));
  });
});
