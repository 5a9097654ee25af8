#!/bin/bash
#PBS -N mblscale
#PBS -l select=1:ncpus=32:mpiprocs=32:mem=64gb
#PBS -l place=scatter:excl
#PBS -l walltime=08:00:00
#PBS -j oe
#
# Runs a deck under PBS, with one rank for each core: qsub -v DECK=deck.toml jobscripts/pbs.sh
# With ncpus=32:mpiprocs=4:ompthreads=8, each of four ranks has eight threads.
# A long run submits this file again until it is finished. Change the resources above: the next
# segment would not have options given to qsub. README.md lists the settings.
set -u
cd "$PBS_O_WORKDIR" || exit 1
DECK=${DECK:?"usage: qsub -v DECK=deck.toml pbs.sh"}

# PBS says so how many threads a rank has. Libraries must not start others.
threads=${OMP_NUM_THREADS:-1}
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 RAYON_NUM_THREADS=1
MBLSCALE=${MBLSCALE:-mblscale}
SEGMENT=${SEGMENT:-1} SEGMENTS=${SEGMENTS:-100}
JOBSCRIPT=${JOBSCRIPT:-jobscripts/pbs.sh}
read -ra launch <<<"${LAUNCH:-mpirun -n $(wc -l <"$PBS_NODEFILE") --map-by slot:PE=$threads --bind-to core}"

echo "segment $SEGMENT of $DECK, job $PBS_JOBID on $(sort -u "$PBS_NODEFILE" | tr '\n' ' ')"
# PBS gives no warning before the time is up. `timeout` does, and it passes signals on.
walltime=$(qstat -f "$PBS_JOBID" | awk '/Resource_List.walltime/ { print $3 }')
IFS=: read -r hours minutes seconds <<<"${walltime:-0:0:0}"
left=$((10#$hours * 3600 + 10#$minutes * 60 + 10#$seconds))
[ "$left" -eq 0 ] || left=$((left - ${MARGIN:-300}))
warn=(timeout --foreground --preserve-status --signal=USR1 "$left")

"${warn[@]}" "${launch[@]}" "$MBLSCALE" run "$DECK" --set "run.threads=$threads" &
program=$!
cancelled=""
# mpirun kills its ranks at TERM. It passes USR1 on, at which the program stops in time.
trap 'cancelled=yes; kill -USR1 "$program"' TERM
# A trapped signal ends `wait`, but not the program.
while kill -0 "$program" 2>/dev/null; do wait "$program"; done
wait "$program"
status=$?

# Exit code 75 means unfinished. A cancelled run is not repeated.
if [ "$status" -eq 75 ] && [ -z "$cancelled" ]; then
    if [ "$SEGMENT" -lt "$SEGMENTS" ]; then
        export DECK MBLSCALE SEGMENTS JOBSCRIPT SEGMENT=$((SEGMENT + 1))
        exec qsub -V "$JOBSCRIPT"
    fi
    echo "unfinished after $SEGMENTS segments; submit again to go on" >&2
fi
exit "$status"
