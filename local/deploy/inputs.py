"""Values of `inputs` and `annotations`, converted as wskdeploy converts them."""

import json
from typing import Any

from local.deploy.document import Node

_LONG_FORM = ("type", "description", "value", "required", "default", "status", "schema")
# A declared type, the Python types its value may have, and what stands in for a missing value.
_TYPES: dict[str, tuple[tuple[type, ...], Any]] = {
    "string": ((str,), ""),
    "integer": ((int,), 0),
    "float": ((float, int), 0.0),
    "boolean": ((bool,), False),
    "json": ((dict,), {}),
}


def inputs(node: Node) -> dict[str, Any]:
    """Inputs of an action or a trigger."""
    return {name: _input(child) for name, child in node.entries().items()}


def package_inputs(node: Node) -> dict[str, Any]:
    """Inputs of a package; one left empty is read from the variable that has its name.

    wskdeploy does that with 0 and false too, and stops at a mapping: those are refused.
    """
    values = {}
    for name, child in node.entries().items():
        value = _input(child)
        if isinstance(value, dict) or (not isinstance(value, str | list) and value == 0):
            raise child.refusal("wskdeploy loses this value on a package: put it on its actions")
        values[name] = node.environment.get(name, "") if value == "" else value
    return values


def annotations(node: Node) -> dict[str, Any]:
    values = {}
    for name, child in node.entries().items():
        _refuse_null(child)
        values[name] = child.expanded() if child.value and _is_text(child) else child.value
    return values


def _input(node: Node) -> Any:
    value = node.value
    if value == {}:
        raise node.refusal("an empty mapping would be passed as an empty text")
    if isinstance(value, dict) and value.keys() <= set(_LONG_FORM):
        return _long_form(node)
    if value is None:
        return ""
    if _is_text(node) and value in _TYPES:
        return _TYPES[value][1]
    return _converted(node)


def _long_form(node: Node) -> Any:
    fields = node.fields(*_LONG_FORM)
    declared, required = fields["type"], fields["required"]
    if declared.value is not None and declared.text() not in _TYPES:
        raise declared.refusal(f"unknown type; known: {', '.join(_TYPES)}")
    if not isinstance(required.value, bool | None):
        raise required.refusal("write true or false")
    value = _given(fields)
    if required.value and (isinstance(value, dict) or value in ("", 0)):
        raise node.refusal("a required input needs a value, neither empty, zero nor a mapping")
    return value


def _given(fields: dict[str, Node]) -> Any:
    declared = fields["type"].value
    node = fields["default"] if fields["value"].value is None else fields["value"]
    if node.value is None:
        return _TYPES[declared or "string"][1]
    return _declared(node, declared) if declared else _converted(node)


def _declared(node: Node, declared: str) -> Any:
    if declared == "json" and _is_text(node):
        return _parsed(node)
    accepted, _ = _TYPES[declared]
    fits = isinstance(node.value, accepted)
    if not fits or (isinstance(node.value, bool) and declared != "boolean"):
        raise node.refusal(f"the value is not of the declared type {declared!r}")
    return _converted(node)


def _parsed(node: Node) -> Any:
    try:
        value = json.loads(node.value)
    except ValueError as error:
        raise node.refusal(f"declared as json, but cannot be parsed: {error}") from error
    if value is None:
        raise node.refusal("null cannot be passed: leave the input out")
    return value


def _converted(node: Node) -> Any:
    """Texts are interpolated, in mappings too, but not in lists."""
    _refuse_null(node)
    if isinstance(node.value, dict):
        return {key: _converted(child) for key, child in node.entries().items()}
    return node.expanded() if node.value and _is_text(node) else node.value


def _refuse_null(node: Node) -> None:
    if node.value is None:
        raise node.refusal("null would be passed as the text '<nil>': leave it out")
    if isinstance(node.value, dict):
        for child in node.entries().values():
            _refuse_null(child)
    if isinstance(node.value, list):
        for index, value in enumerate(node.value):
            _refuse_null(node.at(index, value))


def _is_text(node: Node) -> bool:
    return isinstance(node.value, str)
