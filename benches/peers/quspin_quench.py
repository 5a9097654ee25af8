"""QuSpin's contender of quench_race.py: a problem from standard input (JSON: `sites`, `times`, `fields`,
`initial`), the seconds of clock and processor and the magnetizations of each field on standard output.
"""

import json
import sys
import time

import numpy as np
from common import Sector
from quspin.tools.evolution import ExpmMultiplyParallel
from scipy.sparse import csr_matrix


def main() -> None:
    """Evolves every initial state from time to time, as its makers recommend."""
    problem = json.load(sys.stdin)
    sites, times = problem["sites"], problem["times"]
    sector = Sector(sites)
    spins = 2.0 * ((sector.configurations[:, None] >> np.arange(sites)) & 1) - 1.0
    for field in problem["fields"]:
        rows = sector.hamiltonian(np.array(field))
        matrix = csr_matrix(
            (rows.values, rows.columns, rows.starts), shape=(rows.dimension, rows.dimension)
        )
        started, processor = time.perf_counter(), time.process_time()
        spins_of_samples = []
        steps = np.diff([0.0, *times])
        propagators = {float(step): ExpmMultiplyParallel(matrix, a=-1j * step) for step in steps}
        work = np.zeros(2 * rows.dimension, dtype=np.complex128)
        for initial in problem["initial"]:
            state = np.zeros(rows.dimension, dtype=np.complex128)
            state[np.searchsorted(sector.configurations, initial)] = 1.0
            found = []
            for step in steps:
                propagators[float(step)].dot(state, work_array=work, overwrite_v=True)
                found.append((np.abs(state) ** 2 @ spins).tolist())
            spins_of_samples.append(found)
        answer = {
            "seconds": time.perf_counter() - started,
            "processor": time.process_time() - processor,
            "magnetization": spins_of_samples,
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
