import { part, say, stamp } from "./dom.js";
import { markWhole } from "./marker.js";

/** One row for each photo of oneself: what it is, and whether it will do. */
export function mountReport(list) {
  const previews = new Set();

  function add(name) {
    const row = stamp("report-row");
    const photo = part(row, "photo");
    part(row, "name").textContent = name;
    say(part(row, "verdict"), "Getting it ready…");
    list.append(row);

    function conclude(kind, words) {
      row.classList.remove("is-accepted", "is-refused");
      row.classList.add(kind);
      say(part(row, "verdict"), words);
    }

    return {
      show(blob) {
        photo.src = URL.createObjectURL(blob);
        previews.add(photo.src);
      },
      refuse(words) {
        conclude("is-refused", words);
      },
      settle({ accepted, message, box }) {
        if (!accepted) return conclude("is-refused", message ?? "This photo was refused.");
        conclude("is-accepted", "Accepted: this is the face that is looked for.");
        return markWhole(photo, part(row, "marker"), box);
      },
    };
  }

  function clear() {
    previews.forEach(URL.revokeObjectURL);
    previews.clear();
    list.replaceChildren();
  }

  return { add, clear };
}
