import { describe, expect, it } from "vitest";
import { emptyOpening, lackingIn, openingBody, toldOf } from "./breaches";

describe("a case to be opened", () => {
  const one = {
    ...emptyOpening("eu"),
    title: " Lost disk ",
    began: "2026-11-01T08:00",
    ended: "2026-11-02T08:00",
  };

  it("names what is missing, a key's number when there is a key", () => {
    expect(lackingIn(emptyOpening("eu"))).toEqual(["title", "began", "ended"]);
    expect(lackingIn(one)).toEqual([]);
    expect(lackingIn({ ...one, key: "person" })).toEqual(["dekId"]);
    expect(lackingIn({ ...one, key: "house", version: "" })).toEqual(["version"]);
  });

  it("names one key, or none", () => {
    expect(openingBody(one).scope).not.toHaveProperty("purpose");
    expect(openingBody({ ...one, key: "house", version: "2" }).scope).toMatchObject({
      purpose: "kek",
      version: 2,
    });
    const person = openingBody({ ...one, key: "person", dekId: " 01x " });
    expect(person.scope).toMatchObject({ dek_id: "01x" });
    expect(person).toMatchObject({ title: "Lost disk", profile: "eu" });
    expect(person).not.toHaveProperty("known_at");
  });
});

describe("the words of a notice", () => {
  it("have both languages, also where nothing was written", () => {
    const told = toldOf({ kinds: { zh: "手机号" } });
    expect(told.kinds).toEqual({ zh: "手机号", en: "" });
    expect(told.late_why).toEqual({ zh: "", en: "" });
  });
});
