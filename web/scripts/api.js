import { retryAfterMs } from "./polling.js";

/** An answer that is not the one hoped for; status 0 when there was no answer at all. */
export class ApiError extends Error {
  constructor(status, body = {}, retryAfter = null) {
    super(body.message ?? "");
    this.status = status;
    this.code = body.error ?? "";
    this.retryAfter = retryAfter;
  }
}

/** @param {{api: string, issuer: string}} config @param {() => string | null} token */
export function createApi({ api, issuer }, token) {
  const call = (method, path, body) => request(method, `${api}/${path}`, body, token());
  return {
    signIn: (user) => request("POST", `${issuer}/token`, { user }, null),
    enrol: (consent, photos) => call("POST", "enrol", { consent, photos }),
    search: (source, query) => call("POST", "search", { source, query }),
    status: (job, after = null) => call("GET", statusPath(job, after)),
    forgetMe: () => call("POST", "forget_me", {}),
  };
}

function statusPath(job, after) {
  const page = after === null ? "" : `?${new URLSearchParams({ after })}`;
  return `status/${encodeURIComponent(job)}${page}`;
}

async function request(method, address, body, token) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(address, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
  }).catch(() => {
    throw new ApiError(0);
  });
  return answer(response);
}

async function answer(response) {
  const body = (await response.json().catch(() => null)) ?? {};
  // OpenWhisk answers 202 with nothing but an activation when an action takes over a minute.
  const unfinished = response.status === 202 && "activationId" in body;
  if (response.ok && !unfinished) return body;
  const retryAfter = retryAfterMs(response.headers.get("Retry-After"), Date.now());
  throw new ApiError(unfinished ? 504 : response.status, body, retryAfter);
}
