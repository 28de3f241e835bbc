import assert from "node:assert/strict";
import { test } from "node:test";

import { ATTEMPTS, MOST_PHOTOS, bytesPerPhoto, fitWithin } from "../../web/scripts/sizing.js";

test("a picture is scaled down to fit and keeps its shape", () => {
  assert.deepEqual(fitWithin({ width: 4000, height: 3000 }, 1600), { width: 1600, height: 1200 });
  assert.deepEqual(fitWithin({ width: 30, height: 6000 }, 600), { width: 3, height: 600 });
  assert.deepEqual(fitWithin({ width: 1, height: 10_000 }, 480), { width: 1, height: 480 });
});

test("a small picture stays as it is", () => {
  assert.deepEqual(fitWithin({ width: 300, height: 200 }, 1600), { width: 300, height: 200 });
});

test("any number of photos fits one request, and that request again as base64", () => {
  for (let count = 1; count <= MOST_PHOTOS; count += 1) {
    const json = (count * bytesPerPhoto(count) * 4) / 3 + count * 260;
    assert.ok((json * 4) / 3 < 1024 * 1024, `${count} photos`);
  }
});

test("each attempt is smaller than the one before", () => {
  const pixels = ATTEMPTS.map(({ side, quality }) => side * quality);
  assert.deepEqual(pixels, [...pixels].sort((a, b) => b - a));
});
