"""Our public routes from recorded answers, over real HTTP and from another origin than the page.

The page is tested against it; the suite itself is tested with the page in tests/e2e.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

API = "/api/v1/web/guest/findme-api"
Answer = tuple[int, dict[str, Any], dict[str, str]]
Answering = Answer | Callable[[bytes], Answer]
EXPIRED: Answer = (401, {"error": "invalid_token", "message": "the token has expired"}, {})


def answer(status: int, body: dict[str, Any], **headers: str) -> Answer:
    return status, body, {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class FakeApi:
    """Each list holds the answers of one route in turn; the last one stays.

    An answer may be made from the request's body. Whoever signs in is a stranger at first.
    """

    stranger: Answer
    origin: str = ""
    consent: list[Answering] = field(default_factory=list)
    enrol: list[Answering] = field(default_factory=list)
    search: list[Answering] = field(default_factory=list)
    status: list[Answering] = field(default_factory=list)
    my_data: list[Answering] = field(default_factory=list)
    forget_me: list[Answering] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def reset(self) -> None:
        for each in fields(self):
            if each.name not in ("stranger", "origin"):
                getattr(self, each.name).clear()
        self.consent.append(self.stranger)

    def asked(self, route: str) -> int:
        return sum(path.partition("/")[0] == route for _, path in self.requests)

    async def serve(self, request: Request) -> Response:
        # A preflight is answered without a token, and invokes no handler.
        cors = {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": "OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH",
            "Access-Control-Allow-Headers": request.headers.get(
                "access-control-request-headers", "Authorization, Content-Type"
            ),
            "Access-Control-Expose-Headers": "Retry-After",
        }
        if request.method == "OPTIONS":
            return Response(headers=cors)
        path = request.path_params["path"]
        route = path.partition("/")[0]
        self.requests.append((request.method, path))
        self.bodies[route] = await request.body()
        self.headers[route] = dict(request.headers)
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return JSONResponse(EXPIRED[1], 401, cors)
        answers: list[Answering] = getattr(self, route)
        given = answers.pop(0) if len(answers) > 1 else answers[0]
        status, body, headers = given(self.bodies[route]) if callable(given) else given
        return JSONResponse(body, status, cors | headers)


@contextmanager
def running(stranger: Answer) -> Iterator[FakeApi]:
    api = FakeApi(stranger)
    routes = [Route(API + "/{path:path}", api.serve, methods=["GET", "POST", "OPTIONS"])]
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=routes), log_level="warning", lifespan="off")
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        api.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield api
        finally:
            server.should_exit = True
            thread.join()
