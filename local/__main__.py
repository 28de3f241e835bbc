"""`make run` and `make demo`."""

import argparse
import json
import os
import signal
import sys
import tempfile
from pathlib import Path

from findme.subjects import subject_of
from local import demo, feeds, suite
from local.client import ApiError
from local.code_flow import SignInError
from local.data import ROOT
from local.deploy import DeployError, ManifestError
from local.services import ServiceError

# Not the page's own user, whose consent is asked for there.
SAMPLE_USER = "sample"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=["run", "demo"])
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "3233")),
                        help="of the API, for run (PORT, 3233)")  # fmt: skip
    parser.add_argument("--page-port", type=int, default=int(os.environ.get("PAGE_PORT", "3235")),
                        help="of the page, for run (PAGE_PORT, 3235)")  # fmt: skip
    parser.add_argument("--state", type=Path, default=Path(os.environ.get("STATE", ROOT / ".run")),
                        help="the folder that keeps everything (STATE, .run)")  # fmt: skip
    parser.add_argument("--sign-in", type=Path, default=os.environ.get("SIGN_IN") or None,
                        help="JSON file: another OpenID provider, for run (SIGN_IN)")  # fmt: skip
    options = parser.parse_args()
    # Whoever reads along through a pipe sees each line when it happens.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    # SIGTERM unwinds like Ctrl-C, so that everything started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if options.command == "demo":
            return run_demo(options.state)
        return run(options.state, options.port, options.page_port, options.sign_in)
    except KeyboardInterrupt:
        return 0
    except (ServiceError, ManifestError, DeployError, ApiError, SignInError) as error:
        print(error, file=sys.stderr)
        return 1


def run_demo(parent: Path) -> int:
    """Everything on free ports and in a folder of its own, then stopped and removed."""
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="demo-", dir=parent) as folder:
        state = Path(folder)
        with suite.running(state, port=0, page_port=0) as running:
            return 0 if demo.run(running, state / "album", SAMPLE_USER).right else 1


def run(state: Path, port: int, page_port: int, sign_in: Path | None) -> int:
    """The same, kept in `state` and served until it is stopped."""
    with suite.running(
        state, port=port, page_port=page_port, sign_in=sign_in, with_feeds=True
    ) as running:
        # Only the local issuer signs the sample's person in without asking anybody.
        job = None if sign_in else _run_sample(running, state / "album")
        print(f"\nThe page:  {running.page}/")
        print(f"For wsk:   export WSK_CONFIG_FILE={running.wskprops}")
        if job:
            request = json.dumps({"subject": subject_of(running.issuer, SAMPLE_USER), "path": job})
            print(f"           wsk action invoke findme/search_status -r -p request '{request}'")
        print(f"A bucket:  {feeds.folder(state)}: search it live on the page, and put photos there")
        print(f"The logs:  {state / 'logs'}\nStop with Ctrl-C.")
        running.watch()
    return 0


def _run_sample(running: suite.Suite, album: Path) -> str:
    outcome = demo.run(running, album, SAMPLE_USER)
    if not outcome.right:
        print("The sample search did not come out right: see the logs.", file=sys.stderr)
    return outcome.job


if __name__ == "__main__":
    sys.exit(main())
