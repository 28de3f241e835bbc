"""The local sign-in: an OpenID provider for the one person at this machine and for one client.

Not for a shared machine: whoever reaches the loopback interface gets in, as whom they like. Written
here, on PyJWT, because no kept library brings a provider for Starlette: Authlib's needs Flask or
Django, and of what is needed here it would save only the reading of parameters.
"""

CLIENT_ID = "findme-page"
AUDIENCE = "findme"
SCOPES = (
    "openid",
    "offline_access",
    "findme:enrol",
    "findme:search",
    "findme:data",
    "findme:keys",
)
