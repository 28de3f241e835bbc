const PATIENCE_MS = 2_000;

/**
 * Claims the session `id` for this tab, for as long as the tab lives, and answers a function that
 * tells whether it has it.
 *
 * A duplicated tab starts with a copy of the other's session, and a refresh token that two tabs
 * use ends for both: only the first may. A reload claims again what its tab has just let go.
 *
 * @param {LockManager} locks @returns {() => Promise<boolean>}
 */
export function claim(locks, id) {
  const claimed = new Promise((resolve) => {
    locks.request(`findme-session-${id}`, () => {
      resolve(true);
      return new Promise(() => {});
    });
  });
  return () => Promise.race([claimed, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, false))]);
}
