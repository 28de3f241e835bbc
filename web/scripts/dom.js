/** The one element that carries `data-part="name"` in `root`. */
export function part(root, name) {
  const element = root.querySelector(`[data-part="${name}"]`);
  if (element === null) throw new Error(`the page has no part "${name}"`);
  return element;
}

/** A fresh copy of a template's one element. */
export function stamp(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** Data becomes text here, and nothing else. An empty text hides its element. */
export function say(element, text) {
  const words = text ?? "";
  // Writing the same text again would make a screen reader say it again.
  if (element.textContent !== words) element.textContent = words;
  element.hidden = words === "";
}

/** Keeps a form's button from being pressed twice while `work` runs. */
export async function busy(button, work) {
  button.disabled = true;
  try {
    return await work();
  } finally {
    button.disabled = false;
  }
}
