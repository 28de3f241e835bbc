import pytest

from local.deploy.interpolation import interpolate

ENVIRONMENT = {"A": "1", "AB": "2", "URL": "redis://x", "DOLLAR": "$A", "EMPTY": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("$", "$"),
        ("costs $5", "costs $5"),
        ("not $A here", "not $A here"),
        ("{${A}", "{${A}"),
        ("$A", "1"),
        ("$A$AB", "11B"),
        ("${A}${AB}", "12"),
        ("a ${A} b ${AB} c", "a 1 b 2 c"),
        ("a ${A} b $AB", "a ${A} b 1B"),
        ("$URL", "redis://x"),
        ("$EMPTY", ""),
        ("$${A}", "${A}"),
        ("say $${A}", "say ${A}"),
        ("$DOLLAR", "$A"),
    ],
)
def test_variables_are_replaced_as_wskdeploy_does(text: str, expected: str) -> None:
    assert interpolate(text, ENVIRONMENT) == expected


@pytest.mark.parametrize(
    ("text", "name"), [("$GONE", "GONE"), ("${GONE}", "GONE"), ("$A/b", "A/b"), ("$5", "5")]
)
def test_a_variable_that_is_not_set_is_named(text: str, name: str) -> None:
    with pytest.raises(KeyError) as missing:
        interpolate(text, ENVIRONMENT)
    assert missing.value.args == (name,)
