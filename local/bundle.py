"""The third-party libraries that light actions carry, unpacked into build/lib for `include:`.

For OpenWhisk they are the wheels of its `python:3.11` image; on one machine, those of the
interpreter that stands in for it, which are the same where that is CPython 3.11 on x86-64 Linux.
"""

import argparse
import compileall
import hashlib
import platform
import py_compile
import shutil
import subprocess
import sys

from local.data import ROOT

LIBRARIES = ROOT / "build" / "lib"

# Debian bookworm, the base of the image, has glibc 2.36.
_OPENWHISK = [
    *("--implementation", "cp", "--python-version", "3.11"),
    *("--platform", "manylinux_2_34_x86_64", "--platform", "manylinux_2_28_x86_64"),
    *("--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_17_x86_64"),
]


def ensure(target: str) -> None:
    """Unpack the libraries for `openwhisk` or `local`, unless they are there already."""
    requirements = ROOT / "requirements" / "light.txt"
    if _same_platform():
        target = "openwhisk"
    wanted = f"{target} {sys.version} {hashlib.sha256(requirements.read_bytes()).hexdigest()}"
    stamp = LIBRARIES / "complete"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(LIBRARIES, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
        + ["--require-hashes", "--only-binary", ":all:", "--requirement", str(requirements)]
        + ["--target", str(LIBRARIES), *(_OPENWHISK if target == "openwhisk" else [])],
        check=True,
    )
    if target == "openwhisk" and not _same_platform():
        print("no bytecode for python:3.11 from another Python: actions start a little slower")
    else:
        _compile()
    stamp.write_text(wanted)


def _compile() -> None:
    """Bytecode saves a cold start half of its time. It is marked as valid whatever the sources'
    times are, since those do not survive the upload."""
    compileall.compile_dir(
        LIBRARIES,
        quiet=1,
        stripdir=str(LIBRARIES),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


def _same_platform() -> bool:
    return (
        sys.version_info[:2] == (3, 11)
        and sys.platform == "linux"
        and platform.machine() == "x86_64"
        and sys.implementation.name == "cpython"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bundle", description=__doc__)
    parser.add_argument("target", choices=["openwhisk", "local"], nargs="?", default="openwhisk")
    ensure(parser.parse_args().target)
    print(f"{LIBRARIES.relative_to(ROOT)} holds what manifest.yaml includes")


if __name__ == "__main__":
    main()
