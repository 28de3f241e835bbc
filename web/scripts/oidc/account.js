import { answerIn, codeOf, logoutAddress, newSignIn } from "./authorization.js";
import { SignInError } from "./error.js";
import { readTokens, subjectOf } from "./tokens.js";

const PENDING = "findme.sign-in";

/**
 * The provider's answer, with the sign-in begun in this tab that it belongs to. The code in it
 * leaves the address before anything else happens. @param {(job: string | null) => string} hashOf
 */
export function takeAnswer(hashOf) {
  const answer = answerIn(location.search);
  if (answer === null) return null;
  const begun = JSON.parse(sessionStorage.getItem(PENDING));
  const pending = begun?.state === answer.state ? begun : null;
  if (pending) sessionStorage.removeItem(PENDING);
  const hash = pending ? hashOf(pending.job) : location.hash;
  history.replaceState(null, "", location.pathname + hash);
  return { answer, pending };
}

/** Signing in and out at the provider. */
export function createAccount({ client, session, signIn, page }) {
  /** Sends the person to the provider; throws SignInError. */
  async function begin(job) {
    if (!crypto.subtle) throw new SignInError("insecure");
    const pending = newSignIn(job);
    const address = await client.address(pending);
    sessionStorage.setItem(PENDING, JSON.stringify(pending));
    location.assign(address);
  }

  /** Who is signed in by the answer; throws SignInError. @returns {Promise<string>} */
  async function finish({ answer, pending }) {
    const code = codeOf(answer, pending, await client.metadata());
    const given = await client.exchange(code, pending.verifier);
    const tokens = readTokens(given, {}, Date.now());
    const { issuer, clientId } = signIn;
    const { nonce } = pending;
    const person = subjectOf(given.id_token, { issuer, clientId, nonce, now: Date.now() });
    session.open(tokens);
    return person;
  }

  /** Ends the session here and at the provider, which sends the person back. */
  async function signOut() {
    await session.end();
    const metadata = await client.metadata().catch(() => ({}));
    const address = logoutAddress(metadata, signIn.clientId, page);
    if (address) location.assign(address);
  }

  return { begin, finish, signOut };
}
