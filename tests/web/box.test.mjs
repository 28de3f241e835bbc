import assert from "node:assert/strict";
import { test } from "node:test";

import { placeInCrop, placeInWhole } from "../../web/scripts/box.js";

const WIDE = { width: 1000, height: 500 };
const TALL = { width: 400, height: 1000 };
const RATIO = 4 / 5;

test("over the whole picture the box is its share of it", () => {
  const place = placeInWhole(WIDE, [100, 50, 200, 150]);
  assert.deepEqual(place, { left: 10, top: 10, width: 10, height: 20 });
});

test("a face in the middle of a wide picture comes to the middle of the frame", () => {
  const { position, marker } = placeInCrop(WIDE, [450, 200, 550, 300], RATIO);
  assert.deepEqual(position, { x: 50, y: 50 });
  assert.equal(marker.left + marker.width / 2, 50);
  assert.deepEqual([marker.width, marker.top, marker.height], [25, 40, 20]);
});

test("a face at an edge is shown whole, with the frame at that edge", () => {
  const left = placeInCrop(WIDE, [0, 0, 100, 100], RATIO);
  assert.deepEqual(left.position, { x: 0, y: 50 });
  assert.equal(left.marker.left, 0);
  const right = placeInCrop(WIDE, [900, 0, 1000, 100], RATIO);
  assert.equal(right.position.x, 100);
  assert.equal(right.marker.left + right.marker.width, 100);
});

test("a tall picture moves up and down", () => {
  const { position, marker } = placeInCrop(TALL, [150, 700, 250, 800], RATIO);
  assert.deepEqual(position, { x: 50, y: 100 });
  assert.deepEqual(marker, { left: 37.5, top: 40, width: 25, height: 20 });
});

test("a picture of the frame's shape is not cropped", () => {
  const size = { width: 800, height: 1000 };
  const { position, marker } = placeInCrop(size, [0, 0, 80, 100], RATIO);
  assert.deepEqual(position, { x: 50, y: 50 });
  assert.deepEqual(marker, { left: 0, top: 0, width: 10, height: 10 });
});
