from dataclasses import replace

import pytest

from local.issuer.authorization import Authorization
from local.issuer.errors import OAuthError
from local.issuer.grants import CODE_SECONDS, REFRESH_SECONDS, Grants
from tests.conftest import Clock

# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
ADA = Authorization("ada", ("openid", "offline_access"), CHALLENGE, nonce=None)


@pytest.fixture
def grants(clock: Clock) -> Grants:
    return Grants(clock)


def refresh_token(grants: Grants) -> str:
    _, token = grants.redeem(grants.code(ADA), VERIFIER)
    assert token is not None
    return token


def refused(grants: Grants, token: str) -> bool:
    with pytest.raises(OAuthError) as error:
        grants.rotate(token)
    return error.value.code == "invalid_grant"


def test_a_code_is_worth_what_was_granted(grants: Grants) -> None:
    granted, token = grants.redeem(grants.code(ADA), VERIFIER)
    assert granted == ADA
    assert token


def test_without_offline_access_there_is_no_refresh_token(grants: Grants) -> None:
    brief = replace(ADA, scopes=("openid",))
    assert grants.redeem(grants.code(brief), VERIFIER) == (brief, None)


def test_a_code_is_refused_after_a_minute(grants: Grants, clock: Clock) -> None:
    early, late = grants.code(ADA), grants.code(ADA)
    clock.now += CODE_SECONDS - 1
    grants.redeem(early, VERIFIER)
    clock.now += 1
    with pytest.raises(OAuthError, match="invalid_grant"):
        grants.redeem(late, VERIFIER)


@pytest.mark.parametrize("verifier", ["", "x" * 43, CHALLENGE, VERIFIER + "x"])
def test_a_wrong_verifier_spends_the_code(grants: Grants, verifier: str) -> None:
    code = grants.code(ADA)
    for attempt in (verifier, VERIFIER):
        with pytest.raises(OAuthError, match="invalid_grant"):
            grants.redeem(code, attempt)


def test_a_code_that_comes_twice_ends_what_came_of_it(grants: Grants) -> None:
    code = grants.code(ADA)
    _, token = grants.redeem(code, VERIFIER)
    with pytest.raises(OAuthError, match="used before"):
        grants.redeem(code, VERIFIER)
    assert refused(grants, str(token))


def test_each_use_of_a_refresh_token_gives_the_next(grants: Grants) -> None:
    tokens = [refresh_token(grants)]
    for _ in range(3):
        granted, token = grants.rotate(tokens[-1])
        assert granted == ADA
        tokens.append(token)
    assert len(set(tokens)) == 4


def test_a_refresh_token_that_comes_twice_ends_its_family_and_no_other(grants: Grants) -> None:
    other = refresh_token(grants)
    old = refresh_token(grants)
    _, new = grants.rotate(old)
    assert refused(grants, old)
    assert refused(grants, new)
    grants.rotate(other)


def test_a_revoked_one_is_refused_and_so_is_nonsense(grants: Grants) -> None:
    token = refresh_token(grants)
    grants.revoke(token)
    grants.revoke("nonsense")
    for gone in (token, "nonsense", "", ".", "a.b"):
        assert refused(grants, gone)


def test_a_refresh_token_expires_when_it_is_not_used(grants: Grants, clock: Clock) -> None:
    token = refresh_token(grants)
    clock.now += REFRESH_SECONDS - 1
    _, token = grants.rotate(token)
    clock.now += REFRESH_SECONDS
    assert refused(grants, token)
