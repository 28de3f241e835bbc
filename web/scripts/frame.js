import { part } from "./dom.js";
import { START, STEPS, stepOf } from "./steps.js";

/** What stands around the panels: the steps, the account, and which panel is shown. */
export function mountFrame(root, { store }) {
  const account = part(root, "account");
  const steps = part(root, "steps");
  let shown = null;

  store.subscribe((state) => {
    const step = stepOf(state);
    account.hidden = !state.signedIn;
    if (step === shown) return;
    showPanel(root, step);
    markStep(steps, step);
    if (shown !== null) focusHeading(root, step);
    shown = step;
  });
}

function showPanel(root, step) {
  for (const panel of root.querySelectorAll("[data-panel]")) {
    panel.hidden = panel.dataset.panel !== step;
  }
  document.title = "FindMe";
}

function markStep(steps, step) {
  const current = STEPS.indexOf(step === "arrival" ? "sign-in" : step);
  steps.hidden = current < 0;
  for (const item of steps.querySelectorAll("[data-step]")) {
    const index = STEPS.indexOf(item.dataset.step);
    item.classList.toggle("is-done", index < current);
    if (index === current) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
}

// Whoever cannot see the panel change hears its heading, and goes on from there.
function focusHeading(root, step) {
  scrollTo({ top: 0 });
  root.querySelector(`[data-panel="${step}"] h1`).focus({ preventScroll: true });
}
