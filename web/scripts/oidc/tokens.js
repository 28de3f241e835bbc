import { jsonFromBase64url } from "../bytes.js";
import { SignInError } from "./error.js";

// Nothing else is known of two clocks but that they differ.
const SKEW_S = 300;

/**
 * @typedef {object} Tokens
 * @property {string} access
 * @property {number | null} staleAt  from when on it is better renewed, in ms; null: it is not said
 * @property {number | null} expires  in ms
 * @property {string | null} refresh
 */

/** What the token endpoint answered (RFC 6749, 5.1). @param {Partial<Tokens>} before @returns {Tokens} */
export function readTokens(answer, before, now) {
  const { access_token: access, token_type: type, expires_in: seconds } = answer;
  if (typeof access !== "string" || String(type).toLowerCase() !== "bearer") {
    throw new SignInError("bad_answer", "it gave no bearer token");
  }
  const life = Number(seconds) > 0 ? Number(seconds) * 1_000 : null;
  return {
    access,
    staleAt: life && now + life - Math.min(60_000, life / 5),
    expires: life && now + life,
    refresh: answer.refresh_token ?? before.refresh ?? null,
  };
}

/**
 * Who signed in (OpenID Connect Core, 3.1.3.7). The token came straight from the provider over
 * TLS, which stands in for its signature.
 *
 * @param {string | undefined} identity @returns {string} the subject; throws SignInError
 */
export function subjectOf(identity, { issuer, clientId, nonce, now }) {
  const claims = claimsIn(identity);
  const audiences = [claims.aud].flat();
  const wrong =
    (claims.iss !== issuer && "iss") ||
    (!audiences.includes(clientId) && "aud") ||
    (audiences.length > 1 && claims.azp !== clientId && "azp") ||
    (!(claims.exp + SKEW_S > now / 1_000) && "exp") ||
    (claims.nonce !== nonce && "nonce") ||
    (typeof claims.sub !== "string" && "sub");
  if (wrong) throw new SignInError("bad_identity", `its ${wrong} is not right`);
  return claims.sub;
}

function claimsIn(identity) {
  try {
    return jsonFromBase64url(identity.split(".")[1]);
  } catch {
    throw new SignInError("bad_identity", "there is none, or it cannot be read");
  }
}
