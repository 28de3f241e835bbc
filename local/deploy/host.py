"""Puts a manifest's entities on a host by the requests that wskdeploy makes, and takes them off."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from findme.openwhisk import OpenWhisk, OpenWhiskError
from local.deploy.feeds import Feed, FeedError
from local.deploy.manifest import Entity, read


class DeployError(Exception):
    """The host or a feed refused an entity, or wskdeploy failed: says which and why."""


def deploy(manifest: Path, api_host: str, auth: str, environment: Mapping[str, str]) -> None:
    """Create or update every entity of the manifest; all of it is read before the first request.

    `api_host` has its scheme, `auth` is `uuid:key`, and `environment` fills `$VAR` in the manifest.
    Raises ManifestError, or DeployError.
    """
    with ThreadPoolExecutor() as pool:  # to compress takes most of the time, and needs no lock
        entities = list(pool.map(_with_code, read(manifest, environment).entities()))
    client = OpenWhisk(api_host, auth)
    subscriptions = []
    try:
        for entity in entities:
            path = entity.path
            if entity.feed is not None:
                subscriptions.append((path, entity.feed, _is_there(client, path)))
            client.request("PUT", path, entity.body, {"overwrite": "true"})
            if path.startswith("rules/"):
                client.request("POST", path, {"status": "active"})
        # wskdeploy subscribes before it makes the rules: a feed's first events would find none.
        for path, feed, again in subscriptions:
            _subscribe(client, auth, path, feed, again=again)
    except (OpenWhiskError, FeedError) as error:
        raise DeployError(f"{path} is not deployed: {error}") from error


def undeploy(manifest: Path, api_host: str, auth: str, environment: Mapping[str, str]) -> None:
    """Delete every entity of the manifest that is there, and nothing else.

    Stops with DeployError at a package that holds anything else.
    """
    client = OpenWhisk(api_host, auth)
    for entity in reversed(list(read(manifest, environment).entities())):
        path = entity.path
        try:
            if entity.feed is not None and _is_there(client, path):
                entity.feed.delete(api_host, auth)
            client.request("DELETE", path)
        except FeedError as error:
            raise DeployError(f"{path} is not deleted: {error}") from error
        except OpenWhiskError as error:
            if error.status != 404:
                raise DeployError(f"{path} is not deleted: {error}") from error


def _with_code(entity: Entity) -> Entity:
    if entity.code is None:
        return entity
    code = {"code": entity.code.text()}
    return replace(entity, body={**entity.body, "exec": {**entity.body["exec"], **code}})


def _is_there(client: OpenWhisk, path: str) -> bool:
    try:
        client.request("GET", path)
    except OpenWhiskError as error:
        if error.status == 404:
            return False
        raise
    return True


def _subscribe(client: OpenWhisk, auth: str, path: str, feed: Feed, *, again: bool) -> None:
    """A trigger that was there is unsubscribed first: to many feeds, twice is an error."""
    if again:
        with suppress(FeedError):  # It may have had no feed. What counts is what CREATE says.
            feed.delete(client.api_host, auth)
    try:
        feed.create(client.api_host, auth)
    except FeedError:
        # Left there, it would look subscribed.
        with suppress(OpenWhiskError):
            client.request("DELETE", path)
        raise
