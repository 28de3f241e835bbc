"""A bucket as the S3 source reads it: checked pages of a listing, and single objects."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from threading import Lock
from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    Credentials,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import create_loader

from feeds.provider.snapshot import Entry
from feeds.provider.source import Options, SourceError
from feeds.provider.sources.refusals import RefusedError
from feeds.provider.sources.s3 import FIELDS, SIZE

# How a client is told apart from others: subscriptions with the same share one.
_CLIENT = ("s3_endpoint", "region", "style", "anonymous", "profile", "role")
_KEYS = ("access_key_id", "secret_access_key", "session_token")
_CLIENTS = 32  # a third of a megabyte each, and more with TLS
_LOOKUPS_AT_ONCE = 8
_CONNECTIONS = 64  # what so many lookups of several polls keep open
_REFUSALS = (301, 400, 401, 403, 404)


class Bucket:
    """`clock` is the time by the server's own Date, as of its latest listing.

    A `page` has at most so many entries.
    """

    def __init__(self, options: Options, page: int) -> None:
        self._names = {"Bucket": options["bucket"]}
        self._prefix, self.page = options["prefix"], page
        self._options = options
        self.clock = datetime.now(UTC)

    @cached_property
    def _client(self) -> Any:
        return client(self._options)

    def pages(self) -> Iterator[list[Entry]]:
        """The whole listing in the order of its keys; raises SourceError at the first odd page."""
        last = ""
        going_on: dict[str, str | None] = {}
        while True:
            answer = self._list(FetchOwner=True, MaxKeys=self.page, **going_on)
            page = _entries(answer)
            keys = [last, *(entry[0] for entry in page)]
            if any(None in entry[: SIZE + 1] for entry in page):
                raise SourceError("ListingGarbled", "an object has no ETag, time or size")
            if any(before >= key for before, key in pairwise(keys)):
                raise SourceError("ListingOutOfOrder", "the keys are not in the order of UTF-8")
            yield page
            if not answer["IsTruncated"]:
                return
            last, going_on = keys[-1], {"ContinuationToken": answer.get("NextContinuationToken")}
            if not going_on["ContinuationToken"]:
                raise SourceError("ListingGarbled", "a page does not say how to go on")

    def begin(self) -> None:
        """Proves that the bucket can be listed, and sets the clock."""
        self._list(MaxKeys=1)

    def etags(self, keys: Sequence[str]) -> list[str | None]:
        """What each object is at this moment; None for one that is not there."""
        with ThreadPoolExecutor(_LOOKUPS_AT_ONCE) as pool:
            return list(pool.map(self._etag, keys))

    def _etag(self, key: str) -> str | None:
        try:
            return str(self._call("head_object", Key=key).get("ETag", ""))
        except RefusedError as refusal:
            if refusal.code == "404":
                return None
        # Whoever may list may not always read; and a HEAD of a sealed object needs its key.
        found = self._list(Prefix=key, MaxKeys=1).get("Contents", [])
        return next((str(each["ETag"]) for each in found if each["Key"] == key), None)

    def _list(self, **arguments: Any) -> Any:
        answer = self._call("list_objects_v2", **{"Prefix": self._prefix, **arguments})
        count = len(answer.get("Contents", ()))
        if "IsTruncated" not in answer or answer.get("KeyCount", count) != count:
            raise SourceError("ListingGarbled", "the answer is not a whole page of a listing")
        if date := answer["ResponseMetadata"]["HTTPHeaders"].get("date"):
            self.clock = parsedate_to_datetime(date)
        return answer

    def _call(self, operation: str, **arguments: Any) -> Any:
        where = self._options["s3_endpoint"] or "S3"
        try:
            return getattr(self._client, operation)(**self._names, **arguments)
        except ClientError as error:
            told, status = error.response.get("Error", {}), error.response["ResponseMetadata"]
            kind = RefusedError if status["HTTPStatusCode"] in _REFUSALS else SourceError
            raise kind(told.get("Code", "Unknown"), told.get("Message", "")) from None
        except BotoCoreError as error:
            # Its text may quote a proxy's address with the password.
            name = type(error).__name__
            raise SourceError(name, f"{where} cannot be asked: {name}") from None


def _entries(answer: Any) -> list[Entry]:
    entries = [[each.get(name) for name in FIELDS] for each in answer.get("Contents", ())]
    if answer.get("EncodingType") == "url":
        return entries
    # Such a server cannot write every key in XML, and puts this character in its place. One
    # such object must not hold up the others.
    return [entry for entry in entries if "\ufffd" not in entry[0]]


_lock = Lock()
_loader = create_loader()


def client(options: Options) -> Any:
    """A client that threads share. Only one of them at a time may make one, which takes a while."""
    identity = tuple(options.get(name) for name in (*_CLIENT, *_KEYS))
    with _lock:
        return _made(identity)


@lru_cache(_CLIENTS)
def _made(identity: tuple[Any, ...]) -> Any:
    endpoint, region, style, anonymous, profile, role, *keys = identity
    path = style == "path" or (style == "auto" and endpoint)
    session = _session(profile)
    if role:
        sts = partial(session.create_client, region_name=region)
        source = Credentials(*keys) if keys[0] else session.get_credentials()
        session, keys = _assumed(sts, source, role), [None] * len(_KEYS)
    return session.create_client(
        "s3",
        region,
        None,  # the version of the API
        True,
        None,  # the authorities for TLS: the machine's
        endpoint or None,
        *keys,
        config=Config(
            signature_version=UNSIGNED if anonymous else "s3v4",
            s3={"addressing_style": "path" if path else "virtual"},
            connect_timeout=5,
            read_timeout=20,
            max_pool_connections=_CONNECTIONS,
            retries={"mode": "standard", "total_max_attempts": 4},
        ),
    )


def _session(profile: str | None) -> botocore.session.Session:
    session = botocore.session.Session(profile=profile)
    # One model of the API in memory, and not one for each session.
    session.register_component("data_loader", _loader)
    # Times stay as they are listed: an event shows them so, and parsing takes half of the time.
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=str)
    return session


def _assumed(sts: Any, source: Credentials, role: str) -> botocore.session.Session:
    """A session whose credentials are the role's, fetched again before they end."""
    fetcher = AssumeRoleCredentialFetcher(sts, source, role, {"RoleSessionName": "feeds"})
    session = _session(None)
    session.register_component("credential_provider", CredentialResolver([_Role(fetcher)]))
    return session


class _Role(CredentialProvider):  # type: ignore[misc] # botocore has no types
    METHOD = "assume-role"

    def __init__(self, fetcher: AssumeRoleCredentialFetcher) -> None:
        self._fetcher = fetcher

    def load(self) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(self._fetcher.fetch_credentials, self.METHOD)
