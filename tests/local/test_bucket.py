"""The folder that stands in for a bucket, as boto3 sees it."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from local import bucket
from local.data import ROOT
from tests.local.conftest import command

KEYS = ["1.jpg", "a b/+%2F&.jpg", "a b/2.jpg", "ü.jpg"]


@pytest.fixture(scope="module")
def photos(folder: Path) -> Path:
    photos = folder / "photos"
    for key in KEYS:
        (photos / key).parent.mkdir(parents=True, exist_ok=True)
        (photos / key).write_text(key)
    (photos / ".draft").write_text("not yet")
    return photos


@pytest.fixture(scope="module")
def s3(folder: Path, photos: Path) -> Iterator[Any]:
    argv = command(folder, bucket=str(photos))
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        origin = process.stdout.readline().split()[-1]
        yield boto3.client(
            "s3",
            endpoint_url=f"{origin}s3",
            region_name="us-east-1",
            config=Config(signature_version=UNSIGNED, s3={"addressing_style": "path"}),
        )
        process.send_signal(signal.SIGTERM)


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_it_is_listed_page_by_page_in_the_order_of_s3(s3: Any, size: int) -> None:
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket.NAME, PaginationConfig={"PageSize": size}
    )
    listed = [[each["Key"] for each in page["Contents"]] for page in pages]
    assert [key for page in listed for key in page] == sorted(KEYS, key=str.encode)
    assert max(map(len, listed)) == min(size, len(KEYS))


def test_a_prefix_limits_the_listing(s3: Any) -> None:
    listed = s3.list_objects_v2(Bucket=bucket.NAME, Prefix="a b/")
    assert [each["Key"] for each in listed["Contents"]] == KEYS[1:3]


def test_an_object_is_what_its_listing_says(s3: Any, photos: Path) -> None:
    for each in s3.list_objects_v2(Bucket=bucket.NAME)["Contents"]:
        head = s3.head_object(Bucket=bucket.NAME, Key=each["Key"])
        assert (head["ETag"], head["ContentLength"]) == (each["ETag"], each["Size"])
        body = s3.get_object(Bucket=bucket.NAME, Key=each["Key"])["Body"].read()
        assert body.decode() == each["Key"]


def test_a_changed_file_has_another_etag(s3: Any, photos: Path) -> None:
    before = s3.head_object(Bucket=bucket.NAME, Key="1.jpg")
    stat = (photos / "1.jpg").stat()
    (photos / "1.jpg").write_text("2.jpg")
    os.utime(photos / "1.jpg", (stat.st_atime, stat.st_mtime + 1))
    assert s3.head_object(Bucket=bucket.NAME, Key="1.jpg")["ETag"] != before["ETag"]
    (photos / "1.jpg").write_text("1.jpg")


@pytest.mark.parametrize("key", ["none.jpg", ".draft", "../feed.json", "a b"])
def test_what_is_no_object_is_not_served(s3: Any, key: str) -> None:
    with pytest.raises(ClientError) as refused:
        s3.head_object(Bucket=bucket.NAME, Key=key)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
