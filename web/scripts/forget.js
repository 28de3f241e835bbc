import { busy, part, say } from "./dom.js";
import { START, forgotten, signedOut } from "./steps.js";
import { dateWords, deletedWords, explain } from "./words.js";

/** The button that deletes everything, and the question before it. */
export function mountForget(root, { store, api, session }) {
  const dialog = part(root, "ask");
  const confirm = part(dialog, "confirm");
  const trouble = part(dialog, "trouble");

  part(root, "forget").addEventListener("click", () => {
    say(trouble, "");
    dialog.showModal();
  });
  confirm.addEventListener("click", () => busy(confirm, forget));

  async function forget() {
    try {
      const { receipt } = await api.forgetMe();
      dialog.close();
      store.set(forgotten(receipt));
      await session.end();
    } catch (error) {
      if (error.status !== 401) return say(trouble, explain(error));
      dialog.close();
      store.set(signedOut(explain(error)));
    }
  }
}

/** What was deleted, in figures. */
export function mountForgotten(panel, { store }) {
  part(panel, "restart").addEventListener("click", () => store.set(START));
  store.subscribe(({ receipt }) => {
    if (receipt === null) return;
    say(part(panel, "at"), dateWords(receipt.at));
    part(panel, "deleted").replaceChildren(...Object.entries(receipt.deleted).map(line));
  });
}

function line([kind, count]) {
  const group = document.createElement("div");
  const figure = Object.assign(document.createElement("dd"), { textContent: String(count) });
  const label = Object.assign(document.createElement("dt"), { textContent: deletedWords(kind) });
  group.append(label, figure);
  return group;
}
