import { base64url, randomBytes } from "./bytes.js";
import { busy, part, say } from "./dom.js";
import { collect } from "./holdings.js";
import { signedOut } from "./steps.js";
import { explain } from "./words.js";

/** The button that saves everything held about the person, as one JSON file. */
export function mountMyData(root, { store, api }) {
  const button = part(root, "my-data");
  const notice = part(root, "notice");

  button.addEventListener("click", () => busy(button, save));

  async function save() {
    say(notice, "");
    // The encodings come sealed for this one download: nobody on their way can read them.
    const key = randomBytes(32);
    try {
      const held = await collect((after) => api.myData(base64url(key), after), key);
      offer(held, `findme-${new Date().toISOString().slice(0, 10)}.json`);
    } catch (error) {
      if (error.status === 401) store.set(signedOut(explain(error)));
      else say(notice, explain(error));
    }
  }
}

function offer(content, name) {
  const file = new Blob([JSON.stringify(content, null, 2)], { type: "application/json" });
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(file),
    download: name,
  });
  link.click();
  URL.revokeObjectURL(link.href);
}
