import { START, hashOf, jobIn } from "./steps.js";

const KEY = "findme";

/**
 * What the page knows. The job is kept in the address and the rest for as long as the tab lives,
 * so that a reload loses nothing; neither outlives the tab. `now` is known of this moment.
 *
 * @param {Partial<import("./steps.js").State>} now
 */
export function createStore(now) {
  let state = { ...START, ...remembered(), ...now, job: jobIn(location.hash) };
  const listeners = new Set();

  function publish(next) {
    state = next;
    const { person, consent, references, expires } = state;
    sessionStorage.setItem(KEY, JSON.stringify({ person, consent, references, expires }));
    for (const listener of listeners) listener(state);
  }

  addEventListener("popstate", () => publish({ ...state, job: jobIn(location.hash) }));

  return {
    get state() {
      return state;
    },
    /** @param {Partial<import("./steps.js").State>} change */
    set(change) {
      const next = { ...state, ...change };
      if (next.job !== state.job) {
        history.pushState(null, "", location.pathname + hashOf(next.job));
      }
      publish(next);
    },
    subscribe(listener) {
      listeners.add(listener);
      listener(state);
    },
  };
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}
