#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#SBATCH --job-name=covshift
#SBATCH --ntasks=64
#SBATCH --requeue
# Profile the files that LIST names, one a line, on the machines of a cluster that share a file system:
#     sbatch slurm.sh train.profile today.profile LIST
# The same under MPI: LAUNCH="mpirun -n 64" sh slurm.sh train.profile today.profile LIST
# Each of the 64 tasks takes every 64th file. A job that was put back into the queue keeps its number and finds
# the parts that it had finished, which are written whole or not at all; a part that came twice would be refused.
set -eu
like=$1 out=$2 list=$3
parts=$out.parts${SLURM_JOB_ID:-}
[ -n "${SLURM_JOB_ID:-}" ] || rm -rf "$parts"
mkdir -p "$parts"
rm -f "$parts"/task-*
${LAUNCH:-srun} sh -euc '
    like=$1 parts=$2 list=$3
    rank=${SLURM_PROCID:-${OMPI_COMM_WORLD_RANK:?neither Slurm nor MPI}}
    tasks=${SLURM_NTASKS:-$OMPI_COMM_WORLD_SIZE}
    set --
    line=0
    while IFS= read -r file || [ -n "$file" ]; do
        line=$((line + 1))
        [ $((line % tasks)) -eq "$rank" ] || continue
        set -- "$@" "$parts/$line.profile"
        [ -e "$parts/$line.profile" ] ||
            covshift profile "$file" --like "$like" --part "$file" --threads 1 -o "$parts/$line.profile"
    done <"$list"
    [ $# -eq 0 ] || covshift merge "$@" -o "$parts/task-$rank"
' covshift-task "$like" "$parts" "$list"
covshift merge "$parts"/task-* -o "$out"
rm -r "$parts"
