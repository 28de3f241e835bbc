"""The trivial action: what a host adds to it is the host's own cost."""


def main(args: dict[str, str]) -> dict[str, str]:
    return {"greeting": "Hello, " + args.get("name", "stranger")}
