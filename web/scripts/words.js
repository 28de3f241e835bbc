const BANDS = {
  sure: "Surely you",
  likely: "Very likely you",
  check: "Perhaps you: check",
};

const KINDS = {
  matched: "You are in it",
  no_match: "Others only",
  no_face: "No face in it",
  failed: "Could not be read",
  skipped: "Left out",
  waiting: "Waiting",
};

const REASONS = {
  bad_address: "its address is not a web address",
  broken_picture: "the picture is broken",
  duplicate: "the same photo again",
  forbidden_address: "its address is inside a private network",
  http_error: "its server refused to give it",
  lost: "nobody answered for it",
  not_a_picture: "it is not a picture",
  too_many_bytes: "the file is too large",
  too_many_pixels: "the picture is too large",
  too_many_redirects: "its address leads in circles",
  too_slow: "it took too long to download",
  unreachable: "its address did not answer",
  unsupported_format: "its format is not supported",
};

const DELETED = {
  consents: "consent",
  references: "photos of you",
  encodings: "face encodings",
  searches: "searches",
  photos: "photos found",
  api_keys: "keys of your own machines",
};

const ALBUM = { label: "Address of its photo feed", type: "url", hint: "JSON Feed, RSS or Atom." };
const QUERIES = {
  album: ALBUM,
  bucket: {
    label: "Name of the bucket",
    type: "text",
    hint: "Photos are compared as photographers upload them, for as long as the search lasts.",
  },
};

/** How a source is asked for. @param {string | undefined} source */
export const queryWords = (source) => QUERIES[source] ?? ALBUM;

export const bandWords = (band) => BANDS[band] ?? plain(band);
export const kindWords = (kind) => KINDS[kind] ?? plain(kind);
export const deletedWords = (kind) => DELETED[kind] ?? plain(kind);

/** @param {Record<string, number>} failures counts by reason */
export function failureWords(failures = {}) {
  return Object.entries(failures)
    .map(([code, count]) => `${count} × ${REASONS[code] ?? plain(code)}`)
    .join(", ");
}

function plain(code) {
  return String(code).replaceAll("_", " ");
}

/** What went wrong and the way out. @param {{status: number, code?: string, message: string}} error */
export function explain({ status, code, message }) {
  if (status === 0) {
    return "The service does not answer. Check that it is running and that you are online.";
  }
  if (code === "rejected") {
    return `The service does not accept this sign-in (${message}). Whoever runs it has to look at it.`;
  }
  if (status === 401) return "Your sign-in has run out. Sign in again, and go on where you were.";
  if (status === 413) return "That was too much in one go. Add fewer photos at a time.";
  if (status === 429) return "That was a lot at once. Please wait a moment.";
  if (status >= 500) return "Something went wrong on our side. Please try again in a moment.";
  return message || "The service refused this, and did not say why.";
}

/** An address that may become a link: nothing but the web's. @returns {string | null} */
export function webAddress(text) {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : null;
  return url && ["http:", "https:"].includes(url.protocol) ? url.href : null;
}

/** For how long what is kept. @param {{reference_days: number, search_days: number}} retention */
export function retentionWords({ reference_days: references, search_days: searches }) {
  return (
    `The measures of your face delete themselves ${days(references)} after you last added a photo, ` +
    `and a search with its matches ${days(searches)} after you started it.`
  );
}

function days(count) {
  return count === 1 ? "1 day" : `${count} days`;
}

/** A date for people, "" when there is none. @param {string | null | undefined} iso */
export function dateWords(iso, locale = undefined) {
  const date = new Date(iso ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return "";
  return date.toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
}

/** Whose photo it is, and of when. @param {{author?: string, time?: string}} match */
export function creditWords({ author, time }) {
  return [author, dateWords(time)].filter(Boolean).join(" · ");
}
