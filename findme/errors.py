"""What can go wrong, in the words of the person it happens to.

A code is stable and documented in docs/errors.md; a message says what happened and the way out.
"""

from collections.abc import Mapping


class RequestError(Exception):
    """The request cannot be served; the web edge answers it with `status` and `headers`."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.headers = headers or {}


def unavailable(code: str, message: str) -> RequestError:
    """503: what we need is out of reach, and probably back in seconds."""
    return RequestError(503, code, message, headers={"Retry-After": "5"})


class SettingError(ValueError):
    """A parameter that the operator binds is missing or unusable: the message names it alone."""


class PhotoError(Exception):
    """One photo cannot be answered; the ledger keeps `code` and `message` as the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class PictureError(PhotoError):
    """The bytes are not a picture that we can read."""


class DownloadError(PhotoError):
    """The address gave no bytes that we accept."""


class SourceError(Exception):
    """A photo source cannot be read; the job ends as failed with this reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
