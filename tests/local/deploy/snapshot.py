"""All that a namespace holds, in a form that two hosts can be compared by."""

import base64
import io
import zipfile
from typing import Any

from findme.openwhisk import OpenWhisk

Entities = dict[str, dict[str, Any]]


def entities(client: OpenWhisk) -> Entities:
    """Every entity by its path, less the time of its update; code by its zip's members."""
    found = {}
    for collection in ("packages", "actions", "triggers", "rules"):
        for item in client.request("GET", collection, query={"limit": "0"}):
            _, _, package = item["namespace"].partition("/")
            path = f"{collection}/{package}/{item['name']}".replace("//", "/")
            query = {"code": "true"} if collection == "actions" else None
            found[path] = _comparable(client.request("GET", path, query=query))
    return found


def _comparable(entity: dict[str, Any]) -> dict[str, Any]:
    del entity["updated"]
    # The host answers a package's contents, and the pairs in a list, in any order.
    for key in ("annotations", "parameters"):
        entity[key] = {pair["key"]: pair["value"] for pair in entity.get(key, [])}
    for contents in entity.keys() & {"actions", "feeds"}:
        for contained in entity[contents]:
            pairs = contained["annotations"]
            contained["annotations"] = {pair["key"]: pair["value"] for pair in pairs}
        entity[contents] = {contained["name"]: contained for contained in entity[contents]}
    if entity.get("exec", {}).get("binary"):
        entity["exec"]["code"] = members(entity["exec"]["code"])
    return entity


def members(code: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(code))) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names))
        return {name: archive.read(name) for name in names}
