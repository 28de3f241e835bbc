import assert from "node:assert/strict";
import { test } from "node:test";

import { loadJob } from "../../web/scripts/job.js";
import { createWatcher } from "../../web/scripts/watcher.js";

/** A watcher over recorded answers, its time in the test's hands. */
function watching(answers) {
  const seen = { statuses: [], troubles: [], delays: [] };
  const world = { hidden: false, due: null };
  const watcher = createWatcher({
    load: async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    onStatus: (status) => seen.statuses.push(status.state),
    onTrouble: (error, delay) => seen.troubles.push([error.status, delay]),
    isHidden: () => world.hidden,
    timer: {
      set: (callback, delay) => {
        seen.delays.push(delay);
        world.due = callback;
        return callback;
      },
      clear: (callback) => {
        if (world.due === callback) world.due = null;
      },
    },
  });
  const tick = async () => {
    const callback = world.due;
    world.due = null;
    await callback?.();
  };
  return { watcher, seen, world, tick };
}

const failure = (status, retryAfter = null) => Object.assign(new Error(), { status, retryAfter });

test("it asks until the job is over, then no more", async () => {
  const { watcher, seen, world, tick } = watching([{ state: "searching" }, { state: "finished" }]);
  await watcher.wake();
  await tick();
  assert.deepEqual(seen.statuses, ["searching", "finished"]);
  assert.equal(world.due, null);
});

test("it slows down while nothing changes, and speeds up when something does", async () => {
  const same = { state: "processing", n: 1 };
  const { watcher, seen, tick } = watching([same, same, same, { state: "processing", n: 2 }]);
  await watcher.wake();
  for (let n = 0; n < 3; n += 1) await tick();
  assert.deepEqual(seen.delays, [500, 800, 1280, 500]);
});

test("it gets over what passes, as late as the server asks", async () => {
  const { watcher, seen, tick } = watching([failure(503, 9_000), failure(0), { state: "finished" }]);
  await watcher.wake();
  await tick();
  await tick();
  assert.deepEqual(seen.troubles, [[503, 9_000], [0, 2_000]]);
  assert.deepEqual(seen.statuses, ["finished"]);
});

test("it gives up on what only a person can mend", async () => {
  const { watcher, seen, world } = watching([failure(401)]);
  await watcher.wake();
  assert.deepEqual(seen.troubles, [[401, null]]);
  assert.equal(world.due, null);
});

test("it asks nothing in a hidden tab, and at once when the tab is looked at", async () => {
  const { watcher, seen, world, tick } = watching([{ state: "searching" }, { state: "finished" }]);
  await watcher.wake();
  world.hidden = true;
  await tick();
  assert.deepEqual([seen.statuses, world.due], [["searching"], null]);
  world.hidden = false;
  await watcher.wake();
  assert.deepEqual(seen.statuses, ["searching", "finished"]);
});

test("an answer that comes after the end is not shown", async () => {
  const { watcher, seen, world } = watching([{ state: "searching" }]);
  const asked = watcher.wake();
  watcher.stop();
  await asked;
  assert.deepEqual([seen.statuses, world.due], [[], null]);
});

test("waking twice asks once", async () => {
  const { watcher, seen } = watching([{ state: "searching" }, { state: "searching" }]);
  await Promise.all([watcher.wake(), watcher.wake()]);
  assert.equal(seen.statuses.length, 1);
});

test("a job's matches are read page by page, no further than needed", async () => {
  const pages = {
    first: { counts: { matched: 3 }, matches: ["a", "b"], next: "2" },
    2: { matches: ["c"], next: "3" },
  };
  const asked = [];
  const api = {
    status: async (job, after = "first") => {
      asked.push(after);
      return pages[after];
    },
  };
  assert.deepEqual((await loadJob(api, "j")).matches, ["a", "b", "c"]);
  assert.deepEqual(asked, ["first", "2"]);
});
