import { isOver, isPassing, nextDelay } from "./polling.js";

/**
 * Asks for a job's status until it is over: less often while nothing changes, not at all while
 * nobody looks, and on after an error that passes.
 *
 * @param {object} parts
 * @param {() => Promise<object>} parts.load
 * @param {(status: object) => void} parts.onStatus
 * @param {(error: Error, delay: number | null) => void} parts.onTrouble  no delay: it has given up
 * @param {() => boolean} parts.isHidden
 * @param {{set: Function, clear: Function}} parts.timer
 */
export function createWatcher({ load, onStatus, onTrouble, isHidden, timer }) {
  let pending = null;
  let asking = false;
  let stopped = false;
  let last = "";
  const past = { unchanged: 0, failures: 0, retryAfter: null };

  function learn(status) {
    const seen = JSON.stringify(status);
    Object.assign(past, { unchanged: seen === last ? past.unchanged + 1 : 0, failures: 0 });
    past.retryAfter = null;
    last = seen;
    stopped ||= isOver(status);
    onStatus(status);
  }

  function stumble(error) {
    past.failures += 1;
    past.retryAfter = error.retryAfter ?? null;
    stopped ||= !isPassing(error);
    onTrouble(error, stopped ? null : nextDelay(past));
  }

  async function ask() {
    pending = null;
    if (stopped || asking || isHidden()) return;
    asking = true;
    const answer = await load().then(
      (status) => () => learn(status),
      (error) => () => stumble(error),
    );
    asking = false;
    if (stopped) return;
    answer();
    if (!stopped && pending === null) pending = timer.set(ask, nextDelay(past));
  }

  /** Ask now: the tab is looked at again, or a person does not want to wait. */
  function wake() {
    timer.clear(pending);
    return ask();
  }

  function stop() {
    stopped = true;
    timer.clear(pending);
  }

  return { wake, stop };
}
