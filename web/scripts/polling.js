const FIRST_MS = 500;
const GROWTH = 1.6;
const SLOWEST_MS = 8_000;
const SLOWEST_RETRY_MS = 30_000;

/**
 * How long to wait before asking again, in milliseconds.
 *
 * @param {object} past
 * @param {number} past.unchanged  answers in a row that brought nothing new
 * @param {number} past.failures   failed requests in a row
 * @param {number | null} past.retryAfter  what the server asked for, in milliseconds
 */
export function nextDelay({ unchanged, failures, retryAfter }) {
  const delay =
    failures > 0
      ? Math.min(1_000 * 2 ** (failures - 1), SLOWEST_RETRY_MS)
      : Math.min(FIRST_MS * GROWTH ** unchanged, SLOWEST_MS);
  return Math.round(Math.max(delay, retryAfter ?? 0));
}

/**
 * The header Retry-After (RFC 9110, 10.2.3: seconds or a date) in milliseconds from `now`.
 *
 * @param {string | null} header @param {number} now
 */
export function retryAfterMs(header, now) {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(date - now, 0);
}

/** @param {{state: string}} status */
export function isOver({ state }) {
  return state === "finished" || state === "failed";
}

/** Worth asking again without anybody doing anything. @param {{status: number}} error */
export function isPassing({ status }) {
  return status === 0 || status === 429 || status >= 500;
}
