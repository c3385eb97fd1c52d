/**
 * The first word of the SHA-256 of a text of ASCII letters. By itself, because the browser's own
 * digest answers later, which for thousands of short texts takes most of the time, and is missing
 * where a house is reached without TLS.
 */

const ROUNDS = 64;
const PRIMES: number[] = [];
for (let n = 2; PRIMES.length < ROUNDS; n += 1) {
  if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);
}
const fraction = (value: number) => ((value % 1) * 2 ** 32) | 0;
const BEGIN = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const K = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));

const turn = (x: number, by: number) => (x >>> by) | (x << (32 - by));

function absorb(state: Int32Array, words: Int32Array, at: number, w: Int32Array): void {
  for (let i = 0; i < 16; i += 1) w[i] = words[at + i] as number;
  for (let i = 16; i < ROUNDS; i += 1) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const low = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const high = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    w[i] = ((w[i - 16] as number) + low + (w[i - 7] as number) + high) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < ROUNDS; i += 1) {
    const mixed = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const one = (h + mixed + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number)) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  const after = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i += 1) state[i] = ((state[i] as number) + (after[i] as number)) | 0;
}

const schedule = new Int32Array(ROUNDS);

/** The first 32 bits, as a whole number from 0. */
export function firstWord(text: string): number {
  const words = new Int32Array((((text.length + 8) >> 6) + 1) * 16);
  for (let i = 0; i < text.length; i += 1) {
    words[i >> 2] = (words[i >> 2] as number) | (text.charCodeAt(i) << (24 - (i & 3) * 8));
  }
  const end = text.length;
  words[end >> 2] = (words[end >> 2] as number) | (128 << (24 - (end & 3) * 8));
  words[words.length - 1] = end * 8;
  const state = BEGIN.slice();
  for (let at = 0; at < words.length; at += 16) absorb(state, words, at, schedule);
  return (state[0] as number) >>> 0;
}
