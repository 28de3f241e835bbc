import { createApi } from "./api.js";
import { mountConsent } from "./consent.js";
import { part, say } from "./dom.js";
import { mountForget, mountForgotten } from "./forget.js";
import { mountFrame } from "./frame.js";
import { mountPhotos } from "./photos.js";
import { mountSearch } from "./search.js";
import { mountSignIn } from "./sign-in.js";
import { createStore } from "./store.js";
import { mountWatch } from "./watch.js";

async function start() {
  const config = await loadConfig();
  const store = createStore();
  const api = createApi(config, () => store.state.token);
  const parts = { config, store, api };
  const panel = (name) => document.querySelector(`[data-panel="${name}"]`);

  mountSignIn(panel("sign-in"), parts);
  mountConsent(panel("consent"), parts);
  mountPhotos(panel("photos"), parts);
  mountSearch(panel("search"), parts);
  mountWatch(panel("watch"), parts);
  mountForgotten(panel("forgotten"), parts);
  mountForget(document.body, parts);
  mountFrame(document.body, parts);
}

async function loadConfig() {
  const response = await fetch("config.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return response.json();
}

start().catch((error) => {
  console.error(error);
  say(part(document, "notice"), "This page could not start. Check that its server runs, and reload.");
});
