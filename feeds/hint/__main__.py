"""POST hint: bucket notifications make the subscriptions to their buckets poll now."""

from typing import Any

from feeds.notifications import buckets, check_token
from feeds.provider.hints import hint, store_time
from findme.errors import RequestError
from findme.store import connect
from findme.web import answer, web_action


@web_action
def main(args: dict[str, Any]) -> dict[str, Any]:
    if args["__ow_method"] != "post":
        raise RequestError(405, "bad_method", "use POST on this route")
    check_token(args["__ow_headers"], str(args.get("hint_token", "")))
    store = connect(args["redis_url"])
    now = store_time(store)
    return answer({"polls": sum(hint(store, "s3", bucket, now) for bucket in buckets(args))})
