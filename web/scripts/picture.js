import { ATTEMPTS, bytesPerPhoto, fitWithin } from "./sizing.js";

/** The person chose something that is no picture, or none that this browser can open. */
export class PictureError extends Error {}

/**
 * A photo as a JPEG small enough to be sent together with `count - 1` others, upright and
 * without its metadata (place and camera never leave this browser).
 *
 * @param {File} file @param {number} count @returns {Promise<Blob>}
 */
export async function scaled(file, count) {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new PictureError(
      "This file could not be opened as a picture. Use a JPEG, PNG, WebP or GIF.",
    );
  });
  try {
    return await firstThatFits(bitmap, bytesPerPhoto(count));
  } finally {
    bitmap.close();
  }
}

async function firstThatFits(bitmap, bytes) {
  for (const { side, quality } of ATTEMPTS) {
    const blob = await drawn(bitmap, fitWithin(bitmap, side), quality);
    if (blob.size <= bytes) return blob;
  }
  throw new PictureError("This picture could not be made small enough to be sent.");
}

function drawn(bitmap, { width, height }, quality) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  // JPEG has no transparency: without a ground it would turn black.
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, "image/jpeg", quality);
  });
}

/** @param {Blob} blob @returns {Promise<string>} */
export function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1]);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
