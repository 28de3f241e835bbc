const THERE_AGAIN = "The sign-in service needs you there once more. Sign in again.";
const NOT_NOW = "The sign-in service cannot do it right now. Please try again in a moment.";
const NOT_FITTING =
  "The answer of the sign-in service did not fit, so it was not used. Please sign in again.";

const WORDS = {
  access_denied: "You were not signed in, because it was declined there. You can try again.",
  account_selection_required: THERE_AGAIN,
  bad_answer: NOT_FITTING,
  bad_identity: NOT_FITTING,
  consent_required: THERE_AGAIN,
  insecure: "Signing in needs a safe address: open this page with https.",
  interaction_required: THERE_AGAIN,
  invalid_grant: "The sign-in took too long, or its answer was used before. Sign in again.",
  issuer_mismatch: NOT_FITTING,
  login_required: THERE_AGAIN,
  server_error: NOT_NOW,
  state_mismatch:
    "This answer belongs to no sign-in that was begun in this tab, so it was not used. Sign in here.",
  temporarily_unavailable: NOT_NOW,
};

/** Why nobody is signed in, and the way on. @param {{code: string, message: string}} error */
export function explainSignIn({ code, message }) {
  if (code === "unreachable") {
    return `The sign-in service at ${message} does not answer. Check that you are online, and try again.`;
  }
  const detail = [code, message].filter(Boolean).join(": ");
  if (code in WORDS) return message ? `${WORDS[code]} (${message})` : WORDS[code];
  return `This page and the sign-in service do not fit together (${detail}). Whoever runs this page has to look at it.`;
}
