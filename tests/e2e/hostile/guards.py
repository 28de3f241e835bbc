"""The deployed guard once more, with other parameters, beside the suite's routes."""

from typing import Any

from findme.openwhisk import OpenWhisk

_PACKAGE = "hostile"


class Guards:
    """One copy of the guard with no parameter of its own, which would win over a binding's."""

    def __init__(self, openwhisk: OpenWhisk) -> None:
        self._openwhisk = openwhisk
        deployed = openwhisk.request("GET", "actions/findme/check_auth", query={"code": "true"})
        self._code = {key: deployed["exec"][key] for key in ("kind", "code", "binary")}
        self._bound = _values(openwhisk.request("GET", "packages/findme")) | _values(deployed)
        self._put(f"packages/{_PACKAGE}", {})
        self.start_cold()

    def start_cold(self) -> None:
        """A new version: the process that ran the one before serves no more."""
        self._put(f"actions/{_PACKAGE}/check_auth", {"exec": self._code})

    def put(
        self, name: str, handler: str = "findme/my_data", raw: bool = True, **parameters: Any
    ) -> str:
        """The path of a route that asks for findme:data."""
        bound = self._bound | {"scopes": "findme:data"} | parameters
        binding = {"namespace": "_", "name": _PACKAGE}
        self._put(f"packages/{_PACKAGE}-{name}", {"binding": binding, "parameters": _pairs(bound)})
        components = [f"/_/{_PACKAGE}-{name}/check_auth", f"/_/{handler}"]
        flags = {"web-export": True, "raw-http": raw, "final": True, "web-custom-options": True}
        sequence = {"kind": "sequence", "components": components}
        self._put(f"actions/{_PACKAGE}/{name}", {"exec": sequence, "annotations": _pairs(flags)})
        return f"/api/v1/web/guest/{_PACKAGE}/{name}"

    def _put(self, path: str, body: dict[str, Any]) -> None:
        self._openwhisk.request("PUT", path, body, {"overwrite": "true"})


def _values(entity: dict[str, Any]) -> dict[str, Any]:
    return {pair["key"]: pair["value"] for pair in entity.get("parameters", [])}


def _pairs(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items()]
