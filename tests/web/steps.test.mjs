import assert from "node:assert/strict";
import { test } from "node:test";

import {
  START,
  forgotten,
  hashOf,
  jobIn,
  learnt,
  signedIn,
  signedOut,
  stepOf,
} from "../../web/scripts/steps.js";

const VERSION = "2026-11-20";
const TERMS = { version: VERSION, text: ["…"], retention: {} };
const step = (state) => stepOf({ ...START, ...state });
const KNOWN = { signedIn: true, terms: TERMS };
const READY = { ...KNOWN, consent: VERSION, references: 1 };

for (const [name, state, expected] of [
  ["a stranger signs in", {}, "sign-in"],
  ["a stranger with a job signs in first", { job: "j" }, "sign-in"],
  ["who comes back from the provider arrives", { arriving: true, job: "j" }, "arrival"],
  ["of who is signed in, it is asked what they agreed to", { signedIn: true }, "arrival"],
  ["who is signed in agrees", KNOWN, "consent"],
  ["an older consent does not count", { ...READY, consent: "2020-01-01" }, "consent"],
  ["who agreed shows a photo", { ...READY, references: 0 }, "photos"],
  ["who wants to adds more", { ...READY, adding: true }, "photos"],
  ["who is known searches", READY, "search"],
  ["a job is watched", { ...READY, job: "j" }, "watch"],
  ["a job from an address needs no second enrolment", { signedIn: true, job: "j" }, "watch"],
]) {
  test(name, () => assert.equal(step(state), expected));
}

test("a sign-in that ran out leaves everything else, for the same person", () => {
  const state = { ...START, ...READY, person: "ada", job: "j", ...signedOut("why") };
  assert.equal(step(state), "sign-in");
  const back = { ...state, ...signedIn(state, "ada") };
  assert.equal(step(back), "watch");
  assert.deepEqual([back.consent, back.references, back.notice], [VERSION, 1, null]);
});

test("somebody else finds nothing of the one before but the address", () => {
  const state = { ...START, ...READY, person: "ada", job: "j", ...signedOut() };
  const other = { ...state, ...signedIn(state, "eve") };
  assert.deepEqual(other, { ...START, person: "eve", signedIn: true, job: "j" });
});

const view = (agreed, references) => ({ ...TERMS, agreed, references, expires: null });

test("on another device the service knows what was agreed to and shown", () => {
  const state = { ...START, signedIn: true };
  const known = learnt(state, view({ version: VERSION, at: "…" }, 2));
  assert.equal(step({ ...state, ...known }), "search");
  const older = learnt(state, view({ version: "2020-01-01", at: "…" }, 2));
  assert.equal(step({ ...state, ...older }), "consent");
  assert.equal(step({ ...state, ...learnt(state, view(null, 0)) }), "consent");
});

test("what was agreed to in this tab counts before the first photo records it", () => {
  const state = { ...START, signedIn: true, consent: VERSION, references: 3 };
  for (const agreed of [null, { version: "2020-01-01", at: "…" }]) {
    assert.equal(step({ ...state, ...learnt(state, view(agreed, 0)) }), "photos");
  }
});

test("after a deletion nothing is left but the receipt", () => {
  const receipt = { deleted: { searches: 1 }, at: "2026-11-20T09:00:00Z" };
  assert.deepEqual(forgotten(receipt), { ...START, receipt });
  assert.equal(step(forgotten(receipt)), "forgotten");
});

test("the job goes into the address and comes back", () => {
  assert.equal(jobIn(hashOf("b1946ac9-2")), "b1946ac9-2");
  assert.equal(hashOf(null), "");
  for (const hash of ["", "#", "#job=", "#other=1", "#job=../../x", "#job=<b>", `#job=${"a".repeat(129)}`]) {
    assert.equal(jobIn(hash), null, hash);
  }
});
