from typing import Any


def start(args: dict[str, Any]) -> dict[str, Any]:
    return args


main = start
