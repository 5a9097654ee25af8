"""mblscale itself: `mblscale.py BINARY DECK ONE MANY` times `generate` from start to end, twice.

The deck's output is ONE or MANY, its realizations 1 or as many as it says. The difference of the
two runs is the time of all realizations but the first, everything included; what the first takes
beyond one of these is the start of the program and MPI, and the preparation of the chain length
(basis, order, symbolic factorization, files), which a campaign pays once. Needs Python alone.
"""

import json
import resource
import subprocess
import sys
import time
from typing import Any


def generate(binary: str, deck: str, output: str, overrides: list[str]) -> dict[str, float]:
    """Runs `mblscale generate` into a fresh directory: seconds of clock and of processor."""
    command = [binary, "generate", deck, "--set", f"output={output}", *overrides]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {run.returncode}:\n{run.stderr}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "processor": processor}


def main() -> None:
    """The command line."""
    binary, deck, one, many = sys.argv[1:]
    answer: dict[str, Any] = {
        "one": generate(binary, deck, one, ["--set", "disorder.realizations.test=1"]),
        "many": generate(binary, deck, many, []),
        "memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
