// OpenWhisk takes 1 MiB, and hands a body to an action as base64: 600 KiB of JSON become 800 KiB.
const REQUEST_BYTES = 600 * 1024;
const ENVELOPE_BYTES = 4 * 1024;

export const MOST_PHOTOS = 5;

/** Tried in turn until one is small enough: the longest side in pixels, and the JPEG quality. */
export const ATTEMPTS = Object.freeze([
  { side: 1600, quality: 0.9 },
  { side: 1600, quality: 0.8 },
  { side: 1280, quality: 0.8 },
  { side: 1024, quality: 0.8 },
  { side: 800, quality: 0.75 },
  { side: 640, quality: 0.7 },
  { side: 480, quality: 0.6 },
]);

/** How many bytes each of `count` photos may have, so that one request carries them all. */
export function bytesPerPhoto(count) {
  return Math.floor((((REQUEST_BYTES - ENVELOPE_BYTES) / count) * 3) / 4);
}

/** The size of a picture scaled down, never up, to fit a square. */
export function fitWithin({ width, height }, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}
