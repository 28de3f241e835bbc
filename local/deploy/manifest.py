"""The part of wskdeploy's manifest format that this project uses; the rest is refused.

Understood: packages (version, license, description, public, inputs, annotations), dependencies on
a package of a namespace, which become bindings (location, inputs, annotations), actions
(function, include, runtime, docker, main, web, inputs, annotations, limits, version, description),
sequences (actions, web, annotations), triggers (feed, inputs, annotations, description) and
rules (trigger, action, annotations, description). `license` and `description` are read and dropped,
as by wskdeploy.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from local.deploy import entities
from local.deploy.bundle import Code
from local.deploy.document import ManifestError, Node, load
from local.deploy.entities import Body
from local.deploy.feeds import Feed

_PACKAGE = ("version", "license", "description", "public", "inputs", "annotations", "actions")
_PACKAGE_REST = ("dependencies", "sequences", "triggers", "rules")


@dataclass(frozen=True)
class Entity:
    """What to PUT at a path below the namespace, and what goes with it."""

    path: str
    body: Body
    code: Code | None = None
    feed: Feed | None = None


@dataclass(frozen=True)
class Manifest:
    """What to PUT, by name; the code of actions and the feeds of triggers stand apart."""

    packages: dict[str, Body] = field(default_factory=dict)
    actions: dict[str, Body] = field(default_factory=dict)
    sequences: dict[str, Body] = field(default_factory=dict)
    triggers: dict[str, Body] = field(default_factory=dict)
    rules: dict[str, Body] = field(default_factory=dict)
    code: dict[str, Code] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)

    def entities(self) -> Iterator[Entity]:
        """In the order of deploying."""
        bound_last = sorted(self.packages.items(), key=lambda package: "binding" in package[1])
        for name, body in bound_last:
            yield Entity(f"packages/{quote(name)}", body)
        for name, body in (self.actions | self.sequences).items():
            yield Entity(f"actions/{quote(name)}", body, code=self.code.get(name))
        for name, body in self.triggers.items():
            yield Entity(f"triggers/{quote(name)}", body, feed=self.feeds.get(name))
        for name, body in self.rules.items():
            yield Entity(f"rules/{quote(name)}", body)


def read(file: Path, environment: Mapping[str, str]) -> Manifest:
    """Raises ManifestError where wskdeploy would stop, guess, drop something or lose a value."""
    for neighbour in ("deployment.yaml", "deployment.yml"):
        if (file.parent / neighbour).exists():
            raise ManifestError(f"{file.parent / neighbour}: move its values into {file.name}")
    top = load(file, environment)
    fields = top.fields("project", "packages")
    if (fields["project"].value is None) == (fields["packages"].value is None):
        raise top.refusal("write one of 'packages' and 'project'")
    if fields["packages"].value is None:
        fields = fields["project"].fields("name", "packages")
    manifest = Manifest()
    for key, node in fields["packages"].entries().items():
        _read_package(manifest, entities.name(node, key, ()), node)
    return manifest


def _read_package(manifest: Manifest, name: str, node: Node) -> None:
    fields = node.fields(*_PACKAGE, *_PACKAGE_REST)
    body, parameters = entities.package(fields)
    prefix = "" if name.lower() == "default" else f"{name}/"
    if prefix:
        _add(manifest.packages, name, body, node)
    elif any(fields[key].value for key in ("version", "public", "inputs", "annotations")):
        raise node.refusal("this is no package, and keeps only what stands outside of packages")
    for key, child in fields["dependencies"].entries().items():
        _add(manifest.packages, key, entities.binding(child), child)
    for key, child in fields["actions"].entries().items():
        body, code = entities.action(child)
        _add(manifest.actions, prefix + key, body, child)
        if code is not None:
            manifest.code[prefix + key] = code
    for key, child in fields["sequences"].entries().items():
        path = prefix + entities.name(child, key, parameters)
        if path in manifest.actions:
            raise child.refusal("an action has this name already: rename one of the two")
        _add(manifest.sequences, path, entities.sequence(child, prefix), child)
    _read_events(manifest, fields, prefix, parameters)


def _read_events(
    manifest: Manifest, fields: dict[str, Node], prefix: str, parameters: dict[str, Any]
) -> None:
    """Triggers and rules: written with a package, they stand outside of it."""
    for key, child in fields["triggers"].entries().items():
        path = entities.name(child, key, parameters)
        body, feed = entities.trigger(child, path)
        _add(manifest.triggers, path, body, child)
        if feed is not None:
            manifest.feeds[path] = feed
    for key, child in fields["rules"].entries().items():
        path = entities.name(child, key, parameters)
        _add(manifest.rules, path, entities.rule(child, prefix, parameters), child)


def _add(collection: dict[str, Body], name: str, body: Body, node: Node) -> None:
    if collection.setdefault(name, body) is not body:
        raise node.refusal(f"the name {name!r} is taken already: rename one of the two")
