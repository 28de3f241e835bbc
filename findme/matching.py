"""The way from an event's photos to their results: claim, download, examine, settle, tell."""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from findme import search
from findme.errors import PhotoError
from findme.jobs import Jobs, Offer, Result
from findme.photos import Photo

# Downloads wait for others' servers. So many pictures are in memory at once, of 15 MiB at most.
_DOWNLOADS_AT_ONCE = 4

# Looks at one photo's bytes; raises PhotoError where it cannot.
Examine = Callable[[bytes], Result]


def compare(
    job_id: str,
    photos: Sequence[Photo],
    jobs: Jobs,
    examiner: Callable[[str], Examine | None],
    fetch: Callable[[str], bytes],
    fire: search.Fire,
    *,
    now: Callable[[], float],
    until: float,
    claim_until: float,
) -> dict[str, Any]:
    """Answer for photos of a job, each once however often it is delivered.

    `examiner` gives what looks at a photo for a subject, or None where the subject has no encodings
    any more. What is not begun by `until` is handed back in a further event; `claim_until` is when
    this worker is surely dead. Raises JobGoneError.
    """
    jobs.discover(job_id, photos)
    job = jobs.get(job_id)
    if job.state(now()) in ("finished", "failed"):
        return {"job": job_id, "settled": 0}
    examine = examiner(job.subject)
    if examine is None:
        jobs.fail(job_id, "not_enrolled", "your photos have expired: add one, and search again")
        return {"job": job_id, "settled": 0}
    waiting = jobs.claim(job_id, [photo.id for photo in photos], claim_until)
    todo = list({photo.id: photo for photo in photos if photo.id in waiting}.values())
    results: dict[str, Result] = {}
    for photo, content in _downloads(todo, fetch):
        if now() >= until:
            break
        results[photo.id] = _answer(job_id, photo, content, jobs, examine)
    settled = jobs.settle(job_id, results)
    for photo in todo:
        if photo.id in settled and results[photo.id].state == "matched":
            search.tell(fire, "match_found", _match(job_id, photo, results[photo.id]))
    # With nothing done in a whole run, the lease and its bounded offers take over.
    rest = [Offer(photo, 0) for photo in todo if photo.id not in results] if results else []
    search.offer(job_id, rest, fire)
    return {"job": job_id, "settled": len(settled), "handed_back": len(rest)}


def _downloads(
    photos: Sequence[Photo], fetch: Callable[[str], bytes]
) -> Iterator[tuple[Photo, bytes | PhotoError]]:
    """Each photo with its bytes, or why there are none, in the order of the event."""

    def attempt(photo: Photo) -> bytes | PhotoError:
        try:
            return fetch(photo.image)
        except PhotoError as error:
            return error

    pool = ThreadPoolExecutor(_DOWNLOADS_AT_ONCE)
    try:
        ahead: deque[tuple[Photo, Future[bytes | PhotoError]]] = deque()
        for photo in photos:
            ahead.append((photo, pool.submit(attempt, photo)))
            if len(ahead) > _DOWNLOADS_AT_ONCE:
                first, content = ahead.popleft()
                yield first, content.result()
        for first, content in ahead:
            yield first, content.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _answer(
    job_id: str,
    photo: Photo,
    content: bytes | PhotoError,
    jobs: Jobs,
    examine: Examine,
) -> Result:
    if isinstance(content, PhotoError):
        return Result.failed(content.code, content.message)
    owner = jobs.claim_content(job_id, photo.id, hashlib.sha256(content).hexdigest())
    if owner != photo.id:
        return Result("skipped", {"code": "duplicate", "message": f"the same picture as {owner}"})
    started = time.perf_counter()
    try:
        result = examine(content)
    except PhotoError as error:
        return Result.failed(error.code, error.message)
    took = round((time.perf_counter() - started) * 1000)
    return Result(result.state, {**result.details, "ms": took})


def _match(job_id: str, photo: Photo, result: Result) -> dict[str, Any]:
    details = {name: result.details[name] for name in ("distance", "band")}
    return {"job": job_id, "photo": photo.as_dict(), **details}
