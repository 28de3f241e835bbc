from typing import Any


def main(args: dict[str, Any]) -> dict[str, Any]:
    return {"greeting": args["greeting"]}
