"""The issuer's endpoints."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from local.issuer import CLIENT_ID, discovery
from local.issuer.authorization import Authorization, check_way_back, read_authorization
from local.issuer.edge import NO_STORE, form, parameters_of, shown, told
from local.issuer.errors import OAuthError
from local.issuer.grants import Grants
from local.issuer.keys import SigningKey
from local.issuer.parameters import required
from local.issuer.tokens import Minter


class Provider:
    def __init__(self, url: str, page: str, key: SigningKey, minter: Minter, grants: Grants):
        """`page` is the address of the one client, which people are sent back to."""
        self._url = url
        self._page = page
        self._key = key
        self._minter = minter
        self._grants = grants

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self._discovery),
            Route("/jwks.json", self._jwks),
            Route("/authorize", shown(self._authorize), methods=["GET", "POST"]),
            Route("/token", told(self._token), methods=["POST"]),
            Route("/revoke", told(self._revoke), methods=["POST"]),
            Route("/end-session", shown(self._end_session), methods=["GET", "POST"]),
        ]

    async def _discovery(self, _: Request) -> Response:
        return JSONResponse(discovery.document(self._url))

    async def _jwks(self, _: Request) -> Response:
        return JSONResponse(self._key.jwks())

    async def _authorize(self, request: Request) -> Response:
        parameters = await parameters_of(request)
        check_way_back(parameters, self._page)
        try:
            answer = {"code": self._grants.code(read_authorization(parameters))}
        except OAuthError as error:
            answer = {"error": error.code, "error_description": error.description}
        # RFC 9207: so that no answer is taken for another issuer's.
        return _back(self._page, answer | {"iss": self._url}, parameters)

    async def _token(self, request: Request) -> Response:
        parameters = await form(request)
        grant_type = required(parameters, "grant_type")
        _check_public_client(parameters)
        if grant_type == "authorization_code":
            return self._exchange(parameters)
        if grant_type == "refresh_token":
            return self._refresh(parameters)
        raise OAuthError("unsupported_grant_type", "use authorization_code or refresh_token")

    def _exchange(self, parameters: Mapping[str, str]) -> Response:
        code, verifier = required(parameters, "code"), required(parameters, "code_verifier")
        if required(parameters, "redirect_uri") != self._page:
            raise OAuthError("invalid_grant", "redirect_uri is not the one the code was sent to")
        authorization, refresh_token = self._grants.redeem(code, verifier)
        more = {"refresh_token": refresh_token} if refresh_token else {}
        if "openid" in authorization.scopes:
            more["id_token"] = self._minter.id_token(authorization)
        return self._grant(authorization, more)

    def _refresh(self, parameters: Mapping[str, str]) -> Response:
        authorization, token = self._grants.rotate(required(parameters, "refresh_token"))
        return self._grant(authorization, {"refresh_token": token})

    def _grant(self, authorization: Authorization, more: Mapping[str, str]) -> Response:
        answer: dict[str, object] = {
            "access_token": self._minter.access_token(authorization),
            "token_type": "Bearer",
            "expires_in": self._minter.lifetime_s,
            "scope": " ".join(authorization.scopes),
        }
        return JSONResponse(answer | dict(more), headers=NO_STORE)

    async def _revoke(self, request: Request) -> Response:
        parameters = await form(request)
        _check_public_client(parameters)
        self._grants.revoke(required(parameters, "token"))
        return Response(headers=NO_STORE)

    async def _end_session(self, request: Request) -> Response:
        # There is no session here beside the page's tokens: what is left is the way back.
        parameters = await parameters_of(request)
        if required(parameters, "post_logout_redirect_uri") != self._page:
            raise OAuthError("invalid_request", f"post_logout_redirect_uri has to be {self._page}")
        return _back(self._page, {}, parameters)


def _check_public_client(parameters: Mapping[str, str]) -> None:
    if parameters.get("client_id") != CLIENT_ID:
        raise OAuthError("invalid_client", f"the one client here is {CLIENT_ID}", 401)


def _back(page: str, answer: Mapping[str, str], parameters: Mapping[str, str]) -> Response:
    state = {"state": parameters["state"]} if "state" in parameters else {}
    query = urlencode({**answer, **state})
    return RedirectResponse(f"{page}?{query}" if query else page, 303, headers=NO_STORE)
