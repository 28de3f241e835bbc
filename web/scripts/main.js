import { createApi } from "./api.js";
import { mountArrival } from "./arrival.js";
import { ConfigError, loadConfig } from "./config.js";
import { mountConsent } from "./consent.js";
import { part, say } from "./dom.js";
import { mountForget, mountForgotten } from "./forget.js";
import { mountFrame } from "./frame.js";
import { mountMyData } from "./my-data.js";
import { createAccount, takeAnswer } from "./oidc/account.js";
import { createClient } from "./oidc/client.js";
import { claim } from "./oidc/ownership.js";
import { createSession } from "./oidc/session.js";
import { mountPhotos } from "./photos.js";
import { mountSearch } from "./search.js";
import { mountSignIn } from "./sign-in.js";
import { mountSignOut } from "./sign-out.js";
import { hashOf } from "./steps.js";
import { createStore } from "./store.js";
import { mountWatch } from "./watch.js";

const returned = takeAnswer(hashOf);

async function start() {
  const config = await loadConfig();
  const page = new URL(".", location.href).href;
  const client = createClient(config.signIn, page);
  const session = createSession({
    client,
    storage: sessionStorage,
    claim: (id) => claim(navigator.locks, id),
    now: Date.now,
  });
  const account = createAccount({ client, session, signIn: config.signIn, page });
  // An answer that nobody waits for changes nothing for who is signed in.
  const arriving = returned !== null && !session.isOpen;
  const store = createStore({ signedIn: session.isOpen, arriving });
  mount({ config, store, session, account, api: createApi(config, session), returned });
}

function mount(parts) {
  const panel = (name) => document.querySelector(`[data-panel="${name}"]`);
  mountSignIn(panel("sign-in"), parts);
  mountArrival(panel("arrival"), parts);
  mountConsent(panel("consent"), parts);
  mountPhotos(panel("photos"), parts);
  mountSearch(panel("search"), parts);
  mountWatch(panel("watch"), parts);
  mountForgotten(panel("forgotten"), parts);
  mountForget(document.body, parts);
  mountMyData(document.body, parts);
  mountSignOut(document.body, parts);
  mountFrame(document.body, parts);
}

// A page that the browser kept for its Back button knows nothing of who signed out since.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

start().catch((error) => {
  console.error(error);
  const words = error instanceof ConfigError ? error.message : "Check that its server runs, and reload.";
  say(part(document, "notice"), `This page could not start. ${words}`);
});
