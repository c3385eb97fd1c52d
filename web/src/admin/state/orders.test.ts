import { describe, expect, it } from "vitest";
import { campaignTemplate, orderTemplate, readJson, requestTemplate } from "./orders";

describe("an order that is pasted", () => {
  it("is read when it is an object, and else not", () => {
    expect(readJson('{"number": "7"}')).toEqual({ number: "7" });
    for (const text of ["", "[]", "7", "{", "null"]) expect(readJson(text)).toBeNull();
  });

  it("has templates that can be read", () => {
    const now = new Date("2021-07-27T01:00:00Z");
    for (const template of [orderTemplate, campaignTemplate, requestTemplate])
      expect(readJson(template(now))).not.toBeNull();
  });

  it("begins with a template that can be read, and whose deadline is after its beginning", () => {
    const now = new Date("2021-07-27T01:00:00Z");
    const order = readJson(orderTemplate(now)) as Record<string, string>;
    expect(order["received_at"]).toBe("2021-07-27T01:00:00.000Z");
    expect(Date.parse(order["deadline_at"] ?? "")).toBeGreaterThan(
      Date.parse(order["effective_at"] ?? ""),
    );
  });
});
