"""One entity of the manifest each, as the body that wskdeploy would PUT for it."""

from collections.abc import Container
from dataclasses import replace
from typing import Any

from local.deploy.bundle import Code, find
from local.deploy.document import Node
from local.deploy.feeds import Feed
from local.deploy.feeds import find as find_feed
from local.deploy.inputs import annotations, inputs, package_inputs

Body = dict[str, Any]

# Key in the manifest, key in the API, and the least value: below it wskdeploy drops the limit.
_LIMITS = (("timeout", "timeout", 100), ("memorySize", "memory", 128), ("logSize", "logs", 0))
# web-export, raw-http and final.
_WEB = {
    "true": (True, False, True),
    "yes": (True, False, True),
    "raw": (True, True, True),
    "false": (False, False, False),
    "no": (False, False, False),
}


def name(node: Node, text: str, package_parameters: Container[str]) -> str:
    """An expanded name; wskdeploy swaps it for a package input's value where one is so called."""
    if text.translate({ord(mark): None for mark in "${}"}) in package_parameters:
        raise node.refusal(f"an input of the package is called {text!r} too: rename one of them")
    return replace(node, value=text).expanded()


def package(fields: dict[str, Node]) -> tuple[Body, dict[str, Any]]:
    """The body, and the package's inputs."""
    version, public = fields["version"], fields["public"]
    if not isinstance(public.value, bool | None):
        raise public.refusal("write true or false")
    parameters = package_inputs(fields["inputs"])
    body = {
        "version": "0.0.1" if version.value is None else version.expanded(),
        "publish": bool(public.value),
    }
    return body | _key_values(parameters, annotations(fields["annotations"])), parameters


def binding(node: Node) -> Body:
    """A package by another name, with parameters of its own on top."""
    fields = node.fields("location", "inputs", "annotations")
    location = fields["location"]
    parts = location.text().split("/")
    if len(parts) != 3 or parts[0] or not all(parts[1:]):
        raise location.refusal(
            "write '/_/package' or '/namespace/package'; what comes from GitHub is deployed by its "
            "own manifest"
        )
    body = {"publish": False, "binding": {"namespace": parts[1], "name": parts[2]}}
    return body | _key_values(inputs(fields["inputs"]), annotations(fields["annotations"]))


def action(node: Node) -> tuple[Body, Code | None]:
    fields = node.fields(
        *("function", "include", "runtime", "docker", "main", "web", "inputs", "annotations"),
        *("limits", "version", "description"),
    )
    code = None if fields["function"].value is None else find(fields["function"], fields["include"])
    body = {
        "publish": False,
        "exec": _exec(node, fields, code),
        **_key_values(inputs(fields["inputs"]), _action_annotations(fields)),
    }
    if fields["version"].value is not None:
        body["version"] = fields["version"].expanded()
    limits = _limits(fields["limits"])
    return (body | {"limits": limits} if limits else body), code


def _exec(node: Node, fields: dict[str, Node], code: Code | None) -> Body:
    runtime, docker, main = fields["runtime"], fields["docker"], fields["main"]
    if (runtime.value is None) == (docker.value is None):
        raise node.refusal("write one of 'runtime' (a kind such as python:3.11) and 'docker'")
    entry = {} if main.value is None else {"main": main.text()}
    if docker.value is not None:
        if code is None and (entry or fields["include"].value):
            raise node.refusal("'main' and 'include' need a 'function'")
        return {"kind": "blackbox", "image": docker.expanded(), **entry}
    if code is None:
        raise node.refusal("write 'function': the folder or file with the code")
    if not code.members and not runtime.text().startswith("python:"):
        # For a file, unlike for a folder, wskdeploy falls back to a kind that fits its suffix.
        raise runtime.refusal("a .py file runs on a python: kind")
    return {"kind": runtime.text(), **entry}


def _action_annotations(fields: dict[str, Node]) -> dict[str, Any]:
    values = annotations(fields["annotations"])
    secret = values.get("require-whisk-auth", True)
    if not (isinstance(secret, str | bool | int) and (secret is False or secret)):
        raise fields["annotations"].refusal(
            "require-whisk-auth takes a text, a number or a boolean"
        )
    return values | _web(fields["web"])


def _web(node: Node) -> dict[str, bool]:
    if node.value is None:
        return {}
    try:
        flags = _WEB[str(node.value).lower()]
    except KeyError:
        raise node.refusal("write true, false or raw") from None
    return dict(zip(("web-export", "raw-http", "final"), flags, strict=True))


def _limits(node: Node) -> Body:
    fields = node.fields(*(key for key, _, _ in _LIMITS))
    limits = {}
    for key, api_key, least in _LIMITS:
        value = fields[key].value
        if value is None:
            continue
        if type(value) is not int or value < least:
            raise fields[key].refusal(f"write a whole number of at least {least}")
        limits[api_key] = value
    return limits


def sequence(node: Node, prefix: str) -> Body:
    fields = node.fields("actions", "web", "annotations")
    components = [part.strip() for part in fields["actions"].text().split(",")]
    for component in components:
        if not component or component.startswith("/"):
            raise fields["actions"].refusal("write 'action' or 'package/action', with commas")
    return {
        "publish": False,
        "exec": {
            "kind": "sequence",
            "components": [_qualified(component, prefix) for component in components],
        },
        **_key_values({}, annotations(fields["annotations"]) | _web(fields["web"])),
    }


def trigger(node: Node, name: str) -> tuple[Body, Feed | None]:
    """With a feed, the inputs are the feed's, and the trigger has none."""
    fields = node.fields("feed", "inputs", "annotations", "description")
    values, parameters = annotations(fields["annotations"]), inputs(fields["inputs"])
    if "feed" in values:
        raise fields["annotations"].refusal("write 'feed' beside 'annotations', not in them")
    feed = find_feed(fields["feed"], name, parameters)
    if feed is None:
        return {"publish": False, **_key_values(parameters, values)}, None
    return {"publish": True, **_key_values({}, {"feed": feed.name, **values})}, feed


def rule(node: Node, prefix: str, package_parameters: Container[str]) -> Body:
    fields = node.fields("trigger", "action", "annotations", "description")
    ends = [
        name(end, end.text(), package_parameters) for end in (fields["trigger"], fields["action"])
    ]
    return {
        "publish": False,
        "trigger": _qualified(ends[0], ""),
        "action": _qualified(ends[1], prefix),
        **_key_values({}, annotations(fields["annotations"])),
    }


def _qualified(text: str, prefix: str) -> str:
    if text.startswith("/"):
        return text
    return f"/_/{text if '/' in text else prefix + text}"


def _key_values(parameters: dict[str, Any], annotated: dict[str, Any]) -> Body:
    """Left out when empty, so that an update keeps what is there, as wskdeploy's does."""
    lists = {"parameters": parameters, "annotations": annotated}
    return {
        key: [{"key": name, "value": value} for name, value in values.items()]
        for key, values in lists.items()
        if values
    }
