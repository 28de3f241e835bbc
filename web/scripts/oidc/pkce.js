import { base64url, randomBytes } from "../bytes.js";

/** 256 random bits as text: a state, a nonce, or a verifier. */
export function randomText() {
  return base64url(randomBytes(32));
}

/** The code challenge of the method S256 (RFC 7636, 4.2). */
export async function challengeOf(verifier) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(digest));
}
