import { busy, part, say } from "./dom.js";
import { signedOut } from "./steps.js";
import { dateWords, explain, queryWords } from "./words.js";

export function mountSearch(panel, { store, api, config }) {
  const source = part(panel, "source");
  const query = part(panel, "query");
  const trouble = part(panel, "trouble");

  source.replaceChildren(...config.sources.map(({ title }, index) => new Option(title, index)));
  const chosen = () => config.sources[source.value];
  const prefill = () => {
    const { label, type, hint } = queryWords(chosen()?.source);
    say(part(panel, "query-label"), label);
    say(part(panel, "query-hint"), hint);
    query.type = type;
    query.value = chosen()?.query ?? "";
  };
  source.addEventListener("change", prefill);
  prefill();

  part(panel, "more").addEventListener("click", () => store.set({ adding: true }));
  part(panel, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    busy(part(panel, "submit"), search);
  });

  async function search() {
    say(trouble, "");
    try {
      const { job } = await api.search(chosen().source, query.value);
      store.set({ job });
    } catch (error) {
      if (error.status === 401) store.set(signedOut(explain(error)));
      else say(trouble, explain(error));
    }
  }

  store.subscribe(({ references, expires }) => {
    const date = dateWords(expires);
    const faces = references === 1 ? "1 photo" : `${references} photos`;
    say(part(panel, "expires"), date && `Looking with ${faces} of you, until ${date}.`);
  });
}
