import { placeInCrop, placeInWhole } from "./box.js";

/** Marks a face over a photo that is shown whole. */
export async function markWhole(photo, marker, box) {
  const size = await naturalSize(photo);
  marker.hidden = !box || !size;
  if (!marker.hidden) place(marker, placeInWhole(size, box));
}

/** Crops a photo around a face, so that it fills a frame of `ratio`, and marks the face. */
export async function markCropped(photo, marker, box, ratio) {
  const size = await naturalSize(photo);
  marker.hidden = !box || !size;
  if (marker.hidden) return;
  const { position, marker: at } = placeInCrop(size, box, ratio);
  photo.style.objectPosition = `${position.x}% ${position.y}%`;
  place(marker, at);
}

function place(marker, { left, top, width, height }) {
  Object.assign(marker.style, {
    left: `${left}%`,
    top: `${top}%`,
    width: `${width}%`,
    height: `${height}%`,
  });
}

/** Upright, as the browser turns it; null for a photo that does not load. */
function naturalSize(photo) {
  const size = () => ({ width: photo.naturalWidth, height: photo.naturalHeight });
  // Not `complete`: it is true as well of a photo whose loading is put off until it is scrolled to.
  if (photo.naturalWidth > 0) return Promise.resolve(size());
  return new Promise((resolve) => {
    photo.addEventListener("load", () => resolve(size()), { once: true });
    photo.addEventListener("error", () => resolve(null), { once: true });
  });
}
