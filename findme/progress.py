"""How a search and its photos are shown, wherever they are."""

from typing import Any

from findme.job import FINAL_STATES, Job
from findme.jobs import Result
from findme.photos import Photo
from findme.web import iso


def progress(job: Job, now: float) -> dict[str, Any]:
    """State, reason and counts that add up: found = waiting + the five final states."""
    reason = None
    if job.failure:
        reason = {"code": job.failure[0], "message": job.failure[1]}
    return {
        "job": job.id,
        "state": job.state(now),
        "reason": reason,
        "source": job.source,
        "query": job.query,
        "created": iso(job.created),
        "deadline": iso(job.deadline),
        "expires": iso(job.expires),
        "counts": {
            "found": job.counts["found"],
            "waiting": job.counts["found"] - job.settled,
            **{state: job.counts[state] for state in FINAL_STATES},
        },
        "failures": dict(job.failures),
    }


def entry(photo: Photo, result: Result) -> dict[str, Any]:
    """A photo with its answer, as every listing shows it."""
    details = dict(result.details)
    if "code" in details:
        details["reason"] = details.pop("code")
    return {**photo.as_dict(), "state": result.state, **details}
