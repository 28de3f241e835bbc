import assert from "node:assert/strict";
import { test } from "node:test";

import { headlineOf, progressOf, sentenceOf } from "../../web/scripts/progress.js";

const COUNTS = { found: 16, waiting: 4, matched: 3, no_match: 5, no_face: 2, failed: 1, skipped: 1 };
const status = (state, counts) => ({ state, counts });

test("the figures add up", () => {
  const progress = progressOf(status("processing", COUNTS));
  assert.equal(progress.answered + COUNTS.waiting, progress.found);
  assert.equal(progress.compared, 8);
  const shares = progress.segments.reduce((sum, { share }) => sum + share, 0);
  assert.ok(Math.abs(shares - 1) < 1e-9);
});

test("the bar is full when the search is finished, and not before", () => {
  const all = { found: 3, no_match: 3 };
  assert.equal(progressOf(status("searching", {})).percent, 0);
  assert.equal(progressOf(status("processing", COUNTS)).percent, 75);
  assert.equal(progressOf(status("searching", all)).percent, 99);
  assert.equal(progressOf(status("finished", all)).percent, 100);
  assert.equal(progressOf(status("finished", { found: 0 })).percent, 100);
});

for (const [state, counts, words] of [
  ["searching", {}, "Looking for photos"],
  ["searching", { found: 2 }, "Looking for you"],
  ["processing", { found: 2, matched: 1 }, "You are in 1 photo so far"],
  ["finished", { found: 2, matched: 2 }, "You are in 2 photos"],
  ["finished", { found: 1, no_match: 1 }, "You are not in this photo"],
  ["finished", { found: 2, no_match: 2 }, "You are not in these 2 photos"],
  ["finished", { found: 0 }, "There were no photos to look at"],
  ["failed", { found: 2, matched: 1 }, "The search could not be finished"],
]) {
  test(`${state} with ${JSON.stringify(counts)}: ${words}`, () => {
    assert.equal(headlineOf(progressOf(status(state, counts))), words);
  });
}

test("the sentence says what is still to come", () => {
  const sentence = (state) => sentenceOf(progressOf(status(state, COUNTS)));
  assert.equal(sentence("searching"), "16 photos found, 8 compared with your face, still looking for more.");
  assert.equal(sentence("processing"), "16 photos found, 8 compared with your face, 4 to go.");
  assert.equal(sentence("finished"), "16 photos found, 8 compared with your face.");
});
