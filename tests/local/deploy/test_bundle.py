import os
from pathlib import Path

from local.deploy.bundle import packed


def test_the_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("x = 1\n")
    second.write_text("y = 2\n")
    before = packed({"a.py": first, "b/c.py": second})
    os.utime(first, (1, 1))
    second.chmod(0o600)
    assert packed({"b/c.py": second, "a.py": first}) == before
    first.write_text("x = 2\n")
    assert packed({"a.py": first, "b/c.py": second}) != before
