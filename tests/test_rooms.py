"""Each room imports only what the design allows (design.md, section 3)."""

import ast
import sys
from pathlib import Path

import pytest

from local.data import ROOT

STANDARD = set(sys.stdlib_module_names)

# Folder (the most specific wins) -> what it may import beside the standard library and itself.
ROOMS = {
    "actions": {"findme"},
    "feeds": {"findme"},
    "feeds/edge.py": {"findme", "redis"},
    "feeds/provider": {"findme", "redis"},
    "feeds/provider/firing.py": {"findme", "urllib3"},
    "feeds/provider/metrics.py": {"prometheus_client", "redis"},
    "feeds/provider/secrets.py": {"cryptography"},
    "feeds/provider/sources": set(),
    "feeds/provider/sources/alarm.py": {"cronsim"},
    "feeds/provider/sources/couchdb.py": {"urllib3"},
    "feeds/provider/sources/s3_bucket.py": {"botocore"},
    "findme": {"redis", "urllib3"},
    "findme/keysets.py": {"findme", "jwt", "redis"},
    "findme/tokens.py": {"findme", "jwt"},
    "findme/enrol.py": {"findme", "python_multipart"},
    "findme/sealed.py": {"cryptography"},
    "findme/photos": {"findme"},
    "findme/photos/album.py": {"findme", "feedparser"},
    "findme/vision": {"findme", "numpy", "PIL", "dlib"},
    "localwhisk": {"starlette", "uvicorn"},
    "localwhisk/runtime/launcher.py": {"main__"},  # the action's own code
    "local": {"findme", "localwhisk", "jwt", "cryptography", "starlette", "uvicorn", "yaml",
              "urllib3", "PIL", "redis"},
}  # fmt: skip

# The light rooms must not reach the heavy one, nor the host the suite, nor the suite the host.
NEVER = {
    "feeds": {"findme.vision", "localwhisk", "local"},
    "findme": {"findme.vision", "feeds", "localwhisk", "local"},
    "localwhisk": {"feeds", "findme", "local"},
}

# What a source may know of the provider: neither its store nor its platform.
FOR_SOURCES = ("feeds.provider.source", "feeds.provider.sources", "feeds.provider.snapshot")


def sources() -> list[str]:
    folders = ("actions", "feeds", "findme", "localwhisk", "local")
    return [
        str(file.relative_to(ROOT))
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
    ]


def imports(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse((ROOT / source).read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}: relative imports fail in an action"
            found |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(source: str) -> str:
    path = Path(source)
    return next(str(p) for p in (path, *path.parents) if str(p) in ROOMS)


@pytest.mark.parametrize("source", sources())
def test_a_module_imports_only_what_its_room_may(source: str) -> None:
    allowed = STANDARD | ROOMS[room(source)] | {source.partition("/")[0]}
    assert {name.partition(".")[0] for name in imports(source)} <= allowed
    if "findme/vision" in source:
        return
    for forbidden in NEVER.get(source.partition("/")[0], ()):
        crossing = {n for n in imports(source) if n == forbidden or n.startswith(forbidden + ".")}
        assert not crossing, f"{source} may not know {forbidden}"


@pytest.mark.parametrize("source", [s for s in sources() if "provider/sources/" in s])
def test_a_source_knows_the_interface_and_nothing_of_the_provider(source: str) -> None:
    known = {name for name in imports(source) if name.startswith("feeds")}
    assert {n for n in known if not n.startswith(tuple(f"{m}." for m in FOR_SOURCES))} <= set(
        FOR_SOURCES
    )
