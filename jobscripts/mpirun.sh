#!/bin/bash
# A run on this machine, one rank for each core: jobscripts/mpirun.sh deck.toml [--set key=value]
# README.md lists the knobs. Goes on for as long as the program says that it is unfinished.
set -u
deck=${1:?"usage: mpirun.sh DECK [--set key.path=value ...]"}
shift

# The ranks are the parallelism: a library's threads would compete with them for the cores.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 RAYON_NUM_THREADS=1
MBLSCALE=${MBLSCALE:-mblscale}
# Cores, not hardware threads.
RANKS=${RANKS:-$(lscpu --parse=CORE,SOCKET | grep -v '^#' | sort -u | wc -l)}
SEGMENTS=${SEGMENTS:-100}
read -ra launch <<<"${LAUNCH:-mpirun -n $RANKS --bind-to core}"

stopped=""
for ((segment = 1; segment <= SEGMENTS; segment++)); do
    "${launch[@]}" "$MBLSCALE" run "$deck" "$@" &
    program=$!
    # mpirun passes USR1 on, but at TERM it kills its ranks; to the program both mean: stop in time.
    trap 'stopped=yes; kill -USR1 "$program"' USR1 TERM INT
    # A signal that is trapped ends a wait, not the program.
    while kill -0 "$program" 2>/dev/null; do wait "$program"; done
    wait "$program"
    status=$?
    [ "$status" -eq 75 ] && [ -z "$stopped" ] || exit "$status"
done
echo "unfinished after $SEGMENTS segments; run it again to go on" >&2
exit "$status"
