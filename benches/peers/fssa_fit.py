"""A fit by pyfssa 0.7.6 (`pip install "numpy<1.24" "scipy<1.10" fssa==0.7.6`), timed.

Reads JSON from standard input: `L`, `h`, `mean`, `error` (a row for each L, over h), `start` (h_c, ν, ζ)
and `repeat`. Writes `place`, `quality`, `quality_of_start` and `seconds` of processor time for a fit.
"""

import json
import sys
import time
import warnings

import fssa
import numpy as np

warnings.simplefilter("ignore")


def main() -> None:
    """Fits, as its documentation does, by Nelder and Mead's simplex from the start."""
    problem = json.load(sys.stdin)
    data = [np.array(problem[name], float) for name in ("L", "h", "mean", "error")]
    start = problem["start"]
    seconds = []
    for _ in range(problem["repeat"]):
        started = time.process_time()
        fit = fssa.autoscale(*data, *start)
        seconds.append(time.process_time() - started)
    place = [float(fit[name]) for name in ("rho", "nu", "zeta")]
    quality = fssa.quality(*fssa.scaledata(*data, *place))
    of_start = fssa.quality(*fssa.scaledata(*data, *start))
    answer = {
        "place": place,
        "quality": float(quality),
        "quality_of_start": float(of_start),
        "seconds": min(seconds),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
