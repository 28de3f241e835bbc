import assert from "node:assert/strict";
import { test } from "node:test";

import { START, forgotten, hashOf, jobIn, signedOut, stepOf } from "../../web/scripts/steps.js";

const VERSION = "2026-11-20";
const step = (state) => stepOf({ ...START, ...state }, VERSION);
const READY = { token: "t", consent: VERSION, references: 1 };

for (const [name, state, expected] of [
  ["a stranger signs in", {}, "sign-in"],
  ["a stranger with a job signs in first", { job: "j" }, "sign-in"],
  ["who is signed in agrees", { token: "t" }, "consent"],
  ["an older consent does not count", { ...READY, consent: "2020-01-01" }, "consent"],
  ["who agreed shows a photo", { ...READY, references: 0 }, "photos"],
  ["who wants to adds more", { ...READY, adding: true }, "photos"],
  ["who is known searches", READY, "search"],
  ["a job is watched", { ...READY, job: "j" }, "watch"],
  ["a job from an address needs no second enrolment", { token: "t", job: "j" }, "watch"],
]) {
  test(name, () => assert.equal(step(state), expected));
}

test("a sign-in that ran out leaves everything else", () => {
  const state = { ...START, ...READY, job: "j", ...signedOut("why") };
  assert.equal(step(state), "sign-in");
  assert.equal(step({ ...state, token: "new" }), "watch");
});

test("after a deletion nothing is left but the receipt", () => {
  const receipt = { deleted: { jobs: 1 }, at: "2026-11-20T09:00:00Z" };
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
