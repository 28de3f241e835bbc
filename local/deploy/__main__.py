"""`python -m local.deploy`: deploys a manifest, or undeploys it.

The host and the key come from the properties file that `wsk` and wskdeploy read too (lines
`APIHOST=…` and `AUTH=…`), unless they are given by option or variable. An option's value can be
read by everyone on the machine while the program runs: keep the key out of `--auth` there.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from findme.openwhisk import read_properties
from local import deploy

_DEPLOYERS = {
    ("own", False): deploy.deploy,
    ("own", True): deploy.undeploy,
    ("wskdeploy", False): deploy.deploy_with_wskdeploy,
    ("wskdeploy", True): deploy.undeploy_with_wskdeploy,
}


@dataclass(frozen=True)
class Options:
    manifest: Path
    api_host: str
    auth: str
    deployer: str
    undeploy: bool


def options(arguments: Sequence[str], environment: Mapping[str, str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m local.deploy", description=__doc__)
    installed = "wskdeploy" if shutil.which("wskdeploy") else "own"

    def option(flag: str, variable: str, default: str, text: str) -> None:
        value = environment.get(variable, default)
        parser.add_argument(flag, default=value, help=f"{text}; variable {variable}")

    option("--manifest", "WSK_MANIFEST", "manifest.yaml", "the manifest")
    option("--config", "WSK_CONFIG_FILE", str(Path.home() / ".wskprops"), "the properties file")
    option("--apihost", "WSK_APIHOST", "", "the host's address, with http:// or https://")
    option("--auth", "WSK_AUTH", "", "the namespace's uuid:key")
    option("--with", "WSK_DEPLOYER", installed, "wskdeploy or own")
    parser.add_argument("--undeploy", action="store_true", help="delete what a deploy creates")
    given = vars(parser.parse_args(arguments))
    config = Path(given["config"])
    properties = read_properties(config) if config.exists() else {}
    api_host = given["apihost"] or properties.get("APIHOST", "")
    auth = given["auth"] or properties.get("AUTH", "")
    if not api_host.startswith(("http://", "https://")):
        parser.error("give the host's address, with http:// or https://, as --apihost")
    if not auth:
        parser.error("give the key: WSK_AUTH, or a line AUTH=… in the file named by --config")
    if given["with"] not in ("wskdeploy", "own"):
        parser.error("--with takes wskdeploy or own")
    return Options(Path(given["manifest"]), api_host, auth, given["with"], given["undeploy"])


def main() -> None:
    chosen = options(sys.argv[1:], os.environ)
    run = _DEPLOYERS[chosen.deployer, chosen.undeploy]
    try:
        run(chosen.manifest, chosen.api_host, chosen.auth, os.environ)
    except (deploy.ManifestError, deploy.DeployError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
