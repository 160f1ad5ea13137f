#!/usr/bin/env bash
# A big cluster: 5,000 pods in 500 namespaces, listed by command and by keys, changing, and forgotten
# by the server. TAP on standard output.
#   tests/e2e/crowd.sh TRACETUI
# The cluster of tests/cluster/up must be up; it is filled, and its API server restarted.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cluster=$here/../cluster
tracetui=$(realpath "${1:?}")
state=${TRACETUI_CLUSTER_DIR:-/tmp/tracetui-cluster-$UID}
admin=$state/kubeconfig/admin
PATH=$state/bin:$PATH

. "$here/tmux.sh"
export LC_ALL=C.UTF-8
unset KUBECONFIG NO_COLOR
trap stop EXIT
cd "$E2E_DIR" || exit 1

number=0
result() { # STATUS NAME
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
}

"$cluster/crowd" 2> crowd.err
result $? "$(tail -n 1 crowd.err)"

# Those that are no crowd change by themselves.
words() { awk '{ print $1, $2, ($1 ~ /^team-/ ? $4 : "") }'; }
"$tracetui" get pods -A --kubeconfig "$admin" 2> err | tail -n +2 | words > ours
kubectl --kubeconfig "$admin" get pods -A --no-headers | words > theirs
total=$(wc -l < theirs)
[ "$total" -ge 5000 ] && cmp ours theirs
result $? "$total pods are those of kubectl, in its order, with its words"
"$tracetui" get pods -A -o json --kubeconfig "$admin" > ours 2> err &&
    [ "$(grep -c '"nodeName"' ours)" -ge 5000 ] && ! grep -q managedFields ours
result $? "as JSON, too: $(wc -c < ours) bytes"

# Of everything, and of one namespace with ten pods.
for what in "pods -A" "pods -n team-media-002"; do
    # shellcheck disable=SC2086 # words are wanted
    "$here/../bench/list" "$tracetui" 1 $what > cost 2>&1
    sed 's/^/# /' cost
    awk '/^bytes/ { bytes = $4 } /^peak/ { peak = $4 }
        END { exit !(bytes > 0 && bytes < 1 && peak > 0 && peak < 0.5) }' cost
    result $? "get $what: fewer bytes than kubectl, and less than half of its memory"
done

start 80 24 "XDG_STATE_HOME='$E2E_DIR/state' '$tracetui' --kubeconfig '$admin'"
wait_for admin && keys Enter && wait_for namespaces && keys a && wait_for "so far" &&
    type /gateway && wait_for "/gateway" && keys Enter && wait_for " of $total pods" 30
result $? "by keys: a filter is typed while later pages come"

# The fifth row of all; what follows must leave it alone.
keys Escape
wait_for " pods" && keys Home Down Down Down Down
pid=$(pgrep -P "$(pane_pid)" -x tracetui)
ticks() { echo $(($(cut -d ' ' -f 14,15 "/proc/$pid/stat" | tr ' ' '+'))); }
written() { awk '/^wchar/ { print $2 }' "/proc/$pid/io"; }
sleep 1
ticks=$(ticks) written=$(written) began=$SECONDS
"$cluster/crowd" -churn 200 -seconds 5 2> churn.err
churned=$?
ticks=$(($(ticks) - ticks)) written=$(($(written) - written))
echo "# $(cat churn.err): $ticks ticks of processor time, $written bytes to the terminal"
[ $churned -eq 0 ] && [ $ticks -lt $((15 * (SECONDS - began + 1))) ] && [ $written -lt 65536 ]
result $? "1,000 changes cost less than 15 % of a processor and 64 KiB of terminal"

# A server that goes away, forgets, and comes back.
# shellcheck source=/dev/null
. "$state/facts"
kube() { kubectl --kubeconfig "$admin" "$@"; }
version=$(kube get --raw '/api/v1/pods?limit=1' | sed -n 's/.*"metadata":{"resourceVersion":"\([0-9]*\)".*/\1/p')
for i in 1 2 3 4 5; do kube create configmap -n empty "note-$i" > note.out 2>&1; done
"$cluster/part" kill apiserver
wait_for "not live" 20 && wait_for pending-001
result $? "the server is killed: the title says so, the rows stay"
revision=$(curl -s "http://127.0.0.1:$port_etcd/v3/kv/range" -d '{"key":"AA=="}' |
    sed -n 's/.*"revision":"\([0-9]*\)".*/\1/p')
curl -s "http://127.0.0.1:$port_etcd/v3/kv/compaction" -d "{\"revision\":\"$revision\"}" > compaction.out
"$cluster/part" start apiserver
until_ok 60 kube get --raw /readyz > readyz.out 2>&1
kube get --raw "/api/v1/pods?watch=1&resourceVersion=$version" 2>&1 | grep -q '"code":410'
result $? "it is back and has forgotten: a watch from before is 410 Expired"
wait_gone "not live" 60 && wait_for pending-001
result $? "the list is live again"
kube delete pod -n crowd pending-003 --force > delete.out 2>&1
wait_gone pending-003 && wait_for pending-004
result $? "what happens then is seen"
keys Enter
wait_for "pending-005 > containers"
result $? "the cursor has stayed on its row through all of it"
keys q
[ "$(wait_end)" = 0 ]
result $? "it ends in peace"
echo "1..$number"
