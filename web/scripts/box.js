/**
 * Where a face lies, as percentages, so that it holds at every size of the frame.
 *
 * @typedef {{width: number, height: number}} Size  pixels of the upright picture
 * @typedef {[number, number, number, number]} Box  left, top, right, bottom in those pixels
 */

/** @param {Size} size @param {Box} box over the whole picture */
export function placeInWhole(size, [left, top, right, bottom]) {
  return {
    left: (left / size.width) * 100,
    top: (top / size.height) * 100,
    width: ((right - left) / size.width) * 100,
    height: ((bottom - top) / size.height) * 100,
  };
}

/**
 * Over a frame that the picture covers, cropped so that the face is as near to the middle as the
 * picture allows. `position` is the CSS object-position that crops it so.
 *
 * @param {Size} size @param {Box} box @param {number} frameRatio width by height
 */
export function placeInCrop(size, box, frameRatio) {
  const visible = visiblePart(size, frameRatio);
  const x = cropStart((box[0] + box[2]) / 2, visible.width, size.width);
  const y = cropStart((box[1] + box[3]) / 2, visible.height, size.height);
  return {
    position: {
      x: asPosition(x, visible.width, size.width),
      y: asPosition(y, visible.height, size.height),
    },
    marker: placeInWhole(visible, [box[0] - x, box[1] - y, box[2] - x, box[3] - y]),
  };
}

function visiblePart({ width, height }, frameRatio) {
  return width / height > frameRatio
    ? { width: height * frameRatio, height }
    : { width, height: width / frameRatio };
}

function cropStart(middle, visible, whole) {
  return Math.min(Math.max(middle - visible / 2, 0), whole - visible);
}

function asPosition(start, visible, whole) {
  return whole - visible < 1e-6 ? 50 : (start / (whole - visible)) * 100;
}
