"""A real S3 server on loopback: versitygw over a folder."""

import os
import secrets
import shutil
import socket
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.services import Service, free_port

_TOOLS = Path(__file__).parents[2] / "build" / "tools"
PROGRAM = shutil.which("versitygw", path=os.pathsep.join([os.environ["PATH"], str(_TOOLS)]))
ABSENT = "versitygw is neither on PATH nor in build/tools (tests/feeds/go.mod builds it)"
REGION = "us-east-1"
_START_SECONDS = 10


class S3Server:
    """One server with credentials of its own; keeps its port and its data over a restart."""

    def __init__(self, folder: Path) -> None:
        self.access_key, self.secret_key = secrets.token_hex(10), secrets.token_hex(20)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = folder / "s3"
        """A folder for each bucket, a file for each object."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.service = Service(
            name="versitygw",
            argv=[
                *(str(PROGRAM), "--quiet", "--keep-alive", "--port", f"127.0.0.1:{self.port}"),
                # Without O_TMPFILE an overwrite is one rename: with it, a temporary name is listed
                # for a moment, and for ever after a kill -9.
                *("posix", "--disableotmp", str(self.data)),
            ],
            log=folder / "versitygw.log",
            ready="single account mode",
            environment={
                "ROOT_ACCESS_KEY_ID": self.access_key,
                "ROOT_SECRET_ACCESS_KEY": self.secret_key,
                "VGW_REGION": REGION,
            },
        )

    def start(self) -> None:
        self.service.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._listens():
            assert time.monotonic() < deadline, "versitygw does not listen"
            time.sleep(0.01)

    def stop(self) -> None:
        self.service.stop()

    def client(self) -> Any:
        """A client that keeps up to ten connections; threads may share it."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(s3={"addressing_style": "path"}, retries={"mode": "standard"}),
        )

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
