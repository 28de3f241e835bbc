/**
 * Which step a person is at follows from what is known; nothing else decides it.
 *
 * @typedef {object} State
 * @property {string | null} token
 * @property {string | null} job
 * @property {string | null} consent   version of the text that was agreed to
 * @property {number} references       accepted photos of oneself
 * @property {string | null} expires   when they delete themselves
 * @property {boolean} adding          more photos are being added
 * @property {object | null} receipt   what a deletion deleted
 * @property {string | null} notice    why a step came back
 */

export const STEPS = ["sign-in", "consent", "photos", "search", "watch"];

/** @type {Readonly<State>} */
export const START = Object.freeze({
  token: null,
  job: null,
  consent: null,
  references: 0,
  expires: null,
  adding: false,
  receipt: null,
  notice: null,
});

/** @param {State} state @param {string} consentVersion */
export function stepOf(state, consentVersion) {
  if (state.receipt) return "forgotten";
  if (!state.token) return "sign-in";
  if (state.job) return "watch";
  if (state.consent !== consentVersion) return "consent";
  if (state.references === 0 || state.adding) return "photos";
  return "search";
}

/** The job survives: after signing in again the search is watched on. @returns {Partial<State>} */
export function signedOut(notice = null) {
  return { token: null, notice };
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
