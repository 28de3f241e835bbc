"""`make bench`: every benchmark, or the one that ONLY names."""

import pkgutil
import runpy
import sys

import bench


def main() -> None:
    names = [
        module.name for module in pkgutil.iter_modules(bench.__path__) if module.name[0] != "_"
    ]
    chosen = sys.argv[1:] or names
    for name in chosen:
        if name not in names:
            sys.exit(f"make bench: ONLY={name} is none of: {', '.join(names)}")
        runpy.run_module(f"bench.{name}", run_name="__main__")


if __name__ == "__main__":
    main()
