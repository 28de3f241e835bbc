"""A valid request for every route of the host, and the entities that they are about."""

from dataclasses import dataclass
from typing import Any

from tests.conformance.client import ECHO, WEB, Client, code, components, pairs

API = "/api/v1/namespaces/_"
GUEST = "/api/v1/web/guest"
MANAGEMENT = "/api/v1/web/whisk.system/apimgmt"
EXTENSIONS = ("", ".http", ".json", ".html", ".svg", ".text", ".http/a/b")

# Its arguments say what it answers, so that mutations reach what becomes of results, too.
ANSWERS = "def main(args): return args.get('result', args)"
# What is overwritten, deleted and invoked; the other entities stay as they are.
VICTIMS = ("v0", "v1", "v2")


@dataclass(frozen=True)
class Seed:
    route: str
    method: str
    path: str
    body: Any = None
    query: tuple[tuple[str, str], ...] = ()


def prepare(client: Client) -> None:
    """Make the entities that stay."""
    client.action(ECHO, "echo", annotations=pairs(WEB), parameters=pairs({"k": 1}))
    client.action(ANSWERS, "answers", annotations=pairs({"web-export": True}))
    client.action(ANSWERS, "raw", annotations=pairs({**WEB, "raw-http": True}))
    client.action(ANSWERS, "conducts", annotations=pairs({"conductor": True}))
    client.put("packages/pkg", {"publish": True, "parameters": pairs({"p": 1})})
    client.action(ECHO, "pkg/act", annotations=pairs(WEB))
    client.put("packages/bound", {"binding": {"namespace": "_", "name": "pkg"}})
    client.put("actions/steps", {"exec": components("/_/echo", "/_/bound/act")})
    client.put("triggers/fires", {"parameters": pairs({"t": 1})})
    client.put("rules/links", {"trigger": "/_/fires", "action": "/_/echo"})
    client.put("rules/leads", {"trigger": "/_/fires", "action": "/_/steps"})
    for victim in VICTIMS:
        client.action(ECHO, victim)
        client.put(f"triggers/t{victim}", {})
        client.put(f"packages/p{victim}", {})
        client.put(f"rules/r{victim}", {"trigger": "/_/fires", "action": "/_/echo"})
    for seed in _apis(_tenant(client)):
        query = "&".join(f"{name}={value}" for name, value in seed.query)
        assert client.send(seed.method, f"{seed.path}?{query}", seed.body, auth=client.auth)


def all_seeds(client: Client) -> list[Seed]:
    activation_id = client.invoke("echo").json["activationId"]
    own = [*_reads(activation_id), *_writes(), *_runs()]
    return [*own, *_web(), *_apis(_tenant(client)), *_gateway(_tenant(client)), *_open()]


def _tenant(client: Client) -> str:
    return client.auth.partition(":")[0]


def _reads(activation_id: str) -> list[Seed]:
    page = (("limit", "5"), ("skip", "1"), ("count", "false"))
    since = (("since", "1"), ("upto", "9999999999999"), ("docs", "true"), ("name", "echo"), *page)
    names = {"actions": "echo", "packages": "bound", "triggers": "fires", "rules": "links"}
    seeds = [Seed(f"list {of}", "GET", f"{API}/{of}", query=page) for of in names]
    seeds += [Seed(f"get {of}", "GET", f"{API}/{of}/{name}") for of, name in names.items()]
    activation = f"{API}/activations/{activation_id}"
    return [
        *seeds,
        Seed("get packaged", "GET", f"{API}/actions/bound/act", query=(("code", "false"),)),
        Seed("list package", "GET", f"{API}/actions/bound/", query=page),
        Seed("list activations", "GET", f"{API}/activations", query=since),
        Seed("get activation", "GET", activation),
        Seed("get activation", "GET", f"{activation}/logs"),
        Seed("get activation", "GET", f"{activation}/result"),
        Seed("limits", "GET", f"{API}/limits"),
    ]


def _writes() -> list[Seed]:
    field = {"version": "0.0.1", "publish": True, "annotations": pairs({"a": 1, "final": True})}
    bound = pairs({"p": {"a": [1]}, "q": None})
    both = {**field, "parameters": bound}
    limits = {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1}
    python = {**both, "exec": code(ECHO, main="main"), "limits": limits}
    python["parameters"] = [*bound, {"key": "i", "value": 1, "init": True}]
    blackbox = {**both, "exec": code(kind="blackbox", image="a/b:1"), "delAnnotations": ["a"]}
    sequence = {**field, "exec": components("/_/echo", "/_/bound/act", "/guest/steps")}
    binding = {**both, "binding": {"namespace": "_", "name": "pkg"}}
    links = {**field, "trigger": "/_/fires", "action": {"path": "guest/pkg", "name": "act"}}
    yes = (("overwrite", "true"),)
    seeds: list[Seed] = []
    for victim in VICTIMS:
        seeds += [
            Seed("put action", "PUT", f"{API}/actions/{victim}", python, yes),
            Seed("put blackbox", "PUT", f"{API}/actions/{victim}", blackbox, yes),
            Seed("put sequence", "PUT", f"{API}/actions/{victim}", sequence, yes),
            Seed("put packaged", "PUT", f"{API}/actions/pkg/{victim}", python, yes),
            Seed("put package", "PUT", f"{API}/packages/p{victim}", both, yes),
            Seed("put binding", "PUT", f"{API}/packages/b{victim}", binding, yes),
            Seed("put trigger", "PUT", f"{API}/triggers/t{victim}", both, yes),
            Seed("put rule", "PUT", f"{API}/rules/r{victim}", links, yes),
            Seed("set rule", "POST", f"{API}/rules/r{victim}", {"status": "inactive"}),
        ]
    return [
        *seeds,
        Seed("delete action", "DELETE", f"{API}/actions/v0"),
        Seed("delete package", "DELETE", f"{API}/packages/pv0", query=(("force", "true"),)),
        Seed("delete trigger", "DELETE", f"{API}/triggers/tv0"),
        Seed("delete rule", "DELETE", f"{API}/rules/rv0"),
    ]


