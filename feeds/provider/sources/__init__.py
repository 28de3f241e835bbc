"""The event sources: a name, and where the class is.

A name that arrives in a request is looked up here and nowhere else.
"""

from collections.abc import Mapping
from importlib import import_module

from feeds.provider.source import OptionError, Source

SOURCES: Mapping[str, str] = {
    "alarm": "feeds.provider.sources.alarm:Alarm",
    "couchdb": "feeds.provider.sources.couchdb:CouchDB",
    "s3": "feeds.provider.sources.s3:S3",
}


def load(name: str, sources: Mapping[str, str] = SOURCES) -> Source:
    """The source of that name, made now; raises OptionError where the table has none."""
    if name not in sources:
        raise OptionError("source", f"there is no source {name}; there are {', '.join(sources)}")
    module, _, attribute = sources[name].partition(":")
    source: Source = getattr(import_module(module), attribute)()
    return source
