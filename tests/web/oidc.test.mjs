import assert from "node:assert/strict";
import { test } from "node:test";

import { base64url } from "../../web/scripts/bytes.js";
import {
  answerIn,
  authorizationAddress,
  codeOf,
  logoutAddress,
  newSignIn,
} from "../../web/scripts/oidc/authorization.js";
import { checkMetadata } from "../../web/scripts/oidc/discovery.js";
import { challengeOf, randomText } from "../../web/scripts/oidc/pkce.js";
import { readTokens, subjectOf } from "../../web/scripts/oidc/tokens.js";
import { explainSignIn } from "../../web/scripts/sign-in-words.js";

const ISSUER = "https://op.example/";
const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: "https://op.example/authorize?tenant=1",
  token_endpoint: "https://op.example/token",
};
const PENDING = { state: "s", nonce: "n", verifier: "v", job: null };
const NOW = 1_800_000_000_000;
const fails = (code, work) => assert.throws(work, { code });

test("the challenge is that of RFC 7636, appendix B", async () => {
  const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  assert.equal(await challengeOf(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
});

test("a verifier has 256 bits, all of them new", () => {
  const texts = Array.from({ length: 100 }, randomText);
  assert.equal(new Set(texts).size, 100);
  for (const text of texts) assert.match(text, /^[A-Za-z0-9_-]{43}$/);
  const { state, nonce, verifier } = newSignIn("j");
  assert.equal(new Set([state, nonce, verifier]).size, 3);
});

test("the request carries what the provider needs and no verifier", async () => {
  const signIn = {
    clientId: "page",
    scope: "openid findme:search",
    parameters: { audience: "findme", response_type: "token" },
  };
  const address = new URL(
    await authorizationAddress(METADATA, signIn, "https://page.example/", PENDING),
  );
  assert.equal(address.origin + address.pathname, "https://op.example/authorize");
  assert.deepEqual(Object.fromEntries(address.searchParams), {
    tenant: "1",
    audience: "findme",
    response_type: "code",
    client_id: "page",
    redirect_uri: "https://page.example/",
    scope: "openid findme:search",
    state: "s",
    nonce: "n",
    code_challenge: await challengeOf("v"),
    code_challenge_method: "S256",
  });
});

test("an address without an answer is none", () => {
  for (const search of ["", "?", "?state=s", "?job=x"]) assert.equal(answerIn(search), null);
});

test("only the answer to what was begun here is used", () => {
  const code = (search, pending = PENDING, metadata = METADATA) =>
    codeOf(answerIn(search), pending, metadata);
  assert.equal(code("?code=c&state=s"), "c");
  assert.equal(code(`?code=c&state=s&iss=${encodeURIComponent(ISSUER)}`), "c");
  fails("state_mismatch", () => code("?code=c&state=other"));
  fails("state_mismatch", () => code("?code=c"));
  fails("state_mismatch", () => code("?code=c&state=s", null));
  fails("state_mismatch", () => code("?error=access_denied&state=other"));
  fails("access_denied", () => code("?error=access_denied&state=s"));
  fails("issuer_mismatch", () => code("?code=c&state=s&iss=https://evil.example/"));
  const naming = { ...METADATA, authorization_response_iss_parameter_supported: true };
  fails("issuer_mismatch", () => code("?code=c&state=s", PENDING, naming));
});

test("metadata is the issuer's own, and leads nowhere without TLS", () => {
  const check = (change) => checkMetadata({ ...METADATA, ...change }, ISSUER);
  assert.equal(check({}).token_endpoint, METADATA.token_endpoint);
  for (const change of [
    { issuer: "https://op.example" },
    { issuer: "https://evil.example/" },
    { token_endpoint: "http://op.example/token" },
    { token_endpoint: undefined },
    { authorization_endpoint: "javascript:alert(1)" },
    { end_session_endpoint: "javascript:alert(1)" },
    { code_challenge_methods_supported: ["plain"] },
  ]) {
    fails("bad_discovery", () => check(change));
  }
});

test("a token is renewed a minute before it runs out, a short one after four fifths", () => {
  const stale = (seconds) =>
    readTokens({ access_token: "a", token_type: "bearer", expires_in: seconds }, {}, NOW).staleAt;
  assert.equal(stale(3600), NOW + 3540_000);
  assert.equal(stale("10"), NOW + 8_000);
  assert.equal(stale(undefined), null);
});

test("a provider that does not rotate its refresh token goes on with the old one", () => {
  const before = { refresh: "r1" };
  const read = (more) => readTokens({ access_token: "a", token_type: "Bearer", ...more }, before, NOW);
  assert.equal(read({}).refresh, "r1");
  assert.equal(read({ refresh_token: "r2" }).refresh, "r2");
  for (const answer of [{}, { access_token: "a", token_type: "DPoP" }, { token_type: "Bearer" }]) {
    fails("bad_answer", () => readTokens(answer, {}, NOW));
  }
});

const CLAIMS = { iss: ISSUER, sub: "zoë", aud: "page", exp: NOW / 1000 + 60, nonce: "n" };
const EXPECTED = { issuer: ISSUER, clientId: "page", nonce: "n", now: NOW };

function identity(change) {
  const part = (value) => base64url(new TextEncoder().encode(JSON.stringify(value)));
  return `${part({ alg: "none" })}.${part({ ...CLAIMS, ...change })}.`;
}

test("the ID token says who it is, to this page, in answer to this sign-in", () => {
  assert.equal(subjectOf(identity({}), EXPECTED), "zoë");
  assert.equal(subjectOf(identity({ aud: ["page", "b"], azp: "page" }), EXPECTED), "zoë");
  for (const change of [
    { iss: "https://evil.example/" },
    { aud: "other" },
    { aud: ["page", "other"] },
    { exp: NOW / 1000 - 301 },
    { exp: undefined },
    { nonce: "other" },
    { nonce: undefined },
    { sub: 7 },
  ]) {
    fails("bad_identity", () => subjectOf(identity(change), EXPECTED));
  }
  for (const none of [undefined, "", "a.b", "a.e30"]) {
    fails("bad_identity", () => subjectOf(none, EXPECTED));
  }
});

test("every failure has words and a way on", () => {
  const words = (code, message = "") => explainSignIn({ code, message });
  assert.match(words("access_denied"), /declined there/);
  assert.match(words("unreachable", "op.example"), /op\.example does not answer/);
  assert.match(words("unauthorized_client", "no such client"), /\(unauthorized_client: no such client\)/);
});

test("the sign-out names the client and the way back, and no token", () => {
  const metadata = { end_session_endpoint: "https://op.example/logout?tenant=1" };
  const address = new URL(logoutAddress(metadata, "page", "https://page.example/"));
  assert.deepEqual(Object.fromEntries(address.searchParams), {
    tenant: "1",
    client_id: "page",
    post_logout_redirect_uri: "https://page.example/",
  });
  assert.equal(logoutAddress({}, "page", "https://page.example/"), null);
});
