"""`make demo` from start to end, as a person waits for it, after one run that warms the disk."""

import json
import statistics
import subprocess
import sys
import time

from local.data import ROOT

_RUNS = 5
_BAR_S = 12.0
_REPORT = ROOT / ".run" / "bench" / "demo.json"


def main() -> None:
    _demo()
    seconds = [_demo() for _ in range(_RUNS)]
    median = statistics.median(seconds)
    _REPORT.parent.mkdir(parents=True, exist_ok=True)
    metric = {"value": round(median, 2), "unit": "s", "bar": _BAR_S, "ok": median <= _BAR_S}
    _REPORT.write_text(json.dumps({"demo": metric}, indent=2) + "\n")
    runs = ", ".join(f"{each:.1f}" for each in sorted(seconds))
    print(f"{'make demo':<14}{median:>7.2f} s   bar {_BAR_S:g} s   runs: {runs}")


def _demo() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "local", "demo"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
