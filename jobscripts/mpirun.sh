#!/bin/bash
# Runs a deck on this machine, with one rank for each core:
#   jobscripts/mpirun.sh deck.toml [--set key=value]
# With THREADS=N, each rank has N cores and threads.
# It repeats the command while the run is unfinished. README.md lists the settings.
set -u
deck=${1:?"usage: mpirun.sh DECK [--set key.path=value ...]"}
shift

# Every core has a thread already, so libraries must not start others.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 RAYON_NUM_THREADS=1
MBLSCALE=${MBLSCALE:-mblscale}
# This counts cores, not hardware threads.
THREADS=${THREADS:-1}
RANKS=${RANKS:-$(($(lscpu --parse=CORE,SOCKET | grep -v '^#' | sort -u | wc -l) / THREADS))}
SEGMENTS=${SEGMENTS:-100}
read -ra launch <<<"${LAUNCH:-mpirun -n $RANKS --map-by slot:PE=$THREADS --bind-to core}"

stopped=""
for ((segment = 1; segment <= SEGMENTS; segment++)); do
    "${launch[@]}" "$MBLSCALE" run "$deck" --set "run.threads=$THREADS" "$@" &
    program=$!
    # mpirun kills its ranks at TERM. It passes USR1 on, at which the program stops in time.
    trap 'stopped=yes; kill -USR1 "$program"' USR1 TERM INT
    # A trapped signal ends `wait`, but not the program.
    while kill -0 "$program" 2>/dev/null; do wait "$program"; done
    wait "$program"
    status=$?
    [ "$status" -eq 75 ] && [ -z "$stopped" ] || exit "$status"
done
echo "unfinished after $SEGMENTS segments; run it again to go on" >&2
exit "$status"
