/** Keys: 11 characters of time in microseconds and 5 random ones, so that sorting by key is the order of creation. */
import type { Key } from "../protocol/types";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const KEY = /^[0-9A-Za-z]{1,64}$/;
let last = 0;

/** A key that was never used before. */
export function freshKey(): Key {
  last = Math.max(last + 1, Math.floor(now() * 1000));
  return encode(last, 11) + randomCharacters(5);
}

/** May this text be a key? Keys of other programs need not look like ours, but they are short and plain. */
export function isKey(text: unknown): text is Key {
  return typeof text === "string" && KEY.test(text);
}

function now(): number {
  return typeof performance === "undefined" ? Date.now() : performance.timeOrigin + performance.now();
}

function encode(value: number, length: number): string {
  let text = "";
  let rest = value;
  for (let i = 0; i < length; i++) {
    text = (ALPHABET[rest % 32] ?? "0") + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function randomCharacters(count: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(count));
  return Array.from(bytes, (byte) => ALPHABET[byte % 32]).join("");
}
