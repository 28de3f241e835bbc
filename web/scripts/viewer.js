import { part, say } from "./dom.js";
import { markWhole } from "./marker.js";
import { creditWords, webAddress } from "./words.js";

/** The whole photo, as large as the window. Escape and the button close it. */
export function mountViewer(dialog) {
  const photo = part(dialog, "photo");
  const marker = part(dialog, "marker");

  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  // An emptied picture has no size, so that the next mark waits for the next photo's.
  dialog.addEventListener("close", () => {
    photo.removeAttribute("src");
    marker.hidden = true;
  });

  function open(match) {
    const { image, alt, title, box } = match;
    const address = webAddress(image);
    if (address === null) return;
    photo.src = address;
    photo.alt = alt || title || "";
    say(part(dialog, "title"), title || "Photo");
    say(part(dialog, "credit"), creditWords(match));
    dialog.showModal();
    markWhole(photo, marker, box);
  }

  return { open, close: () => dialog.close() };
}