def _runs() -> list[Seed]:
    waits = (("blocking", "true"), ("result", "true"), ("timeout", "2000"))
    payload = {"x": 1, "result": {"error": {"statusCode": 1}}, "list": [1, "2", {"a": None}]}
    step = {"action": "/_/echo", "params": {"n": 1}, "state": {"s": 1}}
    names = ("echo", "answers", "raw", "steps", "bound/act", *VICTIMS)
    return [
        *(Seed("invoke", "POST", f"{API}/actions/{name}", payload, waits) for name in names),
        Seed("invoke conductor", "POST", f"{API}/actions/conducts", step, waits),
        Seed("fire", "POST", f"{API}/triggers/fires", payload),
    ]


def _web() -> list[Seed]:
    headers = {"content-type": "text/plain", "set-cookie": ["a=1", "b=2"], "x-n": 1, "x-b": True}
    results: list[Any] = [
        {"statusCode": 201, "headers": headers, "body": "text"},
        {"headers": {"content-type": "image/png"}, "body": "QUJD"},
        {"body": {"a": [1]}, "html": "<p>", "svg": "<svg/>", "text": "t"},
        {"error": {"statusCode": 422, "headers": headers, "body": {"why": 1}}},
        {"error": "text"},
    ]
    query = (("q", "1"), ("q", "2"))
    return [
        *(
            Seed(f"web {extension[:5] or 'bare'}", "POST", f"{GUEST}/default/answers{extension}",
                 {"result": result}, query)
            for extension in EXTENSIONS
            for result in results
        ),
        *(Seed("web echo", method, f"{GUEST}/bound/act.json", {"x": 1}, query)
          for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")),
        Seed("web raw", "POST", f"{GUEST}/default/raw.json/a", {"x": 1}, query),
    ]  # fmt: skip


def _apis(tenant: str) -> list[Seed]:
    action = {
        "name": "answers",
        "namespace": "_",
        "backendMethod": "GET",
        "backendUrl": "http://h/api/v1/web/guest/default/answers.http",
        "authkey": "x",
        "secureKey": "s",
    }
    endpoint = {
        "namespace": "_",
        "gatewayBasePath": "/base",
        "gatewayPath": "/rel/{id}",
        "gatewayMethod": "GET",
        "apiName": "api",
        "id": "API:_:/base",
        "action": action,
        "pathParameters": [{"name": "id", "in": "path", "required": True, "type": "string"}],
    }
    whole = {"namespace": "_", "swagger": _swagger()}
    query = (("accesstoken", "x"), ("spaceguid", tenant), ("responsetype", "http"))
    return [
        Seed("create api", "POST", f"{MANAGEMENT}/createApi.http", {"apidoc": endpoint}, query),
        Seed("create api", "POST", f"{MANAGEMENT}/createApi", {"apidoc": whole}, query),
    ]


def _gateway(tenant: str) -> list[Seed]:
    which = (("basepath", "/base"), ("relpath", "/rel/{id}"), ("operation", "get"))
    paths = ("base/rel/1", "base/rel/1", "whole/x")
    return [
        Seed("get api", "GET", f"{MANAGEMENT}/getApi.http", query=which),
        Seed("delete api", "DELETE", f"{MANAGEMENT}/deleteApi.http", query=which),
        *(
            Seed("gateway", method, f"/api/{tenant}/{path}", body, (("q", "1"),))
            for path in paths
            for method, body in (("GET", None), ("POST", {"x": 1}), ("OPTIONS", None))
        ),
    ]


def _swagger() -> dict[str, Any]:
    about = {
        "url": "http://h/api/v1/web/guest/default/answers.http",
        "namespace": "guest",
        "package": "",
        "action": "answers",
    }
    case = {"operations": ["getX"], "execute": [{"invoke": {"target-url": "$", "verb": "keep"}}]}
    switch = {"assembly": {"execute": [{"operation-switch": {"case": [case]}}]}}
    return {
        "swagger": "2.0",
        "basePath": "/whole",
        "info": {"title": "whole", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "getX", "x-openwhisk": about}}},
        "x-ibm-configuration": {**switch, "cors": {"enabled": True}},
    }


def _open() -> list[Seed]:
    paths = ("/", "/ping", "/api/v1", "/api/v1/api-docs", "/api/v1/docs", "/api/v1/namespaces/")
    return [Seed("open", "GET", path) for path in paths]
