"""The provider's options, their variables, and what is said about a wrong one."""

import pytest

from feeds.provider.config import Config

GIVEN = {"REDIS_URL": "redis://:geheim@r:1/0", "FEEDS_API_HOST": "https://w", "FEEDS_KEY": "k"}


def test_an_option_comes_before_its_variable() -> None:
    config = Config.read(["--workers", "3"], {**GIVEN, "FEEDS_WORKERS": "5", "FEEDS_ATTEMPTS": "2"})
    assert (config.workers, config.attempts, config.lease_seconds) == (3, 2, 10)
    assert config.listen == ("127.0.0.1", 8095)
    assert "geheim" not in repr(config)


def test_a_further_source_stands_beside_the_built_in_ones() -> None:
    config = Config.read(["--source", "files=my.module:Files"], GIVEN)
    assert config.sources["files"] == "my.module:Files"
    assert "s3" in config.sources


@pytest.mark.parametrize(
    ("arguments", "without", "named"),
    [
        ([], "REDIS_URL", "--redis-url or REDIS_URL"),
        ([], "FEEDS_API_HOST", "--api-host or FEEDS_API_HOST"),
        ([], "FEEDS_KEY", "set FEEDS_KEY"),
        (["--workers", "0"], "", "--workers: must be 1 or more"),
        (["--lease-seconds", "-1"], "", "--lease-seconds: must be above 0"),
        (["--listen", "8095"], "", "--listen: write host:port"),
        (["--source", "files"], "", "--source: write name=module:class"),
    ],
)
def test_a_wrong_option_is_named_with_its_remedy(
    arguments: list[str], without: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {name: value for name, value in GIVEN.items() if name != without}
    with pytest.raises(SystemExit):
        Config.read(arguments, given)
    assert named in capsys.readouterr().err
