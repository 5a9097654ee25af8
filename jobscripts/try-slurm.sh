#!/bin/bash
# Tests slurm.sh on a real Slurm of one node. The script starts that Slurm on this machine, in a
# scratch directory, and removes it at its end. A time limit stops a small campaign several times.
# Slurm requeues it until it is finished. Its data must be those of an undisturbed run, bit for bit.
#
#   jobscripts/try-slurm.sh              runs the test; MBLSCALE is the program, PYTHON has h5py
#   jobscripts/try-slurm.sh COMMAND ...  runs a command, such as sbatch or bash, under that Slurm
#
# It needs root and Debian's packages slurm-wlm and munge, and takes some minutes. See README.md.
set -euo pipefail

[ "$(id -u)" -eq 0 ] || { echo "Slurm's daemons need root" >&2; exit 1; }
for program in munged slurmctld slurmd; do
    PATH=$PATH:/usr/sbin command -v "$program" >/dev/null ||
        { echo "$program is missing: apt-get install slurm-wlm munge" >&2; exit 1; }
done
export PATH=$PATH:/usr/sbin
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
daemons=()

# Ends the jobs, then the daemons in reverse order. It kills only processes started here.
stop() {
    trap - EXIT
    trap '' INT TERM
    if [ -e "$scratch/slurm.conf" ]; then
        export SLURM_CONF=$scratch/slurm.conf
        scancel --user=root || true
        for ((k = 0; k < 15; k++)); do
            squeue --noheader | grep -q . || break
            sleep 1
        done
    fi
    for ((k = ${#daemons[@]} - 1; k >= 0; k--)); do
        kill "${daemons[k]}" || true
        wait "${daemons[k]}" || true
    done
    rm -rf "$scratch"
} 2>/dev/null
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start() {
    local name=$1
    shift
    "$@" >"$scratch/$name.out" 2>&1 &
    daemons+=($!)
}

# Waits until a command succeeds.
await() {
    local what=$1
    shift
    for ((k = 0; k < 60; k++)); do
        "$@" >/dev/null 2>&1 && return
        sleep 1
    done
    echo "$what does not answer:" >&2
    tail -n 20 "$scratch"/*.out "$scratch"/*.log >&2
    exit 1
}

slurm_is_idle() { sinfo --noheader --format=%t | grep -q idle; }

start_slurm() {
    chmod 755 "$scratch"
    mkdir -m 755 "$scratch"/{munge,state,spool}
    (umask 077 && head -c 1024 /dev/urandom >"$scratch/munge/key")
    local socket=$scratch/munge/socket
    start munged munged --foreground --key-file="$scratch/munge/key" --socket="$socket" \
        --pid-file="$scratch/munge/pid" --seed-file="$scratch/munge/seed" \
        --log-file="$scratch/munged.log"
    await munged munge --socket="$socket" --no-input

    local memory
    memory=$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
    # A requeued job waits until its credentials expire, which takes two minutes by default.
    cat >"$scratch/slurm.conf" <<CONFIG
ClusterName=trial
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=$socket,cred_expire=5
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
SlurmctldLogFile=$scratch/slurmctld.log
SlurmdLogFile=$scratch/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/affinity
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=pmix
KillWait=5
OverTimeLimit=0
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$memory
PartitionName=trial Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONFIG
    export SLURM_CONF=$scratch/slurm.conf
    start slurmctld slurmctld -D
    start slurmd slurmd -D
    await Slurm slurm_is_idle
}

# Submits the campaign, waits until it has left the queue, and shows its log.
run_as_job() {
    local job
    export LAUNCH="srun --cpu-bind=cores" MARGIN=${MARGIN:-30}
    job=$(sbatch --parsable --ntasks-per-node=2 --mem-per-cpu=1G --time="${MINUTES:-1}" \
        --signal=B:USR1@15 --output="$scratch/job.log" \
        "$here/slurm.sh" "$scratch/deck.toml" --set "output=$scratch/job")
    while squeue --noheader --jobs="$job" 2>/dev/null | grep -q .; do sleep 2; done
    cat "$scratch/job.log"
}

trial() {
    cat >"$scratch/deck.toml" <<DECK
version = 1
name = "trial"
output = "$scratch/undisturbed"
chain = { sizes = [8, 10, 12] }
disorder = { strengths = [2.0, 6.0], realizations = { train = ${REALIZATIONS:-250}, test = 0 }, seed = 7 }

[spectrum]
energy_densities = [0.3, 0.5]
states = 50
solver = "dense"
indicators = ["gap_ratio", "entanglement"]
DECK
    echo "== a job of ${MINUTES:-1} minute, again and again"
    run_as_job
    echo "== the same, undisturbed"
    srun --ntasks=2 --cpu-bind=cores "$MBLSCALE" run "$scratch/deck.toml"
    echo "== compared"
    grep -q '^segment 2 ' "$scratch/job.log" ||
        { echo "it was never stopped: raise REALIZATIONS" >&2; exit 1; }
    "$PYTHON" "$here/same-data.py" "$scratch"/{job,undisturbed}/data.h5
}

start_slurm
if [ $# -gt 0 ]; then
    "$@"
else
    MBLSCALE=${MBLSCALE:-mblscale} PYTHON=${PYTHON:-python3}
    export MBLSCALE
    trial
fi
