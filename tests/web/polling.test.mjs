import assert from "node:assert/strict";
import { test } from "node:test";

import { isOver, isPassing, nextDelay, retryAfterMs } from "../../web/scripts/polling.js";

const delays = (key, count) =>
  Array.from({ length: count }, (_, n) =>
    nextDelay({ unchanged: 0, failures: 0, retryAfter: null, [key]: n }),
  );

test("what changes is asked for often, what does not ever less often, up to a limit", () => {
  const waits = delays("unchanged", 20);
  assert.equal(waits[0], 500);
  assert.ok(waits.every((wait, n) => n === 0 || wait >= waits[n - 1]));
  assert.equal(waits.at(-1), 8_000);
});

test("after failures it waits twice as long each time, up to half a minute", () => {
  assert.deepEqual(delays("failures", 8).slice(1), [1e3, 2e3, 4e3, 8e3, 16e3, 30e3, 30e3]);
});

test("the server may ask for more, never for less", () => {
  assert.equal(nextDelay({ unchanged: 0, failures: 1, retryAfter: 90_000 }), 90_000);
  assert.equal(nextDelay({ unchanged: 0, failures: 1, retryAfter: 0 }), 1_000);
});

test("Retry-After comes in seconds or as a date", () => {
  const now = Date.parse("2026-11-20T09:00:00Z");
  assert.equal(retryAfterMs("7", now), 7_000);
  assert.equal(retryAfterMs("Fri, 20 Nov 2026 09:00:05 GMT", now), 5_000);
  assert.equal(retryAfterMs("Fri, 20 Nov 2026 08:00:00 GMT", now), 0);
  assert.equal(retryAfterMs("soon", now), null);
  assert.equal(retryAfterMs(null, now), null);
});

test("only finished and failed searches are over", () => {
  const over = ["searching", "processing", "finished", "failed"].filter((state) => isOver({ state }));
  assert.deepEqual(over, ["finished", "failed"]);
});

test("what passes by itself is tried again, what needs a person is not", () => {
  const passing = [0, 400, 401, 403, 404, 413, 429, 500, 503].filter((status) => isPassing({ status }));
  assert.deepEqual(passing, [0, 429, 500, 503]);
});
