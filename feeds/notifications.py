"""Bucket notifications of S3 and MinIO, read for nothing but which buckets have news."""

import hmac
from collections.abc import Mapping
from typing import Any

from findme.errors import RequestError


def check_token(headers: Mapping[str, Any], token: str) -> None:
    """Raises RequestError, 401, unless the request bears the bound `hint_token`."""
    scheme, _, given = str(headers.get("authorization", "")).partition(" ")
    known = hmac.compare_digest(given.strip().encode(), token.encode())
    if not token or scheme.lower() != "bearer" or not known:
        raise RequestError(
            401,
            "invalid_token",
            "send: Authorization: Bearer <the hint_token of this deployment>",
            headers={"WWW-Authenticate": "Bearer"},
        )


def buckets(notification: Mapping[str, Any]) -> set[str]:
    """The buckets that a notification names; raises RequestError, 400, where it names none."""
    records = notification.get("Records")
    try:
        if records is not None:
            names = {record["s3"]["bucket"]["name"] for record in records}
        elif "Bucket" in notification:  # S3's test, sent once when notifications are set up
            names = {notification["Bucket"]}
        else:  # MinIO's short form
            names = {notification["Key"].partition("/")[0]}
    except (KeyError, TypeError, AttributeError):
        names = set()
    if not names or not all(isinstance(name, str) and name for name in names):
        message = 'send the records of S3 or MinIO: {"Records": [{"s3": {"bucket": {"name": …}}}]}'
        raise RequestError(400, "bad_notification", message, "Records")
    return names
