"""What a person is told about a search."""

from contextlib import suppress
from itertools import repeat
from typing import Any

from findme import search
from findme.batches import batches
from findme.errors import RequestError
from findme.job import Job
from findme.jobs import JobGoneError, Jobs
from findme.progress import entry, progress

# Entries in one answer, unless their texts are so long that fewer fit.
PAGE = 100

# What a person may list, and the ledger's list behind it.
LISTINGS = {"matches": "matched", "photos": "found"}


def view(
    jobs: Jobs, job_id: str, subject: str, listing: str, after: int, now: float
) -> dict[str, Any]:
    """Progress and a page of one listing; another person's job is as unknown as none at all."""
    if listing not in LISTINGS:
        message = f"list must be one of: {', '.join(LISTINGS)}"
        raise RequestError(400, "bad_field", message, "list")
    job = own(jobs, job_id, subject)
    found = (entry(*each) for each in jobs.page(job_id, LISTINGS[listing], after, PAGE))
    entries = next(batches(found, repeat(PAGE)), [])
    following = after + len(entries)
    total = job.counts["matched" if listing == "matches" else "found"]
    return {
        **progress(job, now),
        listing: entries,
        "next": str(following) if entries and following < total else None,
    }


def own(jobs: Jobs, job_id: str, subject: str) -> Job:
    """The person's own job; raises RequestError 404."""
    try:
        job = jobs.get(job_id)
    except JobGoneError:
        job = None
    if job is None or job.subject != subject:
        raise RequestError(404, "unknown_job", "there is no such search, or it has expired", "job")
    return job


def tend(jobs: Jobs, job: Job, fire: search.Fire, now: float) -> None:
    """Whoever asks for a job's status keeps it going: what nobody answered for is offered again."""
    if job.failure:
        return
    with suppress(JobGoneError):  # deleted in this moment: whoever looks at it next is told
        if now >= job.deadline:
            jobs.abandon(job.id)
            return
        if jobs.search_overdue(job.id):
            search.tell(fire, search.requested(job.source), {"job": job.id})
        search.offer(job.id, jobs.overdue(job.id), fire)
