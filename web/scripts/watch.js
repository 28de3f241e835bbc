import { part, say } from "./dom.js";
import { mountGallery } from "./gallery.js";
import { loadJob } from "./job.js";
import { signedOut, stepOf } from "./steps.js";
import { mountTally } from "./tally.js";
import { createWatcher } from "./watcher.js";
import { dateWords, explain } from "./words.js";

const TIMER = { set: setTimeout.bind(window), clear: clearTimeout.bind(window) };

/** A search while it runs and after: its figures, and the photos found, as they are found. */
export function mountWatch(panel, { store, api, config }) {
  const gallery = mountGallery(part(panel, "gallery"), document.querySelector(".viewer"));
  const tally = mountTally(panel);
  let watched = null;
  let watcher = null;

  part(panel, "new").addEventListener("click", () => store.set({ job: null }));
  part(panel, "retry").addEventListener("click", () => watcher?.wake());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) watcher?.wake();
  });

  function watch(job) {
    watcher?.stop();
    watched = job;
    watcher = null;
    clear();
    if (job === null) return;
    watcher = createWatcher({
      load: () => loadJob(api, job),
      onStatus: (status) => show(status),
      onTrouble: (error, delay) => stumble(error, delay),
      isHidden: () => document.hidden,
      timer: TIMER,
    });
    watcher.wake();
  }

  function clear() {
    gallery.clear();
    tally.clear();
    part(panel, "results").hidden = true;
    part(panel, "trouble").hidden = true;
    for (const name of ["where", "nothing", "expires"]) say(part(panel, name), "");
  }

  function show(status) {
    part(panel, "trouble").hidden = true;
    tally.show(status);
    gallery.show(status.matches);
    part(panel, "results").hidden = status.matches.length === 0;
    say(part(panel, "where"), whereWords(status, config.sources));
    say(part(panel, "nothing"), nothingWords(status));
    const date = dateWords(status.expires);
    say(part(panel, "expires"), date && `These results delete themselves on ${date}.`);
  }

  function stumble(error, delay) {
    if (error.status === 401) return store.set(signedOut(explain(error)));
    const gone = error.status === 404;
    part(panel, "retry").hidden = delay === null;
    part(panel, "trouble").hidden = false;
    return say(part(panel, "trouble-text"), gone ? GONE : explain(error));
  }

  store.subscribe((state) => {
    const job = stepOf(state) === "watch" ? state.job : null;
    if (job !== watched) watch(job);
  });
}

const GONE = "This search is not there any more: results delete themselves. Start a new search.";

function whereWords({ source, query, created }, sources) {
  const known = sources.find((entry) => entry.source === source && entry.query === query);
  const since = dateWords(created);
  return `In ${known?.title ?? query}${since && `, started ${since}`}`;
}

function nothingWords({ state, reason, matches }) {
  if (state === "failed") return reason?.message ?? "";
  if (state !== "finished" || matches.length > 0) return "";
  return "Nobody in them looks like you. Another photo of yourself, or another source, may help.";
}
