from words import HELLO  # type: ignore[import-not-found]  # zipped beside it


def main(args: dict[str, object]) -> dict[str, object]:
    return {"text": f"{HELLO} {args['who']}"}
