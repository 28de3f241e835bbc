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

/** @param {{api: string}} config @param {object} session of oidc/session.js */
export function createApi({ api }, session) {
  const call = (method, path, body) =>
    signed(session, (token) => request(method, `${api}/${path}`, body, token));
  return {
    consent: () => call("GET", "consent"),
    enrol: (consent, photos) => call("POST", "enrol", { consent, photos }),
    search: (source, query) => call("POST", "search", { source, query }),
    status: (job, after = null) => call("GET", statusPath(job, after)),
    myData: (key, after) => call("POST", "my_data", { key, ...(after && { after }) }),
    forgetMe: () => call("POST", "forget_me", {}),
  };
}

function statusPath(job, after) {
  const page = after === null ? "" : `?${new URLSearchParams({ after })}`;
  return `status/${encodeURIComponent(job)}${page}`;
}

/** Calls with a token and, where it is refused, once more with a renewed one. */
async function signed(session, send) {
  const token = await tokenFrom(session.token());
  return send(token).catch((error) => {
    if (error.status !== 401) throw error;
    return sendRenewed(session, token, send);
  });
}

async function sendRenewed(session, old, send) {
  const token = await tokenFrom(session.renew(old));
  return send(token).catch((error) => {
    if (error.status !== 401) throw error;
    // It is fresh: signing in once more would not help.
    session.close();
    throw new ApiError(401, { error: "rejected", message: error.message });
  });
}

async function tokenFrom(promised) {
  const token = await promised.catch(() => {
    throw new ApiError(0);
  });
  if (token === null) throw new ApiError(401);
  return token;
}

async function request(method, address, body, token) {
  const headers = { Accept: "application/json", Authorization: `Bearer ${token}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
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
