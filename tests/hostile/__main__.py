"""``python -m tests.hostile --seed N --count M``: run the cases, one JSON line before and one after each.

A case that hangs or takes too much memory ends the process; the last line says which it was.
"""

import argparse
import faulthandler
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

SECONDS, MEMORY = 20, 2 << 30


def bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--keep", type=Path, help="where cases with faults are kept")
    parser.add_argument("--quiet", action="store_true", help="only faults, and a summary at the end")
    options = parser.parse_args()
    bound_memory()
    from tests.hostile.case import judge
    from tests.hostile.samples import Samples

    began, slowest, ends, faulty = time.monotonic(), (0.0, 0), Counter(), 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        samples = Samples(Path(scratch) / "样本")
        samples.folder.mkdir()
        for seed in range(options.seed, options.seed + options.count):
            if not options.quiet:
                print(json.dumps({"begun": seed}), flush=True)
            faulthandler.dump_traceback_later(SECONDS, exit=True)
            at = time.monotonic()
            verdict = judge(seed, samples, folder)
            faulthandler.cancel_dump_traceback_later()
            slowest = max(slowest, (time.monotonic() - at, seed))
            ends.update(verdict.codes)
            faulty += bool(verdict.faults)
            if verdict.faults or not options.quiet:
                print(json.dumps(asdict(verdict), ensure_ascii=False), flush=True)
    took = time.monotonic() - began
    print(json.dumps({"cases": options.count, "faulty": faulty, "ends": ends, "seconds": round(took, 1), "slowest": slowest, "peak_mb": peak_mb()}))
    return 1 if faulty else 0


def peak_mb() -> int | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak >> (20 if sys.platform == "darwin" else 10)


if __name__ == "__main__":
    sys.exit(main())
