import { randomBytes } from "node:crypto";

/** @returns a secret of 256 bits */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Is it a secret of 128 bits or more, in base64url, that has room in a hello? */
export function isToken(text: unknown): text is string {
  return typeof text === "string" && /^[A-Za-z0-9_-]{22,256}$/.test(text);
}
