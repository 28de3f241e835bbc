"""Deploys with Apache's own wskdeploy, where that is on PATH.

It runs on a copy of the files that the manifest names. It packs an action by copying what is
included into the action's folder and deleting that afterwards, so that two runs in one tree, or a
run that is killed, would leave their marks there; and it would pack the folder's `__pycache__`.

The manifest is read by our own reader first: it stays within the format that deploys on a machine
without wskdeploy too, and a variable that is not set stops here, where wskdeploy deploys "".
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from local.deploy.host import DeployError
from local.deploy.manifest import Manifest, read


def deploy_with_wskdeploy(
    manifest: Path, api_host: str, auth: str, environment: Mapping[str, str]
) -> None:
    """As `deploy`, by the program `wskdeploy`; `environment` is also the program's own."""
    _run([], manifest, api_host, auth, environment)


def undeploy_with_wskdeploy(
    manifest: Path, api_host: str, auth: str, environment: Mapping[str, str]
) -> None:
    """As `undeploy`, by the program `wskdeploy`."""
    _run(["undeploy"], manifest, api_host, auth, environment)


def _run(
    command: list[str], manifest: Path, api_host: str, auth: str, environment: Mapping[str, str]
) -> None:
    program = shutil.which("wskdeploy", path=environment.get("PATH"))
    if program is None:
        raise DeployError("wskdeploy is not on PATH: install it, or deploy without it")
    suite = read(manifest, environment)
    with tempfile.TemporaryDirectory(prefix="wskdeploy-") as folder:  # readable by us alone
        stage = Path(folder, "suite")
        staged = _stage(suite, manifest, stage)
        # In a file, since everyone on the machine can read a program's arguments.
        properties = Path(folder, "wskprops")
        properties.write_text(f"APIHOST={api_host}\nAUTH={auth}\nNAMESPACE=_\n")
        done = subprocess.run(
            [program, *command, "--project", str(stage), "--manifest", str(staged)],
            env={**environment, "WSK_CONFIG_FILE": str(properties)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise DeployError(f"wskdeploy failed:\n{done.stdout.strip()}")


def _stage(suite: Manifest, manifest: Path, stage: Path) -> Path:
    root = manifest.parent
    # A set, because most files are included by several actions.
    for file in {manifest, *(file for code in suite.code.values() for file in code.files)}:
        target = stage / file.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            # It only reads what it packs, and writing 20 MB twice would slow down what comes next.
            os.link(file, target)
        except OSError:  # another file system
            shutil.copyfile(file, target)
    return stage / manifest.name
