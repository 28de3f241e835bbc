import { randomText } from "./pkce.js";
import { readTokens } from "./tokens.js";

const KEY = "findme.session";

/**
 * The tokens of the person who is signed in in this tab. They are renewed when somebody asks for
 * one, once for all who ask at the same time.
 *
 * @param {object} parts
 * @param {{refresh: Function, revoke: Function}} parts.client
 * @param {Storage} parts.storage
 * @param {(id: string) => () => Promise<boolean>} parts.claim  of ownership.js
 * @param {() => number} parts.now
 */
export function createSession({ client, storage, claim, now }) {
  let held = JSON.parse(storage.getItem(KEY));
  let isOwner = held && claim(held.id);
  let renewing = null;

  function keep(next) {
    held = next;
    if (held === null) storage.removeItem(KEY);
    else storage.setItem(KEY, JSON.stringify(held));
  }

  function open(tokens) {
    const id = randomText();
    keep({ ...tokens, id });
    isOwner = claim(id);
  }

  /** A token to call with, or null. Throws SignInError where the provider does not answer now. */
  async function token() {
    if (held === null) return null;
    const { access, refresh, staleAt, expires } = held;
    if (refresh === null || staleAt === null || now() < staleAt) return access;
    return renew(access).catch((error) => {
      if (now() < expires) return access;
      throw error;
    });
  }

  /** Another token than `old`, or null where only a person can sign in again. */
  function renew(old) {
    if (held?.access !== old) return Promise.resolve(held?.access ?? null);
    renewing ??= refreshed().finally(() => {
      renewing = null;
    });
    return renewing;
  }

  async function refreshed() {
    const before = held;
    if (before.refresh === null || !(await isOwner())) return close();
    try {
      const answer = await client.refresh(before.refresh);
      if (held === before) keep({ ...readTokens(answer, before, now()), id: before.id });
      return held?.access ?? null;
    } catch (error) {
      if (error.isPassing) throw error;
      return close();
    }
  }

  function close() {
    keep(null);
    return null;
  }

  /** Ends it here and, as far as it can be reached, at the provider. */
  async function end() {
    await renewing?.catch(() => null);
    const refresh = held?.refresh;
    close();
    if (refresh && (await isOwner())) await client.revoke(refresh).catch(() => null);
  }

  return {
    open,
    token,
    renew,
    close,
    end,
    get isOpen() {
      return held !== null;
    },
  };
}
