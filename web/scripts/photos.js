import { part, say } from "./dom.js";
import { base64, scaled } from "./picture.js";
import { mountReport } from "./report.js";
import { MOST_PHOTOS } from "./sizing.js";
import { signedOut } from "./steps.js";
import { dateWords, explain } from "./words.js";

/** Photos of oneself: chosen or dropped, made smaller here, sent, and reported on one by one. */
export function mountPhotos(panel, { store, api }) {
  const files = part(panel, "files");
  const report = mountReport(part(panel, "report"));
  // What was chosen together is sent together: it was scaled to fit one request.
  let batches = [];
  let sending = false;

  files.addEventListener("change", () => {
    add([...files.files]);
    files.value = "";
  });
  mountDrop(part(panel, "drop"), add);
  part(panel, "again").addEventListener("click", send);
  part(panel, "onward").addEventListener("click", () => store.set({ adding: false }));

  async function add(chosen) {
    const photos = chosen.slice(0, MOST_PHOTOS);
    for (const file of chosen.slice(MOST_PHOTOS)) {
      report.add(file.name).refuse(`Add at most ${MOST_PHOTOS} photos at a time.`);
    }
    const ready = await Promise.all(photos.map((file) => prepare(file, photos.length)));
    const batch = ready.filter((photo) => photo !== null);
    if (batch.length === 0) return;
    batches.push(batch);
    await send();
  }

  async function prepare(file, count) {
    const row = report.add(file.name);
    try {
      const blob = await scaled(file, count);
      row.show(blob);
      return { row, name: file.name, data: await base64(blob) };
    } catch (error) {
      row.refuse(error.message);
      return null;
    }
  }

  async function send() {
    if (sending) return;
    sending = true;
    render(store.state);
    const trouble = await sendAll().then(() => "", explainOrSignOut);
    sending = false;
    say(part(panel, "trouble"), trouble);
    render(store.state);
  }

  async function sendAll() {
    while (batches.length > 0) {
      const [batch] = batches;
      const photos = batch.map(({ name, data }) => ({ name, data }));
      const answer = await api.enrol(store.state.consent, photos);
      batches = batches.slice(1);
      batch.forEach(({ row }, index) => row.settle(answer.photos[index]));
      store.set({ references: answer.references, expires: answer.expires, adding: true });
    }
  }

  function explainOrSignOut(error) {
    if (error.status !== 401) return explain(error);
    store.set(signedOut(explain(error)));
    return "";
  }

  function render(state) {
    const waits = batches.length > 0 && !sending;
    say(part(panel, "working"), sending ? "Looking for your face…" : "");
    say(part(panel, "expires"), expiryWords(state));
    part(panel, "onward").hidden = state.references === 0;
    part(panel, "again").hidden = !waits;
    part(panel, "drop").classList.toggle("is-small", state.references > 0);
  }

  store.subscribe((state) => {
    if (state.consent === null) {
      batches = [];
      report.clear();
    }
    render(state);
  });
}

function expiryWords({ references, expires }) {
  const date = dateWords(expires);
  return references > 0 && date ? `What was measured deletes itself on ${date}.` : "";
}

function mountDrop(zone, onFiles) {
  const over = (event) => {
    event.preventDefault();
    zone.classList.toggle("is-over", event.type === "dragover");
  };
  for (const type of ["dragover", "dragleave", "drop"]) zone.addEventListener(type, over);
  zone.addEventListener("drop", (event) => onFiles([...event.dataTransfer.files]));
}
