"""docs/feeds.md is right: its options are the feeds' options, its source is a source."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from feeds.provider.source import OptionError
from feeds.provider.sources import load
from local.data import ROOT
from local.deploy import deploy
from tests.clients.host import Host, eventually
from tests.feeds.lifecycle.conftest import Feeds, running_provider
from tests.feeds.lifecycle.events import refused, tell

PAGE = (ROOT / "docs" / "feeds.md").read_text()
FEEDS: dict[str, tuple[str, dict[str, object]]] = {
    "s3/changes": ("s3", {"bucket": "photos", "anonymous": True}),
    "alarms/interval": ("alarm", {"kind": "interval", "minutes": 5}),
    "alarms/alarm": ("alarm", {"kind": "alarm", "cron": "0 9 * * *"}),
    "alarms/once": ("alarm", {"kind": "once", "date": "2030-01-31T12:00:00Z"}),
    "couchdb/changes": ("couchdb", {"host": "db.example.com", "dbname": "photos"}),
}


def block(language: str) -> str:
    """The one block in that language of the part for authors."""
    part = PAGE[PAGE.index("## A source of your own") :]
    [found] = re.findall(rf"```{language}\n(.*?)```", part, re.DOTALL)
    return str(found)


def rows(feed: str) -> list[list[str]]:
    """The cells of the table of a feed's options."""
    [part] = re.findall(rf"### `/guest/{feed}`.*?(?=\n##|\Z)", PAGE, re.DOTALL)
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@pytest.mark.parametrize("feed", FEEDS)
def test_every_option_is_told_with_an_example_that_works(feed: str) -> None:
    source, least = FEEDS[feed]
    told = [name for cells in rows(feed) for name in re.findall(r"`(\w+)`", cells[0])]
    with pytest.raises(OptionError, match="there is no such option; there are ") as error:
        load(source).validate({**least, "nonsense": 1})
    assert set(told) | {"kind"} >= set(error.value.message.partition("there are ")[2].split(", "))
    for _, _, example in rows(feed):
        words = shlex.split(example.strip("`"))
        given = dict(zip(words[1::3], words[2::3], strict=True))
        assert set(words[::3]) == {"-p"}
        options = {name: _as_wsk_sends(text) for name, text in given.items()}
        load(source).validate(_least(least, options) | options)


def _as_wsk_sends(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _least(least: Mapping[str, object], options: Mapping[str, object]) -> dict[str, object]:
    """What is required beside the options of an example."""
    signed = options.keys() & {"access_key_id", "profile", "role"}
    return {name: value for name, value in least.items() if name != "anonymous" or not signed}


@pytest.fixture
def outside(feeds: Feeds, tmp_path: Path) -> Iterator[Host]:
    """The page's own source in a folder beside the suite, its feed action, and a provider."""
    code = block("python")
    assert len(code.splitlines()) < 30
    suite = shutil.copytree(feeds.folder / "suite", tmp_path / "suite")
    (suite / "folder_source.py").write_text(code)
    (suite / "manifest.yaml").write_text(block("yaml"))
    deploy(suite / "manifest.yaml", feeds.owner.url, feeds.owner.auth, feeds.variables)
    feeds.owner.action("listen")
    rule = {"trigger": "/_/files", "action": "/_/listen"}
    feeds.owner.make("triggers/files", {})
    feeds.owner.make("rules/on_files", rule)
    with running_provider(feeds, "--source", "folder=folder_source:Folder", path=str(suite)):
        yield feeds.owner
    for entity in ("rules/on_files", "actions/listen", "actions/folders/changes"):
        feeds.owner("DELETE", entity)


def test_the_source_for_authors_delivers(outside: Host, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    feed = "folders/changes"
    status, message = refused(outside, feed, "CREATE", "files", seconds=1)
    assert (status, message.startswith("folder: ")) == (400, True)
    tell(outside, feed, "CREATE", "files", folder=str(inbox), seconds=1)
    eventually(lambda: tell(outside, feed, "READ", "files")["status"]["last_error"])
    inbox.mkdir()
    names = [f"{number}.txt" for number in range(3)]
    for name in names:
        (inbox / name).touch()
    heard = eventually(lambda: _all(outside.results("listen"), names))
    assert len({event["id"] for event in heard}) == len(names)
    tell(outside, feed, "DELETE", "files")


def _all(heard: list[Any], names: list[str]) -> list[Any]:
    return heard if {event["file"] for event in heard} == set(names) else []
