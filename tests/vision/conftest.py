import pytest

from findme.vision import Engine, load_engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    return load_engine()
