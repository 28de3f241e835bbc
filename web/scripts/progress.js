const KINDS = ["matched", "no_match", "no_face", "failed", "skipped", "waiting"];

/**
 * A job's counts as figures that add up: found = answered + waiting, and the shares sum to one.
 *
 * @param {{state: string, counts: Record<string, number>}} status
 */
export function progressOf({ state, counts }) {
  const of = (kind) => counts[kind] ?? 0;
  const found = of("found");
  const answered = KINDS.filter((kind) => kind !== "waiting").reduce((sum, k) => sum + of(k), 0);
  return {
    state,
    found,
    answered,
    matched: of("matched"),
    compared: of("matched") + of("no_match"),
    segments: KINDS.map((kind) => ({
      kind,
      count: of(kind),
      share: found === 0 ? 0 : of(kind) / found,
    })),
    percent: percentOf(state, answered, found),
  };
}

function percentOf(state, answered, found) {
  if (state === "finished") return 100;
  // While the source is still being read, what was found so far is not the whole.
  return found === 0 ? 0 : Math.min(Math.floor((answered / found) * 100), 99);
}

/** @param {ReturnType<typeof progressOf>} progress */
export function headlineOf({ state, found, matched }) {
  if (state === "failed") return "The search could not be finished";
  if (state === "finished") {
    if (found === 0) return "There were no photos to look at";
    return matched === 0 ? `You are not in ${these(found)}` : `You are in ${photos(matched)}`;
  }
  if (matched > 0) return `You are in ${photos(matched)} so far`;
  return found === 0 ? "Looking for photos" : "Looking for you";
}

/** @param {ReturnType<typeof progressOf>} progress */
export function sentenceOf({ state, found, compared, answered }) {
  const sum = `${photos(found)} found, ${compared} compared with your face`;
  if (state === "finished" || state === "failed") return `${sum}.`;
  return state === "searching" ? `${sum}, still looking for more.` : `${sum}, ${found - answered} to go.`;
}

function photos(count) {
  return count === 1 ? "1 photo" : `${count} photos`;
}

function these(count) {
  return count === 1 ? "this photo" : `these ${count} photos`;
}
