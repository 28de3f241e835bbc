"""What the site is told: options, with an environment variable beside each."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.issuer.tokens import LIFETIME_SECONDS
from local.site_guard import is_origin


@dataclass(frozen=True)
class Settings:
    port: int
    api: str
    album: Path
    bucket: Path | None
    key: Path
    token_seconds: int
    sign_in: Path | None

    @classmethod
    def read(cls, arguments: Sequence[str], environment: Mapping[str, str]) -> "Settings":
        parser = argparse.ArgumentParser("local.site", description="Serves the page.")

        def option(name: str, variable: str, default: str | None, text: str) -> None:
            value = environment.get(variable, default)
            parser.add_argument(
                name, default=value, required=value is None, help=f"{text} [{variable}]"
            )

        option("--port", "FINDME_SITE_PORT", "3235", "port on 127.0.0.1; 0 takes a free one")
        option("--api", "FINDME_API", "http://127.0.0.1:3233", "address of the OpenWhisk host")
        option("--album", "FINDME_ALBUM", None, "folder of the sample album, served at /album/")
        option("--bucket", "FINDME_BUCKET_FOLDER", "",
               "folder of a bucket that is watched, served as S3 at /s3/")  # fmt: skip
        option("--key", "FINDME_KEY", None, "file of the sign-in key, made on first use")
        option("--token-seconds", "FINDME_TOKEN_SECONDS", str(LIFETIME_SECONDS),
               "how long the local issuer's tokens live")  # fmt: skip
        option("--sign-in", "FINDME_SIGN_IN", "",
               "JSON file that names another OpenID provider than the local issuer")  # fmt: skip
        return cls._checked(parser, parser.parse_args(arguments))

    @classmethod
    def _checked(cls, parser: argparse.ArgumentParser, given: argparse.Namespace) -> "Settings":
        for name in ("port", "token_seconds"):
            if not getattr(given, name).isdecimal():
                option = name.replace("_", "-")
                parser.error(f"--{option}: {getattr(given, name)!r} is not a number")
        if not is_origin(given.api.rstrip("/")):
            parser.error(f"--api: {given.api!r} is not of the form http://host:port")
        if not Path(given.album).is_dir():
            parser.error(f"--album: {given.album} is not a folder")
        if given.bucket and not Path(given.bucket).is_dir():
            parser.error(f"--bucket: {given.bucket} is not a folder")
        return cls(
            int(given.port), given.api.rstrip("/"), Path(given.album),
            Path(given.bucket) if given.bucket else None, Path(given.key),
            int(given.token_seconds), Path(given.sign_in) if given.sign_in else None,
        )  # fmt: skip
