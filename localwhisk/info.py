"""What the host says of itself: /, /api/v1, namespaces and their limits."""

from collections.abc import Iterable
from typing import Any

from localwhisk.call import Call
from localwhisk.config import Config
from localwhisk.host import Host
from localwhisk.limits import MIB, Limits
from localwhisk.wire import Document

_SOURCE = "https://github.com/apache/openwhisk"
DOCUMENTATION = f"{_SOURCE}/blob/master/docs/rest_api.md"

VERSION: Document = {
    "description": "OpenWhisk API",
    "api_version": "1.0.0",
    "api_version_path": "v1",
    "build": "localwhisk",
    "buildno": "localwhisk",
    "swagger_paths": {"ui": "/docs", "api-docs": "/api-docs"},
}


def platform(config: Config) -> Document:
    """What GET / tells; wskdeploy takes its list of runtimes from it."""
    return {
        "description": "OpenWhisk",
        "support": {"github": f"{_SOURCE}/issues", "slack": "http://slack.openwhisk.org"},
        "api_paths": ["/api/v1"],
        "limits": _system_limits(config.limits),
        "runtimes": _runtimes(config),
    }


def swagger(base: str, routes: Iterable[tuple[str, str, Any]]) -> Document:
    """What a client may call below a namespace, as an OpenAPI 2.0 document."""
    answers = {"responses": {"default": {"description": "JSON, or an error with its code"}}}
    paths: Document = {"/namespaces": {"get": answers}}
    for method, path, _ in routes:
        paths.setdefault(f"/namespaces/{{namespace}}/{path}", {})[method.lower()] = answers
    about = {"title": VERSION["description"], "version": VERSION["api_version"]}
    return {"swagger": "2.0", "info": about, "basePath": base, "paths": paths}


def _system_limits(limits: Limits) -> Document:
    shown: Document = {
        "actions_per_minute": limits.invocations_per_minute,
        "triggers_per_minute": limits.fires_per_minute,
        "concurrent_actions": limits.concurrent_invocations,
        "sequence_length": limits.sequence_length,
    }
    units = (("duration", "timeout", 1), ("memory", "memory", MIB), ("logs", "logs", MIB))
    for name, field, unit in units:
        minimum, _, maximum = limits.bounds(field)
        for prefix in ("", "default_"):
            shown[f"{prefix}min_action_{name}"] = minimum * unit
            shown[f"{prefix}max_action_{name}"] = maximum * unit
    return shown


def _runtimes(config: Config) -> Document:
    families: Document = {}
    for kind in config.runtimes:
        family, _, version = kind.partition(":")
        known = families.setdefault(family, [])
        known.append(
            {
                "kind": kind,
                "image": f"openwhisk/action-{family}-v{version}",
                "deprecated": False,
                "default": not known,
                "attached": True,
                "requireMain": False,
            }
        )
    return families


async def namespaces(_: Host, call: Call) -> list[str]:
    return [call.caller.namespace]


async def namespace_limits(host: Host, call: Call) -> Document:
    call.own_namespace()
    shown: Document = {
        "invocationsPerMinute": host.limits.invocations_per_minute,
        "concurrentInvocations": host.limits.concurrent_invocations,
        "firesPerMinute": host.limits.fires_per_minute,
        "maxActionInstances": host.limits.concurrent_invocations,
        "maxParameterSize": f"{host.limits.parameters_size} B",
    }
    for name in ("Memory", "Logs", "Timeout", "Concurrency"):
        minimum, _, maximum = host.limits.bounds(name.lower())
        shown |= {f"minAction{name}": minimum, f"maxAction{name}": maximum}
    return shown
