#!/usr/bin/env bash
# Summaries by the cluster's own engine: an indexed Job whose workers sum up what lies next to them,
# added up here, is what one machine gets of all files. TAP on standard output.
#   tests/e2e/job.sh TRACETUI KUBECONFIG
# The cluster is that of tests/cluster/up, for an image of the program has to get there without a
# registry.
set -u
here=$(cd "$(dirname "$0")" && pwd)
tracetui=$(realpath "${1:?}")
config=${2:?}
state=$(cd "$(dirname "$config")/.." && pwd)
job=$here/../cluster/jobs/summary.yaml

if [ ! -e "$state/facts" ]; then
    echo "1..0 # SKIP the cluster is not one of tests/cluster/up, and there is no registry for the image"
    exit 0
fi
work=$(mktemp -d)
cd "$work" || exit 1

number=0
result() { # STATUS NAME
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
}
in_batch() { "$state/bin/kubectl" --kubeconfig "$config" --namespace batch "$@"; }
clean() { in_batch delete --ignore-not-found --wait=false jobs,pods --all > /dev/null 2>&1; }
trap 'clean; rm -rf "$work"' EXIT

# The manifest as it is documented, but for the folder.
run_job() { # FOLDER
    clean
    until [ -z "$(in_batch get pods --output name 2> /dev/null)" ]; do sleep 0.2; done
    sed "s,/srv/traces,$1,g" "$job" | in_batch apply -f - > apply.log 2>&1
}
logs() { in_batch logs --tail=-1 -l job-name=trace-summary; }

# Real traces of many versions, and what has no damage, for a damaged one warns on standard error.
mkdir traces
cp "$here"/../traces/ref/*.trace traces/
merged_here() {
    for file in "$work"/traces/*; do "$tracetui" summary -o json "$file" || return; done > all.json &&
        "$tracetui" summary --merge -o json all.json
}

TRACETUI_CLUSTER_DIR=$state "$here/../cluster/image-of" "$tracetui" > image.log 2>&1
result $? "the image: $(tail -n 1 image.log)"
merged_here > here.json
result $? "summaries of $(ls traces | wc -l) traces, merged here"

run_job "$work/traces" && in_batch wait --for=condition=complete --timeout=60s job/trace-summary > wait.log 2>&1
result $? "the workers complete: $(tail -n 1 wait.log)"
logs > logs.json && [ "$(wc -l < logs.json)" -eq 3 ]
result $? "each of three workers prints one line"
"$tracetui" summary --merge -o json logs.json > there.json && cmp here.json there.json
result $? "what they print, merged, is the same to the byte"
"$tracetui" summary --merge - < logs.json | head -n 1 | grep -q "$(ls traces | wc -l) traces"
result $? "and is shown side by side"

# One file that is no trace: its worker fails, says why, and nothing of it is counted.
mkdir bad
cp traces/1.26-doathing.trace bad/a.trace
echo "this is no trace" > bad/b.trace
run_job "$work/bad" && sleep 1 &&
    until in_batch get pods -l batch.kubernetes.io/job-completion-index=1 \
        --output 'jsonpath={.items[*].status.containerStatuses[*].state.terminated.message}' 2> /dev/null |
        grep -q 'summary: .*bad/b.trace: '; do
        [ "$SECONDS" -lt 60 ] || break
        sleep 0.2
    done
in_batch get pods -l batch.kubernetes.io/job-completion-index=1 \
    --output 'jsonpath={.items[0].status.containerStatuses[0].state.terminated.message}' |
    grep -q 'summary: .*bad/b.trace: ' && [ "$(logs | wc -l)" -eq 1 ]
result $? "a worker that cannot read a file says so in its status, and prints nothing"
echo "1..$number"
