import { part, say, stamp } from "./dom.js";
import { headlineOf, progressOf, sentenceOf } from "./progress.js";
import { failureWords, kindWords } from "./words.js";

/** The headline, the bar and the figures of a search. */
export function mountTally(panel) {
  const bar = part(panel, "bar");
  const list = part(panel, "tally");

  function show(status) {
    const progress = progressOf(status);
    const headline = headlineOf(progress);
    say(part(panel, "headline"), headline);
    say(part(panel, "sentence"), sentenceOf(progress));
    // One thing is read aloud: how many photos one is in. The figures can be looked up.
    say(part(panel, "live"), `${headline}.`);
    document.title = progress.matched > 0 ? `(${progress.matched}) FindMe` : "FindMe";
    drawBar(bar, progress);
    const told = progress.segments.filter(({ kind, count }) => count > 0 || kind === "matched");
    list.replaceChildren(...told.map((segment) => entry(segment, status)));
  }

  function clear() {
    bar.replaceChildren();
    list.replaceChildren();
    say(part(panel, "headline"), "Looking for photos");
    say(part(panel, "sentence"), "");
  }

  return { show, clear };
}

function drawBar(bar, { segments, percent, state }) {
  bar.setAttribute("aria-valuenow", String(percent));
  bar.classList.toggle("is-searching", state === "searching");
  segments.forEach(({ kind, share }, index) => {
    const element = bar.children[index] ?? bar.appendChild(document.createElement("span"));
    element.dataset.kind = kind;
    element.style.flexGrow = String(share);
  });
}

function entry({ kind, count }, status) {
  const element = stamp("tally-entry");
  element.dataset.kind = kind;
  part(element, "count").textContent = String(count);
  part(element, "label").textContent = kindWords(kind);
  say(part(element, "why"), kind === "failed" ? `(${failureWords(status.failures)})` : "");
  return element;
}
