"""wskdeploy's `apis:`: made, served by the gateway, and removed."""

import json

from tests.clients.host import Host
from tests.clients.program import Program

LIBRARY = """
packages:
  club:
    actions:
      books: {function: actions/echo.py, runtime: python:3.11, web: true}
      book:
        runtime: python:3.11
        web: true
        code: |
          def main(args):
              return {"body": {"path": args["__ow_path"], "method": args["__ow_method"]}}
      member:
        runtime: python:3.11
        web: true
        annotations: {require-whisk-auth: secret}
        code: |
          def main(args):
              return {"statusCode": 201, "body": args["name"]}
    sequences:
      twice: {actions: "books, books", web: true}
    apis:
      library:
        club:
          books:
            books: {method: GET, response: json}
            twice: {method: POST, response: json}
          "books/{isbn}":
            book: {method: DELETE, response: http}
          members:
            member: {method: PUT, response: http}
"""


def test_apis_are_made_served_and_removed(host: Host, wskdeploy: Program) -> None:
    """1.8, 9.4"""
    (wskdeploy.folder / "manifest.yaml").write_text(LIBRARY)
    wskdeploy()
    wskdeploy()
    [api] = host.apis()
    assert (api["info"]["title"], api["basePath"]) == ("library", "/club")
    assert {(path, verb) for path, verbs in api["paths"].items() for verb in verbs} >= {
        ("/books", "get"),
        ("/books", "post"),
        ("/books/{isbn}", "delete"),
        ("/members", "put"),
    }
    operation = api["paths"]["/books"]["get"]
    assert operation["operationId"]
    assert operation["x-openwhisk"].items() >= {"package": "club", "action": "books"}.items()

    club = f"{host.gateway}/club"
    status, seen = host.get(f"{club}/books?genre=crime")
    assert (status, seen["genre"], seen["__ow_method"]) == (200, "crime", "get")
    assert host.get(f"{club}/books", "POST", "x=1")[0] == 200
    deleted = host.get(f"{club}/books/978", "DELETE")
    assert deleted == (200, {"path": "/club/books/978", "method": "delete"})
    assert host.get("/api/v1/web/guest/club/member", "PUT")[0] == 401
    assert host.get(f"{club}/members?name=ada", "PUT") == (201, "ada")
    assert host.get(f"{club}/books", "PUT")[0] == 404
    assert host.get(f"{club}/elsewhere")[0] == 404

    wskdeploy("undeploy")
    assert (host.apis(), host.everything()) == ([], set())
    assert host.get(f"{club}/books")[0] == 404


def test_an_api_comes_from_a_swagger_document(host: Host, wskdeploy: Program) -> None:
    """1.8, 9.1: `project.config` replaces an API as a whole"""
    manifest = wskdeploy.folder / "manifest.yaml"
    manifest.write_text(LIBRARY)
    wskdeploy()
    [api] = host.apis()
    copy = {**api, "basePath": "/copy", "paths": {"/books": api["paths"]["/books"]}}
    (wskdeploy.folder / "swagger.json").write_text(json.dumps(copy))
    manifest.write_text("project: {name: copy, config: swagger.json, packages: {club: {}}}")
    wskdeploy()
    assert host.get(f"{host.gateway}/copy/books?genre=crime")[0] == 200
    assert host.get(f"{host.gateway}/copy/members", "PUT")[0] == 404
    manifest.write_text("project: {name: copy, config: swagger.json, packages: {}}")
    wskdeploy("undeploy")
    assert [api["basePath"] for api in host.apis()] == ["/club"]
