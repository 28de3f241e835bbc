/**
 * Which step a person is at follows from what is known; nothing else decides it.
 *
 * @typedef {object} State
 * @property {boolean} signedIn
 * @property {boolean} arriving        back from the provider, with an answer to be looked at
 * @property {string | null} person    who signed in, as the provider names them
 * @property {string | null} job
 * @property {Terms | null} terms      what there is to agree to; null: not asked for yet
 * @property {string | null} consent   version of the text that was agreed to
 * @property {number} references       accepted photos of oneself
 * @property {string | null} expires   when they delete themselves
 * @property {boolean} adding          more photos are being added
 * @property {object | null} receipt   what a deletion deleted
 * @property {string | null} notice    why a step came back
 *
 * @typedef {{version: string, text: string[], retention: object}} Terms
 */

export const STEPS = ["sign-in", "consent", "photos", "search", "watch"];

/** @type {Readonly<State>} */
export const START = Object.freeze({
  signedIn: false,
  arriving: false,
  person: null,
  job: null,
  terms: null,
  consent: null,
  references: 0,
  expires: null,
  adding: false,
  receipt: null,
  notice: null,
});

/** @param {State} state */
export function stepOf(state) {
  if (state.receipt) return "forgotten";
  if (state.arriving) return "arrival";
  if (!state.signedIn) return "sign-in";
  if (state.job) return "watch";
  if (!state.terms) return "arrival";
  if (state.consent !== state.terms.version) return "consent";
  if (state.references === 0 || state.adding) return "photos";
  return "search";
}

/** Somebody else finds nothing of the one before. @param {State} state @returns {Partial<State>} */
export function signedIn({ job, person: before }, person) {
  const known = before === person ? {} : { ...START, job };
  return { ...known, person, signedIn: true, arriving: false, notice: null };
}

/** The job survives: after signing in again the search is watched on. @returns {Partial<State>} */
export function signedOut(notice = null) {
  return { signedIn: false, arriving: false, terms: null, notice };
}

/** What the service knows of the person. @param {State} state @returns {Partial<State>} */
export function learnt({ consent }, { version, text, retention, agreed, references, expires }) {
  // What was agreed to in this tab is recorded with the first photo.
  const last = consent === version ? consent : (agreed?.version ?? null);
  return { terms: { version, text, retention }, consent: last, references, expires };
}

/** @param {object} receipt @returns {State} */
export function forgotten(receipt) {
  return { ...START, receipt };
}

/** @param {string} hash the fragment of the address */
export function jobIn(hash) {
  const job = new URLSearchParams(hash.replace(/^#/, "")).get("job");
  return job && /^[\w.-]{1,128}$/.test(job) ? job : null;
}

/** @param {string | null} job */
export function hashOf(job) {
  return job ? `#${new URLSearchParams({ job })}` : "";
}
