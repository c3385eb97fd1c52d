import { expect, it } from "vitest";
import type { Receipt } from "../api/receipts";
import { isAgreed } from "./answers";

const receipt = (accepted: string[], declined: string[]): Receipt => ({
  receipt_id: "r",
  policy_version: "1",
  lang: "en",
  at: "",
  accepted,
  declined,
});

it("the newest receipt that speaks of a purpose decides", () => {
  const receipts = [receipt([], ["stats"]), receipt(["push"], []), receipt(["stats", "push"], [])];
  expect(isAgreed(receipts, "stats")).toBe(false);
  expect(isAgreed(receipts, "push")).toBe(true);
  expect(isAgreed(receipts, "other")).toBe(false);
});
