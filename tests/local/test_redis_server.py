import os
import stat
from pathlib import Path

import pytest
import redis

from local import data, redis_server


def test_an_operators_own_redis_comes_first() -> None:
    assert redis_server.given({"REDIS_URL": "redis://store/0"}) == "redis://store/0"
    assert redis_server.given({}) is None
    assert redis_server.given({"REDIS_URL": ""}) is None


def test_the_one_on_path_comes_before_the_one_in_the_wheel(tmp_path: Path) -> None:
    installed = tmp_path / "redis-server"
    installed.touch(mode=0o755)
    assert redis_server.program(str(tmp_path)) == str(installed)
    assert redis_server.program(str(tmp_path / "nothing")) == str(data.REDIS_SERVER)


@pytest.mark.parametrize("path", [os.environ["PATH"], ""], ids=["PATH", "wheel"])
def test_data_survives_a_kill_9(tmp_path: Path, path: str) -> None:
    data.ensure()
    service, url = redis_server.embedded(tmp_path, path)
    service.start()
    with redis.Redis.from_url(url) as client:
        client.set("kept", "yes")
    assert service.process is not None
    service.process.kill()
    service.process.wait()
    service.start()
    with redis.Redis.from_url(url) as client:
        assert client.get("kept") == b"yes"
    service.stop()
    assert not service.alive

    again, url = redis_server.embedded(tmp_path, path)
    again.start()
    with redis.Redis.from_url(url) as client:
        assert client.get("kept") == b"yes"
    again.stop()


def test_nobody_else_on_the_machine_reads_it(tmp_path: Path) -> None:
    data.ensure()
    service, url = redis_server.embedded(tmp_path)
    service.start()
    try:
        with redis.Redis.from_url(url) as client:
            port = client.connection_pool.connection_kwargs["port"]
        with redis.Redis(port=port) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.get("kept")
        configuration = tmp_path / "redis" / "redis.conf"
        assert stat.S_IMODE(configuration.stat().st_mode) == 0o600
        assert url.partition(":@")[0].rpartition(":")[2] not in " ".join(service.argv)
    finally:
        service.stop()
