"""From a reference to what it stands for: through packages and bindings, within one's rights."""

from dataclasses import dataclass

from localwhisk import messages, parameters
from localwhisk.messages import ApiError
from localwhisk.names import Reference
from localwhisk.parameters import Parameters
from localwhisk.store import Entities
from localwhisk.wire import Document


@dataclass(frozen=True)
class Package:
    base: Reference
    document: Document
    binding: Document | None = None

    @property
    def parameters(self) -> Parameters:
        own = self.binding["parameters"] if self.binding else []
        return parameters.merge(self.document["parameters"], own)


@dataclass(frozen=True)
class Target:
    """An action as its caller sees it."""

    reference: Reference
    """Where the action itself lives, whatever binding led to it."""
    document: Document
    parameters: Parameters
    """Package, binding and action parameters, merged."""
    binding: str | None = None

    @property
    def kind(self) -> str:
        return str(self.document["exec"]["kind"])

    def refuse_overrides(self, payload: Document) -> None:
        """Bound parameters of a final action are not the caller's to change."""
        fixed = parameters.immutable(self.parameters, self.document["annotations"])
        if not fixed.isdisjoint(payload):
            raise ApiError(400, messages.PARAMETERS_NOT_ALLOWED)


def document(entities: Entities, reference: Reference, collection: str) -> Document:
    """The stored document; 404 when there is none, 409 when the name is another kind of thing."""
    entity = entities.get(reference.id)
    if entity is None:
        raise messages.does_not_exist()
    if entity.collection != collection:
        raise messages.other_collection()
    return entity.document


def package(
    entities: Entities, reference: Reference, caller: str, *, named: bool = False
) -> Package:
    """A package that `caller` may read, with the package it is bound to, if it is a binding.

    `named`: whether the refusal names it, if there is none.
    """
    name = reference.id
    found = _readable(entities, reference, caller, name, named=named)
    if not found["binding"]:
        return Package(reference, found)
    base = Reference(found["binding"]["namespace"], found["binding"]["name"])
    return Package(base, _readable(entities, base, caller, name, named=named), found)


def _readable(
    entities: Entities, reference: Reference, caller: str, name: str, *, named: bool
) -> Document:
    entity = entities.get(reference.id)
    # A stranger is not told whether a private package exists.
    if reference.namespace != caller and not (entity and entity.document["publish"]):
        raise messages.not_authorized(name)
    if entity is None:
        raise messages.does_not_exist(name if named else None)
    return document(entities, reference, "packages")


def check_entitled(entities: Entities, reference: Reference, caller: str) -> None:
    """Raises ApiError when `caller` may not run what the reference names, if it exists."""
    if reference.home:
        package(entities, reference.home, caller)
    elif reference.namespace != caller:
        raise messages.not_authorized(reference.id)


def action(entities: Entities, reference: Reference, caller: str) -> Target:
    """An action that `caller` may read and run."""
    if reference.home is None:
        check_entitled(entities, reference, caller)
        found = document(entities, reference, "actions")
        return Target(reference, found, found["parameters"])
    home = package(entities, reference.home, caller)
    real = Reference(home.base.namespace, reference.name, home.base.name)
    found = document(entities, real, "actions")
    merged = parameters.merge(home.parameters, found["parameters"])
    return Target(real, found, merged, reference.path if home.binding else None)
