"""Deleting a person: every key that holds anything of theirs, found through what lists it.

What lists goes last, so that whatever a crash leaves behind is found by the next attempt. Each
count is taken in the step that deletes: two attempts at once never count the same thing twice.
"""

from collections.abc import Callable
from typing import Any, cast

import redis

from findme import epochs, subjects
from findme import ledger_scripts as ledger
from findme.api_keys import ApiKeys
from findme.buckets import Buckets
from findme.jobs import list_key
from findme.store import person_key, request_key, text


def forget(store: redis.Redis, subject: str, clock: Callable[[], float]) -> dict[str, int]:
    """Delete everything held about a person; answers how much of each kind went."""
    epochs.begin(store, subject)
    api_keys = ApiKeys(store, clock).forget(subject)
    # What the keys let in up to now was admitted to the epoch that has just begun.
    epochs.begin(store, subject)
    searches, photos = _searches(store, subject, clock)
    _requests(store, subject)
    consents, references, encodings = _profile(store, subject)
    return {
        "consents": consents,
        "references": references,
        "encodings": encodings,
        "searches": searches,
        "photos": photos,
        "api_keys": api_keys,
    }


def _searches(store: redis.Redis, subject: str, clock: Callable[[], float]) -> tuple[int, int]:
    listed = list_key(subject)
    searches = photos = 0
    for name in cast(list[bytes], store.zrange(listed, 0, -1)):
        job = text(name)
        _leave_bucket(store, job, clock)
        keys = [*ledger.keys(job).values(), ledger.gone_key(job)]
        existed, found = cast(Any, store.eval(ledger.FORGET, len(keys), *keys, epochs.MARK_S))
        store.zrem(listed, job)
        searches += existed
        photos += found
    return searches, photos


def _leave_bucket(store: redis.Redis, job: str, clock: Callable[[], float]) -> None:
    """A live search is listed with its bucket; one that comes there later finds that it is gone."""
    source, query = store.hmget(ledger.keys(job)["job"], ["source", "query"])
    if source == b"bucket" and query is not None:
        Buckets(store, clock).leave(text(query), job)


def _requests(store: redis.Redis, subject: str) -> None:
    parked = person_key(subject, "requests")
    for ticket in cast(set[bytes], store.smembers(parked)):
        store.delete(request_key(text(ticket)))
        store.srem(parked, ticket)


def _profile(store: redis.Redis, subject: str) -> tuple[int, int, int]:
    profile, references, encodings = subjects.keys(subject)
    with store.pipeline(transaction=True) as pipeline:
        pipeline.exists(profile)
        pipeline.hlen(references)
        pipeline.hlen(encodings)
        pipeline.delete(profile, references, encodings)
        return tuple(pipeline.execute()[:3])
