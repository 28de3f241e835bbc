import { SignInError } from "./error.js";
import { challengeOf, randomText } from "./pkce.js";

/**
 * A sign-in that has begun and waits for the provider's answer.
 *
 * @typedef {{state: string, nonce: string, verifier: string, job: string | null}} Pending
 */

/** @param {string | null} job what is watched on after the sign-in @returns {Pending} */
export function newSignIn(job) {
  return { state: randomText(), nonce: randomText(), verifier: randomText(), job };
}

/** Where the person is sent (OpenID Connect Core, 3.1.2.1). */
export async function authorizationAddress(metadata, signIn, redirect, pending) {
  const address = new URL(metadata.authorization_endpoint);
  const asked = {
    ...signIn.parameters,
    response_type: "code",
    client_id: signIn.clientId,
    redirect_uri: redirect,
    scope: signIn.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await challengeOf(pending.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  return address.href;
}

/** The provider's answer in the page's address, or null. @param {string} search */
export function answerIn(search) {
  const given = new URLSearchParams(search);
  if (!given.has("code") && !given.has("error")) return null;
  const text = (name) => given.get(name) ?? "";
  return {
    code: text("code"),
    state: text("state"),
    iss: given.get("iss"),
    error: text("error"),
    description: text("error_description").slice(0, 200),
  };
}

/** The code of an answer to `pending`; throws SignInError. @param {Pending | null} pending */
export function codeOf(answer, pending, metadata) {
  // First: what nobody asked for here is not even shown.
  if (pending === null || answer.state !== pending.state) throw new SignInError("state_mismatch");
  const named = metadata.authorization_response_iss_parameter_supported === true;
  // RFC 9207: so that the answer of another provider is not taken for this one's.
  if (answer.iss === null ? named : answer.iss !== metadata.issuer) {
    throw new SignInError("issuer_mismatch", String(answer.iss));
  }
  if (answer.error !== "") throw new SignInError(answer.error, answer.description);
  return answer.code;
}

/**
 * Where the person's session at the provider ends, which then sends them back (OpenID Connect
 * RP-Initiated Logout 1.0), or null. By the client's id: an ID token, as a hint whose session it
 * is, would stand in an address with all it says of the person.
 */
export function logoutAddress({ end_session_endpoint: endpoint }, clientId, page) {
  if (!endpoint) return null;
  const address = new URL(endpoint);
  address.searchParams.set("client_id", clientId);
  address.searchParams.set("post_logout_redirect_uri", page);
  return address.href;
}
