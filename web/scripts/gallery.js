import { part, say, stamp } from "./dom.js";
import { markCropped } from "./marker.js";
import { mountViewer } from "./viewer.js";
import { bandWords, creditWords, webAddress } from "./words.js";

// Width by height, as face.css has it.
const FRAME_RATIO = 4 / 5;

/** The photos one is in. New ones come last, so that nothing moves under one's eyes. */
export function mountGallery(list, dialog) {
  const viewer = mountViewer(dialog);
  const shown = new Set();

  function show(matches) {
    for (const match of matches) {
      if (shown.has(match.id)) continue;
      shown.add(match.id);
      list.append(card(match, viewer));
    }
  }

  function clear() {
    shown.clear();
    list.replaceChildren();
    viewer.close();
  }

  return { show, clear };
}

function card(match, viewer) {
  const element = stamp("match-card");
  element.dataset.id = match.id;
  const band = part(element, "band");
  band.dataset.band = match.band;
  band.textContent = bandWords(match.band);
  say(part(element, "distance"), `distance ${match.distance.toFixed(2)}`);
  say(part(element, "title"), match.title ?? "");
  say(part(element, "credit"), creditWords(match));
  link(part(element, "link"), match.page);
  picture(element, match);
  part(element, "open").setAttribute("aria-label", `See the whole photo: ${nameOf(match)}`);
  part(element, "open").addEventListener("click", () => viewer.open(match));
  return element;
}

function picture(element, match) {
  const photo = part(element, "photo");
  photo.alt = nameOf(match);
  photo.addEventListener("error", () => {
    part(element, "missing").hidden = false;
  });
  const address = webAddress(match.image);
  if (address === null) part(element, "missing").hidden = false;
  else photo.src = address;
  markCropped(photo, part(element, "marker"), match.box, FRAME_RATIO);
}

function link(element, page) {
  const address = webAddress(page);
  element.hidden = address === null;
  if (address !== null) element.href = address;
}

const nameOf = ({ alt, title }) => alt || title || "Photo without a title";
