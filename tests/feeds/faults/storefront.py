"""In front of the S3 server: remembers what each complete listing showed, and may lie."""

import threading
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit

from tests.feeds.faults.forwarder import Answer, Request, ask
from tests.feeds.faults.lies import Liar
from tests.feeds.faults.oracle import Change, Objects, differences


class Page(NamedTuple):
    objects: Objects
    next_token: str | None


def read_page(body: bytes) -> Page:
    root = ElementTree.fromstring(body)
    decoded = unquote_plus if root.findtext("{*}EncodingType") == "url" else str
    objects = {
        decoded(each.findtext("{*}Key", "")): each.findtext("{*}ETag", "").strip('"')
        for each in root.iterfind("{*}Contents")
    }
    truncated = root.findtext("{*}IsTruncated") == "true"
    return Page(objects, root.findtext("{*}NextContinuationToken") if truncated else None)


class Watched:
    """One prefix: the changes between its consecutive complete listings."""

    def __init__(self) -> None:
        self.polls = 0
        self.changes: Counter[Change] = Counter()
        self._before: Objects | None = None
        self._listing: Objects | None = None
        self._awaited: str | None = None

    def page(self, token: str | None, page: Page) -> None:
        if token is None:
            self.settle()
            self._listing = {}
        elif self._listing is None or token != self._awaited:
            return  # it goes on with a listing that another one has overtaken
        self._listing |= page.objects
        self._awaited = page.next_token
        self.polls += page.next_token is None

    def lookup(self, key: str, etag: str | None) -> None:
        """What a HEAD shows of a key is newer than the listing before it."""
        if self._listing is None:
            return
        if etag is None:
            self._listing.pop(key, None)
        else:
            self._listing[key] = etag

    def settle(self) -> None:
        """No more pages or HEADs belong to the latest listing."""
        if self._listing is not None and self._awaited is None:
            if self._before is not None:
                self.changes.update(differences(self._before, self._listing))
            self._before = self._listing
        self._listing = self._awaited = None


@dataclass
class Storefront:
    upstream: str
    bucket: str
    watched: dict[str, Watched]
    liar: Liar

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Answer | None:
        answer = ask(self.upstream, request)
        if answer is None:
            return None
        place = urlsplit(request.target)
        query = {name: values[0] for name, values in parse_qs(place.query).items()}
        if "list-type" in query and answer.status == 200:
            return self._listing(query.get("prefix", ""), query.get("continuation-token"), answer)
        if request.method == "HEAD":
            return self._lookup(unquote(place.path).removeprefix(f"/{self.bucket}/"), answer)
        return answer

    def _listing(self, prefix: str, token: str | None, answer: Answer) -> Answer | None:
        with self._lock:
            if prefix in self.watched:
                self.watched[prefix].page(token, read_page(answer.body))
        return self.liar.page((prefix, token), answer)

    def _lookup(self, key: str, answer: Answer) -> Answer | None:
        etag = answer.headers.get("ETag", "").strip('"') if answer.status == 200 else None
        with self._lock:
            for prefix, watched in self.watched.items():
                if key.startswith(prefix):
                    watched.lookup(key, etag)
        return self.liar.single(answer)
