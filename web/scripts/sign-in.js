import { busy, part, say } from "./dom.js";
import { explainSignIn } from "./sign-in-words.js";

export function mountSignIn(panel, { store, account, config }) {
  const reason = part(panel, "reason");
  const { origin, host } = new URL(config.signIn.issuer);
  const isHere = origin === location.origin;
  part(panel, "submit").textContent = isHere ? "Sign in on this machine" : "Sign in";
  part(panel, "where").textContent = isHere
    ? "As the local user: no account and no password."
    : `You sign in at ${host}, and come back here.`;

  part(panel, "form").addEventListener("submit", async (event) => {
    event.preventDefault();
    await busy(part(panel, "submit"), signIn);
  });

  async function signIn() {
    say(reason, "");
    await account.begin(store.state.job).catch((error) => say(reason, explainSignIn(error)));
  }

  store.subscribe(({ notice, signedIn, job }) => {
    const waiting = job && !signedIn ? "Sign in to go on watching your search." : "";
    say(reason, notice ?? waiting);
  });
}
