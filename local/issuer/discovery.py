"""What a client reads first (OpenID Connect Discovery 1.0, RFC 8414)."""

from local.issuer import SCOPES


def document(url: str) -> dict[str, object]:
    """Of the issuer at `url`."""
    return {
        "issuer": url,
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/token",
        "revocation_endpoint": f"{url}/revoke",
        "end_session_endpoint": f"{url}/end-session",
        "jwks_uri": f"{url}/jwks.json",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        # Left out, this one would mean yes.
        "request_uri_parameter_supported": False,
    }
