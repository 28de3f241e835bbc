def main(args: dict[str, object]) -> dict[str, object]:
    return args
