"""Puts a manifest's entities on a host by the requests that wskdeploy makes, and takes them off."""

from collections.abc import Mapping
from pathlib import Path

from findme.openwhisk import OpenWhisk, OpenWhiskError
from local.deploy.bundle import Code
from local.deploy.entities import Body
from local.deploy.manifest import read


class DeployError(Exception):
    """The host refused an entity, or wskdeploy failed: says which and why."""


def deploy(manifest: Path, api_host: str, auth: str, environment: Mapping[str, str]) -> None:
    """Create or update every entity of the manifest; all of it is read before the first request.

    `api_host` has its scheme, `auth` is `uuid:key`, and `environment` fills `$VAR` in the manifest.
    Raises ManifestError, or DeployError.
    """
    entities = list(read(manifest, environment).entities())
    bodies = [(path, _with_code(body, code)) for path, body, code in entities]
    client = OpenWhisk(api_host, auth)
    try:
        for path, body in bodies:
            client.request("PUT", path, body, {"overwrite": "true"})
            if path.startswith("rules/"):
                client.request("POST", path, {"status": "active"})
    except OpenWhiskError as error:
        raise DeployError(f"{path} is not deployed: {error}") from error


def undeploy(manifest: Path, api_host: str, auth: str, environment: Mapping[str, str]) -> None:
    """Delete every entity of the manifest that is there, and nothing else.

    Stops with DeployError at a package that holds anything else.
    """
    client = OpenWhisk(api_host, auth)
    for path, _, _ in reversed(list(read(manifest, environment).entities())):
        try:
            client.request("DELETE", path)
        except OpenWhiskError as error:
            if error.status != 404:
                raise DeployError(f"{path} is not deleted: {error}") from error


def _with_code(body: Body, code: Code | None) -> Body:
    return body if code is None else {**body, "exec": {**body["exec"], "code": code.text()}}
