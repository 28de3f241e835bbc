import { part, say } from "./dom.js";
import { explainSignIn } from "./sign-in-words.js";
import { learnt, signedIn, signedOut, stepOf } from "./steps.js";
import { explain } from "./words.js";

/** Between the provider and the first step: who it is, and what the service knows of them. */
export function mountArrival(panel, { store, api, account, returned }) {
  const trouble = part(panel, "trouble");
  const again = part(panel, "again");
  let asking = false;

  again.addEventListener("click", learn);

  async function finish() {
    const change = await account.finish(returned).then(
      (person) => signedIn(store.state, person),
      (error) => signedOut(explainSignIn(error)),
    );
    store.set(change);
  }

  async function learn() {
    if (asking) return;
    asking = true;
    say(trouble, "");
    again.hidden = true;
    await api.consent().then((known) => store.set(learnt(store.state, known)), stumble);
    asking = false;
  }

  function stumble(error) {
    if (error.status === 401) return store.set(signedOut(explain(error)));
    again.hidden = false;
    return say(trouble, explain(error));
  }

  if (store.state.arriving) finish();
  store.subscribe((state) => {
    if (!state.arriving && stepOf(state) === "arrival") learn();
  });
}
