import { beforeAll, describe, expect, it } from "vitest";
import { useLang } from "./index.svelte";
import { bytesText, countText, spanText } from "./numbers";

beforeAll(() => useLang("en"));

describe("a number", () => {
  it("is told in its two largest units", () => {
    expect(spanText(0)).toBe("0 sec");
    expect(spanText(4.26)).toBe("4.3 sec");
    expect(spanText(90)).toBe("2 min");
    expect(spanText(3_600)).toBe("1 hr");
    expect(spanText(90_000)).toBe("1 day 1 hr");
    expect(bytesText(0)).toBe("0 byte");
    expect(bytesText(1_500)).toBe("1.5 kB");
    expect(bytesText(63_000_000)).toBe("63 MB");
    expect(countText(1_225_000_000.4)).toBe("1,225,000,000");
  });
});
