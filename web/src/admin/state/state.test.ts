import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../api/audit";
import type { Cell } from "../api/gate";
import { columns, holds, rowsOf, step } from "./cells";
import { factsOf } from "./facts";
import {
  breadth,
  draftsOf,
  emptyPlan,
  fieldOf,
  toggled,
  wrongPace,
  wrongScope,
  wrongWords,
} from "./plan";
import { reachOf } from "./reach";
import { readSession } from "./session.svelte";
import { tokenIn } from "./setup.svelte";

const NOW = Date.parse("2026-11-21T18:00:00Z");

function cell(door: string, number: number, built: boolean): Cell {
  return {
    region: "eu",
    account_class: "personal",
    door,
    number,
    built,
    counts_as_registration: true,
    state: "open",
    policy_id: null,
  };
}

describe("the grid", () => {
  it("lists the doors that are there first, each by its number", () => {
    const rows = rowsOf([cell("oidc", 3, false), cell("invite", 5, true), cell("phone", 1, true)]);
    expect(rows.map((row) => row.door)).toEqual(["phone", "invite", "oidc"]);
    expect(rows[0]?.cells.get("eu/personal")?.door).toBe("phone");
    expect(columns(["eu"]).map((column) => column.id)[1]).toBe("eu/official");
  });

  it("moves within its edges, and leaves other keys alone", () => {
    const size = { rows: 6, columns: 12 };
    expect(step("ArrowUp", false, { row: 0, column: 3 }, size)).toEqual({ row: 0, column: 3 });
    expect(step("ArrowRight", false, { row: 2, column: 3 }, size)).toEqual({ row: 2, column: 4 });
    expect(step("End", true, { row: 0, column: 0 }, size)).toEqual({ row: 5, column: 11 });
    expect(step("Home", false, { row: 4, column: 9 }, size)).toEqual({ row: 4, column: 0 });
    expect(step("Tab", false, { row: 0, column: 0 }, size)).toBeNull();
  });

  it("knows which policies hold a cell", () => {
    const one = cell("phone", 1, true);
    expect(holds({ region: "*", account_class: "personal", door: "*" }, one)).toBe(true);
    expect(holds({ region: "intl", account_class: "*", door: "*" }, one)).toBe(false);
  });
});

describe("a plan", () => {
  it("begins with nothing, and with the mildest measure", () => {
    const plan = emptyPlan();
    expect(plan.state).toBe("paced");
    expect(Object.keys(wrongScope(plan))).toEqual(["regions", "classes", "doors"]);
    expect(draftsOf(plan)).toEqual([]);
  });

  it("is one policy for each region, class and door", () => {
    const plan = { ...emptyPlan(["cn-mainland"]), classes: ["personal", "official"], doors: ["*"] };
    const drafts = draftsOf(plan);
    expect(drafts.map((draft) => draft.account_class)).toEqual(["personal", "official"]);
    expect(drafts[0]).toMatchObject({ region: "cn-mainland", door: "*", pace_per_minute: 60 });
    expect(breadth(plan)).toBe(2);
  });

  it("says what is missing before somebody is shut out", () => {
    const plan = { ...emptyPlan(["eu", "personal", "phone"]), state: "suspended" as const };
    expect(Object.keys(wrongWords(plan, NOW)).sort()).toEqual([
      "basis",
      "necessity",
      "reasonEn",
      "reasonZh",
    ]);
    expect(wrongWords({ ...plan, state: "paced" }, NOW)).toEqual({});
    const own = { ...plan, basis: "own" as const, justification: "short" };
    expect(wrongWords(own, NOW)).toHaveProperty("justification");
    expect(wrongWords({ ...plan, until: "2020-01-01T00:00" }, NOW)).toHaveProperty("until");
    expect(fieldOf("gate.policy_without_basis", own)).toBe("justification");
    expect(draftsOf({ ...own, laws: [] })[0]).not.toHaveProperty("pace_per_minute");
  });

  it("keeps a waiting list where that has to be said, and nowhere else", () => {
    const plan = { ...emptyPlan(["eu", "personal", "phone"]), waitingList: true };
    expect(draftsOf(plan)[0]).toHaveProperty("waiting_list", true);
    expect(draftsOf({ ...plan, waitingList: false })[0]).not.toHaveProperty("waiting_list");
    expect(draftsOf({ ...plan, doors: ["*"] })[0]).not.toHaveProperty("waiting_list");
    const shut = { ...plan, doors: ["*"], state: "suspended" as const };
    expect(draftsOf(shut)[0]).toHaveProperty("waiting_list", true);
    const list = { ...plan, state: "waitlist" as const };
    expect(draftsOf(list)[0]).not.toHaveProperty("waiting_list");
    expect(draftsOf(list)[0]).not.toHaveProperty("pace_per_minute");
    expect(draftsOf({ ...list, listPace: "30" })[0]).toHaveProperty("pace_per_minute", 30);
    expect(wrongPace({ ...list, listPace: "0" })).toHaveProperty("listPace");
    expect(wrongPace(list)).toEqual({});
  });

  it("lets everything and single ones exclude each other", () => {
    expect(toggled(["phone"], "email")).toEqual(["phone", "email"]);
    expect(toggled(["phone", "email"], "*")).toEqual(["*"]);
    expect(toggled(["*"], "phone")).toEqual(["phone"]);
    expect(toggled(["phone"], "phone")).toEqual([]);
  });
});

