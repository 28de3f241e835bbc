import { busy, part, say } from "./dom.js";
import { explain } from "./words.js";

// The local issuer knows one person: whoever sits at this machine.
const LOCAL_USER = "me";

export function mountSignIn(panel, { store, api }) {
  const reason = part(panel, "reason");

  part(panel, "form").addEventListener("submit", async (event) => {
    event.preventDefault();
    await busy(part(panel, "submit"), signIn);
  });

  async function signIn() {
    try {
      const { access_token: token } = await api.signIn(LOCAL_USER);
      store.set({ token, notice: null });
    } catch (error) {
      say(reason, explain(error));
    }
  }

  store.subscribe(({ notice, token, job }) => {
    const waiting = job && !token ? "Sign in to go on watching your search." : "";
    say(reason, notice ?? waiting);
  });
}
