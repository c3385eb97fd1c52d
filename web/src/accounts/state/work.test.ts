import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { firstWord } from "./sha256";
import { type Challenge, solvePart } from "./work";

const whole = (text: string) => createHash("sha256").update(text).digest();

it("digests as SHA-256 does, whatever the length", () => {
  for (let letters = 0; letters < 200; letters += 7) {
    const text = "p.10.19a:3:".repeat(20).slice(0, letters);
    expect(firstWord(text)).toBe(whole(text).readUInt32BE(0));
  }
});

it("finds numbers that the server accepts", () => {
  const challenge: Challenge = {
    challenge: "p.6.abc.nonce.signature",
    parts: 16,
    bits: 6,
    expires_in_seconds: 900,
    wait_seconds: 180,
  };
  for (let part = 0; part < 4; part += 1) {
    const answer = solvePart(challenge, part);
    expect(whole(`${challenge.challenge}:${part}:${answer}`).readUInt32BE(0) >>> 26).toBe(0);
  }
});
