"""The feeds on one machine: their provider, its key, and a bucket to follow."""

import json
import os
import sys
from pathlib import Path

from cryptography.fernet import Fernet

from local import bucket
from local.services import Service


def folder(state: Path) -> Path:
    """The bucket: who puts a photo there is its photographer."""
    made = state / bucket.NAME
    made.mkdir(exist_ok=True)
    return made


def key(state: Path) -> str:
    """Made on first use, and readable by nobody else."""
    file = state / "feeds.key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(Fernet.generate_key())
    return file.read_text()


def provider(state: Path, redis_url: str, api_host: str) -> Service:
    return Service(
        name="feed provider",
        argv=[sys.executable, "-m", "feeds.provider", "--listen", "127.0.0.1:0"],
        log=state / "logs" / "feeds.log",
        ready=r"answers on (http://\S+)",
        environment={
            "REDIS_URL": redis_url,
            "FEEDS_API_HOST": api_host,
            "FEEDS_KEY": key(state),
        },
    )


def variables(state: Path) -> dict[str, str]:
    """What feeds.yaml asks for beside the store."""
    return {"FEEDS_KEY": key(state), "FEEDS_HINT_TOKEN": os.environ.get("FEEDS_HINT_TOKEN", "")}


def watched(page: str) -> dict[str, str]:
    """What manifest.yaml asks for: the bucket that the page serves."""
    endpoint = f"{page}/s3"
    return _UNWATCHED | {
        "FINDME_BUCKET_FEED": "/_/s3/changes",
        "FINDME_BUCKET": bucket.NAME,
        "FINDME_BUCKETS": json.dumps({bucket.NAME: f"{endpoint}/{bucket.NAME}/"}),
        "FINDME_S3_ENDPOINT": endpoint,
        "FINDME_S3_ANONYMOUS": "true",
    }


def unwatched() -> dict[str, str]:
    """The same where there is no bucket."""
    return _UNWATCHED


_UNWATCHED = dict.fromkeys(
    (
        *("FINDME_BUCKET_FEED", "FINDME_BUCKET", "FINDME_BUCKETS"),
        *("FINDME_S3_ENDPOINT", "FINDME_S3_KEY", "FINDME_S3_SECRET", "FINDME_S3_ANONYMOUS"),
    ),
    "",
)
