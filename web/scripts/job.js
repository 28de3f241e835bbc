/**
 * A job's status with all its matches: pages are read on only where more matches are counted
 * than are known.
 *
 * @param {{status: (job: string, after?: string | null) => Promise<object>}} api
 * @param {string} job
 */
export async function loadJob(api, job) {
  const status = await api.status(job);
  const matches = [...status.matches];
  let { next } = status;
  while (next !== null && next !== undefined && matches.length < status.counts.matched) {
    const page = await api.status(job, next);
    matches.push(...page.matches);
    next = page.next;
  }
  return { ...status, matches };
}