it("the reach counts only doors that are there, and names all that is not touched", () => {
  const change = {
    region: "eu",
    account_class: "personal",
    before: "open",
    after: "suspended",
  } as const;
  const reach = reachOf([
    { ...change, door: "phone", built: true },
    { ...change, door: "oidc", built: false },
  ]);
  expect(reach).toHaveLength(12);
  expect(reach.filter((one) => one.doors.length > 0)).toEqual([
    { region: "eu", accountClass: "personal", doors: ["phone"], after: "suspended" },
  ]);
});

it("a session of this tab is taken up only while it lasts", () => {
  const kept = JSON.stringify({
    token: "tho_x",
    expires_at: "2026-11-21T19:00:00Z",
    operator: { role: "owner" },
  });
  expect(readSession(kept, NOW)?.token).toBe("tho_x");
  expect(readSession(kept, NOW + 3_600_000)).toBeNull();
  expect(readSession("{", NOW)).toBeNull();
  expect(readSession(null, NOW)).toBeNull();
});

it("the token of a set-up link is found, and nothing else", () => {
  expect(tokenIn("#thl_abc-DEF_123")).toBe("thl_abc-DEF_123");
  expect(tokenIn("#setup=thl_abcdef")).toBe("thl_abcdef");
  expect(tokenIn("#/gate")).toBeNull();
  expect(tokenIn("")).toBeNull();
});

describe("the facts of an act", () => {
  const entry = { seq: 1, at: "", actor: "", act: "", target: "" };
  const told = (act: string, detail: Record<string, unknown>) =>
    factsOf({ ...entry, act, detail, reach: {} } as unknown as AuditEntry, (id) => `<${id}>`);

  it("are told in words, and what has none as it was written", () => {
    expect(told("a.b", { mode_before: "watch", names: ["profile", "unheard"], oracle: 3 })).toEqual(
      [
        "admin.fact.mode_before: admin.rules.watch",
        "admin.fact.names: admin.house.profileadmin.commaunheard",
        "oracle: 3",
      ],
    );
    expect(told("upgrades.planned", { names: ["kek"] })).toEqual([
      "admin.upgrade.what: admin.upgrade.class.kek",
    ]);
    expect(told("a.b", { late: false, invited_by: "01x", reason: "" })).toEqual([
      "admin.fact.late: admin.fact.no",
      "admin.fact.invited_by: <01x>",
    ]);
  });

  it("of new rules are what is otherwise", () => {
    const rules = {
      newcomer_days: 0,
      burst_days: 3,
      member_after_days: 7,
      active_days: 3,
      at_most_days: 30,
      limits: {},
    };
    const lines = told("standing.rules_set", { ...rules, burst_days: 4, before: rules });
    expect(lines).toHaveLength(1);
  });
});
