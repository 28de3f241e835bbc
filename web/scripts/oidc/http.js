import { SignInError } from "./error.js";

const PATIENCE_MS = 15_000;

/** What the provider answers to a form; throws SignInError. */
export function postForm(address, fields) {
  return ask(address, { method: "POST", body: new URLSearchParams(fields) });
}

export function getJson(address) {
  return ask(address, {});
}

async function ask(address, options) {
  const response = await fetch(address, {
    ...options,
    headers: { Accept: "application/json" },
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(() => {
    throw new SignInError("unreachable", new URL(address).host, { isPassing: true });
  });
  const body = (await response.json().catch(() => null)) ?? {};
  if (response.ok) return body;
  const isPassing = response.status >= 500 || response.status === 429;
  const code = body.error ?? (isPassing ? "temporarily_unavailable" : `status ${response.status}`);
  throw new SignInError(code, body.error_description ?? "", { isPassing });
}
