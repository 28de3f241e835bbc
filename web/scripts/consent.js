import { part } from "./dom.js";

export function mountConsent(panel, { store, config }) {
  const agree = part(panel, "agree");
  part(panel, "version").textContent = config.consentVersion;
  part(panel, "text").replaceChildren(...config.consentText.map(paragraph));

  part(panel, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    agree.checked = false;
    store.set({ consent: config.consentVersion });
  });
}

function paragraph(text) {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}
