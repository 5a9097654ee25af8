#!/bin/bash
#SBATCH --job-name=mblscale
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=32
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=2G
#SBATCH --time=08:00:00
#SBATCH --signal=B:USR1@300
#SBATCH --open-mode=append
#SBATCH --output=%x-%j.log
#SBATCH --requeue
#
# Runs a deck under Slurm, with one rank for each core:
#   sbatch jobscripts/slurm.sh deck.toml [--set key=value]
# With --cpus-per-task=N, each rank has N threads.
# A long run requeues this job until it is finished. README.md lists the settings.
set -u
deck=${1:?"usage: sbatch [sbatch's options] slurm.sh DECK [--set key.path=value ...]"}
shift

# Every core has a thread already, so libraries must not start others.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 RAYON_NUM_THREADS=1
MBLSCALE=${MBLSCALE:-mblscale}
SEGMENTS=${SEGMENTS:-100}
threads=${SLURM_CPUS_PER_TASK:-1}
read -ra launch <<<"${LAUNCH:-srun --cpus-per-task=$threads --cpu-bind=cores}"

# Not every Slurm tells a job when it ends, so the script asks. The program gets the time left, less
# the margin.
limit=()
# A job without a time limit has no end.
end=$(date -d "$(squeue -h -j "$SLURM_JOB_ID" -o %e)" +%s 2>/dev/null || echo 0)
left=$((end - $(date +%s) - ${MARGIN:-300}))
[ "$left" -le 0 ] || limit=(--time-limit "${left}s")
echo "segment $((${SLURM_RESTART_COUNT:-0} + 1)) of job $SLURM_JOB_ID on $SLURM_JOB_NODELIST," \
    "time left $(squeue -h -j "$SLURM_JOB_ID" -o %L)"

"${launch[@]}" "$MBLSCALE" run "$deck" --set "run.threads=$threads" ${limit[@]+"${limit[@]}"} "$@" &
program=$!
cancelled=""
trap 'kill -USR1 "$program"' USR1
# srun kills its ranks at TERM. It passes USR1 on, at which the program stops in time.
trap 'cancelled=yes; kill -USR1 "$program"' TERM
# A trapped signal ends `wait`, but not the program.
while kill -0 "$program" 2>/dev/null; do wait "$program"; done
wait "$program"
status=$?

# Exit code 75 means unfinished. A cancelled run is not repeated.
if [ "$status" -eq 75 ] && [ -z "$cancelled" ]; then
    if [ "${SLURM_RESTART_COUNT:-0}" -lt $((SEGMENTS - 1)) ]; then
        exec scontrol requeue "$SLURM_JOB_ID"
    fi
    echo "unfinished after $SEGMENTS segments; submit again to go on" >&2
fi
exit "$status"
