import { part } from "./dom.js";
import { START } from "./steps.js";

/** Signing out: here, at the provider, and in every other tab of this page. */
export function mountSignOut(root, { store, account, session }) {
  const tabs = new BroadcastChannel("findme");

  part(root, "sign-out").addEventListener("click", async () => {
    tabs.postMessage("signed out");
    store.set(START);
    await account.signOut();
  });

  tabs.addEventListener("message", async () => {
    store.set(START);
    await session.end();
  });
}
