"""What the host says of itself: /, /api/v1, namespaces and their limits."""

from starlette.responses import Response

from localwhisk import limits
from localwhisk.call import Call
from localwhisk.config import Config
from localwhisk.host import Host
from localwhisk.wire import Document, json_response

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
        "limits": _system_limits(),
        "runtimes": _runtimes(config),
    }


def _system_limits() -> Document:
    shown: Document = {
        "actions_per_minute": limits.INVOCATIONS_PER_MINUTE,
        "triggers_per_minute": limits.FIRES_PER_MINUTE,
        "concurrent_actions": limits.CONCURRENT_INVOCATIONS,
        "sequence_length": limits.SEQUENCE_LENGTH,
    }
    units = (("duration", "timeout", 1), ("memory", "memory", limits.MIB))
    for name, field, scale in (*units, ("logs", "logs", limits.MIB)):
        allowed = limits.ACTION[field]
        for prefix in ("", "default_"):
            shown[f"{prefix}min_action_{name}"] = allowed.minimum * scale
            shown[f"{prefix}max_action_{name}"] = allowed.maximum * scale
    return shown


def _runtimes(config: Config) -> Document:
    families: Document = {}
    for kind in config.runtimes:
        family, _, version = kind.partition(":")
        runtimes = families.setdefault(family, [])
        runtimes.append(
            {
                "kind": kind,
                "image": f"openwhisk/action-{family}-v{version}",
                "deprecated": False,
                "default": not runtimes,
                "attached": True,
                "requireMain": False,
            }
        )
    return families


async def namespaces(_: Host, call: Call) -> Response:
    return json_response([call.caller.namespace])


async def namespace_limits(_: Host, call: Call) -> Response:
    call.own_namespace()
    shown: Document = {
        "invocationsPerMinute": limits.INVOCATIONS_PER_MINUTE,
        "concurrentInvocations": limits.CONCURRENT_INVOCATIONS,
        "firesPerMinute": limits.FIRES_PER_MINUTE,
        "maxParameterSize": f"{limits.PARAMETER_BYTES} B",
    }
    for name in ("Memory", "Logs", "Timeout", "Concurrency"):
        allowed = limits.ACTION[name.lower()]
        shown[f"minAction{name}"] = allowed.minimum
        shown[f"maxAction{name}"] = allowed.maximum
    return json_response(shown)
