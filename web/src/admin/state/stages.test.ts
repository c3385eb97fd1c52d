import { describe, expect, it } from "vitest";
import type { StageRules } from "../api/standing";
import { sayFinding } from "./findings";
import { differences, rulesOf, typed } from "./stages";

const RULES: StageRules = {
  newcomer_days: 0,
  burst_days: 3,
  member_after_days: 7,
  active_days: 3,
  at_most_days: 30,
  limits: { newcomer: { searches: 30, public_rooms: 0, upload_bytes: 104_857_600 } },
};

describe("the rules of stages in fields", () => {
  it("come back as they went in, uploads in megabytes", () => {
    const fields = typed(RULES);
    expect(fields.limits.newcomer?.upload_bytes).toBe("100");
    expect(fields.limits.member?.searches).toBe("");
    expect(rulesOf(fields)).toEqual(RULES);
  });

  it("tell an empty field from a nought", () => {
    const fields = typed(RULES);
    if (fields.limits.newcomer) fields.limits.newcomer.public_rooms = "";
    expect(rulesOf(fields).limits.newcomer).toEqual({ searches: 30, upload_bytes: 104_857_600 });
  });

  it("differ by what was changed, and by nothing else", () => {
    const after = typed(RULES);
    expect(differences(typed(RULES), after)).toEqual([]);
    after.days.burst_days = "0";
    if (after.limits.member) after.limits.member.joins = "200";
    expect(differences(typed(RULES), after)).toHaveLength(2);
  });
});

describe("why screening looked twice", () => {
  it("tells a rule that it does not know by its name", () => {
    expect(sayFinding({ rule: "moonlight", alike: 0, since: null })).toBe("moonlight");
    expect(sayFinding({ rule: "lists", alike: 0, since: null })).not.toBe("lists");
  });
});
