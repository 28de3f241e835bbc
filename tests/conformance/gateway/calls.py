"""The requests of the API gateway's clients, and what the gateway answers to them."""

import json
from typing import Any
from urllib.parse import urlencode

from tests.conformance.client import Answer, Client

ECHO = "def main(args): return {'body': args}"


def manage(client: Client, method: str, name: str, body: Any = None, /, **query: Any) -> Answer:
    """As `wsk` and wskdeploy call: both have a token, and the key's first half as the space."""
    every = {"accesstoken": "DUMMY TOKEN", "spaceguid": client.auth.partition(":")[0], **query}
    path = f"/api/v1/web/whisk.system/apimgmt/{name}?{urlencode(every)}"
    return client.send(method, path, body, auth=client.auth)


def endpoint(client: Client, base: str, path: str, verb: str, action: str, **more: Any) -> Any:
    """The body of `wsk api create BASE PATH VERB ACTION`."""
    package, _, name = action.rpartition("/")
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    secret = {"secureKey": more.pop("secret")} if "secret" in more else {}
    apidoc = {
        "namespace": "_",
        "gatewayBasePath": base,
        "gatewayPath": path,
        "gatewayMethod": verb,
        "id": f"API:_:{base}",
        "action": {
            "name": action,
            "namespace": "_",
            "backendMethod": verb,
            "backendUrl": f"{client.url}/api/v1/web/_/{package or 'default'}/{name}.http",
            "authkey": client.auth,
            **secret,
        },
        **more,
    }
    if names:
        apidoc["pathParameters"] = [
            {"name": name, "in": "path", "required": True, "type": "string"} for name in names
        ]
    return {"apidoc": apidoc}


def create(
    client: Client, base: str, path: str, verb: str, action: str, kind: str = "http", **more: Any
) -> Any:
    body = endpoint(client, base, path, verb, action, **more)
    answer = manage(client, "POST", "createApi.http", body, responsetype=kind)
    assert answer.status == 200, answer.body
    return answer.json


def swagger(client: Client, base: str, action: str = "none", **changes: Any) -> dict[str, Any]:
    """An API of one operation, as a user writes it into a file."""
    url = f"{client.url}/api/v1/web/{client.namespace}/default/{action}.http"
    steps = [{"invoke": {"target-url": f"{url}$(request.path)", "verb": "keep"}}]
    switch = {"case": [{"operations": ["getIt"], "execute": steps}]}
    operation = {
        "operationId": "getIt",
        "parameters": [],
        "x-openwhisk": {
            "url": url,
            "namespace": client.namespace,
            "package": "",
            "action": action,
        },
        "responses": {"default": {"description": "Default response"}},
    }
    return {
        "swagger": "2.0",
        "info": {"title": "written", "version": "1.0.0"},
        "basePath": base,
        "paths": {"/it": {"get": operation}},
        "x-ibm-configuration": {
            "assembly": {"execute": [{"operation-switch": switch}]},
            "cors": {"enabled": True},
        },
        **changes,
    }


def put(client: Client, document: Any) -> Answer:
    text = document if isinstance(document, str) else json.dumps(document)
    return manage(client, "POST", "createApi.http", {"apidoc": {"namespace": "_", "swagger": text}})


def found(client: Client, wanted: str = "", **query: Any) -> list[Any]:
    query = {**query, "basepath": wanted} if wanted else query
    answer = manage(client, "GET", "getApi.http", **query)
    assert answer.status == 200, answer.body
    assert answer.json.keys() == {"apis"}
    return [api["value"]["apidoc"] for api in answer.json["apis"]]


def delete(client: Client, base: str, **query: Any) -> Answer:
    return manage(client, "DELETE", "deleteApi.http", basepath=base, **query)


def ask(api: Any, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Client(api["gwApiUrl"], "").send(method, path, body, headers=named)


def error(answer: Answer) -> str:
    """The text of an application error, which carries no code."""
    assert answer.status == 502, answer.body
    assert answer.json.keys() == {"error"}
    return str(answer.json["error"])


def cases(api: Any) -> list[Any]:
    """The gateway's own configuration, by operation."""
    [step] = api["x-ibm-configuration"]["assembly"]["execute"]
    return list(step["operation-switch"]["case"])
