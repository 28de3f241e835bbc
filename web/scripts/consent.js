import { part } from "./dom.js";
import { stepOf } from "./steps.js";
import { retentionWords } from "./words.js";

/** What is computed, for what, how long it stays and how to delete it, before the first photo. */
export function mountConsent(panel, { store }) {
  const agree = part(panel, "agree");

  part(panel, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    agree.checked = false;
    store.set({ consent: store.state.terms.version });
  });

  store.subscribe((state) => {
    if (stepOf(state) !== "consent") return;
    const { version, text, retention } = state.terms;
    part(panel, "version").textContent = version;
    part(panel, "text").replaceChildren(...[...text, retentionWords(retention)].map(paragraph));
  });
}

function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text });
}
