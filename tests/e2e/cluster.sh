#!/usr/bin/env bash
# The whole way on a real cluster: by keys in a real terminal, and by commands. TAP on standard
# output.
#   tests/e2e/cluster.sh TRACETUI KUBECONFIG
# KUBECONFIG is an admin's, of a cluster that has the pods of tests/cluster/manifests; where those of
# other users lie beside it, as tests/cluster/up makes them, what they may not do is tried too.
set -u
here=$(cd "$(dirname "$0")" && pwd)
tracetui=$(realpath "${1:?}")
admin=${2:?}
users=$(dirname "$admin")
[ ! -d "$users/../bin" ] || PATH=$(cd "$users/../bin" && pwd):$PATH

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

digest_there() { # POD CONTAINER PATH
    kubectl --kubeconfig "$admin" exec -n shop "$1" -c "$2" -- sha256sum "$3" | cut -d ' ' -f 1
}
digest_here() { sha256sum < "$1" | cut -d ' ' -f 1; }

# The workbench in a folder of its own.
workbench() { # NAME
    mkdir -p "$E2E_DIR/$1"
    start 80 24 "cd '$E2E_DIR/$1' && XDG_STATE_HOME='$E2E_DIR/state' '$tracetui' --kubeconfig '$admin'"
}

# Contexts > namespaces > pods > containers > files, by keys alone.
go_to_container() { # POD CONTAINER
    wait_for admin && keys Enter && wait_for kube-system && type /shop && wait_for "1 of" &&
        keys Enter Enter && wait_for web && type "/$1" && wait_for "1 of" && keys Enter Enter &&
        wait_for "$2" && type "/$2" && keys Enter Enter && wait_for "> /tmp/trace_dir"
}

has_summary() { test -s "$(echo "$E2E_DIR"/keys/*.txt)"; }

by_keys() {
    workbench keys && go_to_container tracer app && wait_for "go 1." && keys Enter && wait_for "timeline by P" 60 &&
        type e && wait_for .txt && keys Enter &&
        until_ok 20 has_summary && keys q && [ "$(wait_end)" = 0 ] &&
        [ "$(digest_here "$E2E_DIR"/keys/*.trace)" = "$(digest_there tracer app /tmp/trace_dir/trace.out)" ] &&
        grep -q 'Goroutines by start function' "$E2E_DIR"/keys/*.txt
}

# A big file, and what the program's memory grew to while it came.
big_by_keys() {
    local pid peak
    workbench big && go_to_container web app && keys p && wait_for "Which file" && keys C-u &&
        type /tmp/trace_dir/big.out && keys Enter && wait_for "not a Go execution trace" 300 || return 1
    pid=$(pgrep -P "$(pane_pid)" -x tracetui)
    peak=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status")
    echo "# peak memory $peak kB"
    keys q
    wait_end > /dev/null
    [ "$peak" -lt 65536 ] &&
        [ "$(digest_here "$E2E_DIR"/big/*.trace)" = "$(digest_there web app /tmp/trace_dir/big.out)" ]
}

pull_equal() { # POD CONTAINER PATH
    rm -f pulled
    "$tracetui" pull --kubeconfig "$admin" -c "$2" "shop/$1:$3" pulled 2> err &&
        [ "$(digest_here pulled)" = "$(digest_there "$1" "$2" "$3")" ]
}

# Killed twice in the middle, the same command goes on from there.
killed_equal() {
    local pid
    rm -f pulled pulled.part pulled.part.json
    for bytes in 1000000 100000000; do
        "$tracetui" pull --kubeconfig "$admin" -c app shop/web:/tmp/trace_dir/big.out pulled 2> err &
        pid=$!
        until [ -e pulled.part ] && [ "$(stat -c %s pulled.part)" -ge "$bytes" ]; do
            kill -0 $pid 2> /dev/null || return 1
            sleep 0.02
        done
        kill -KILL $pid
        wait $pid 2> /dev/null
        [ -s pulled.part.json ] || return 1
    done
    "$tracetui" pull -v --kubeconfig "$admin" -c app shop/web:/tmp/trace_dir/big.out pulled 2> err &&
        grep -q "going on from byte" err && grep -q "proved by md5" err &&
        [ "$(digest_here pulled)" = "$(digest_there web app /tmp/trace_dir/big.out)" ] &&
        ! ls pulled.part* 2> /dev/null
}

same_names() { # WHAT ARGS...
    "$tracetui" get "$@" -o name --kubeconfig "$admin" | sort > ours
    kubectl get "$@" -o name --kubeconfig "$admin" | sort > theirs
    [ -s theirs ] && cmp ours theirs
}

# A fresh trace by the command: whole, and of a program that did something.
captured() { # ARGS...
    rm -f fresh.trace
    "$tracetui" capture --kubeconfig "$admin" "$@" fresh.trace 2> err || { sed 's/^/# /' err; return 1; }
    [ ! -e fresh.trace.part ] && is_whole fresh.trace
}
is_whole() { "$tracetui" summary -o json "$1" | grep -q '"complete": *true'; }

# ^C in the middle of a long one: nothing is kept, and the program traces no more, so that the next
# may begin.
interrupted_and_again() {
    local pid status=0
    "$tracetui" capture --kubeconfig "$admin" shop/tracer cut.trace --seconds 300 2> err &
    pid=$!
    until_ok 20 test -e cut.trace.part
    sleep 1 # it traces by now
    kill -INT $pid
    wait $pid || status=$?
    [ $status -eq 130 ] && [ ! -e cut.trace ] && [ ! -e cut.trace.part ] && [ ! -s err ] &&
        until_ok 10 captured shop/tracer --seconds 1
}

capture_by_keys() {
    workbench capture && wait_for admin && keys Enter && wait_for kube-system && type /shop &&
        wait_for "1 of" && keys Enter Enter && wait_for web && type /bare && wait_for "1 of" &&
        keys Enter && wait_for "> pods" && keys c && wait_for "fresh trace" && keys C-u && type 60 &&
        keys Enter && wait_for " of 60 s" && keys Escape && wait_for "nothing was kept" &&
        keys C-u && type 2 && keys Enter && wait_for "timeline by P" 60 && keys q &&
        [ "$(wait_end)" = 0 ] && is_whole "$(echo "$E2E_DIR"/capture/bare-*.trace)"
}

# A command that must fail, with this on stderr and nothing left behind.
refused() { # USER PATTERN ARGS...
    local config=$admin pattern=$2 status=0
    [ "$1" = admin ] || config=$users/$1
    shift 2
    rm -f new new.part
    "$tracetui" "$@" --kubeconfig "$config" > out 2> err || status=$?
    if [ $status -eq 1 ] && grep -qE "$pattern" err && [ ! -e new ] && [ ! -e new.part ]; then
        result 0 "$*: $(head -n 1 err | cut -c 1-120)"
    else
        sed 's/^/# /' err
        result 1 "$*: status $status, wanted: $pattern"
    fi
}

by_keys
result $? "by keys: pod, trace, timeline, summary; equal to the file in the container"
stop_session
big_by_keys
result $? "by keys: 300 MB, equal, in less than 64 MiB of memory"
stop_session

for file in small fifty big empty; do
    pull_equal web app "/tmp/trace_dir/$file.out"
    result $? "pull of $file.out is equal"
done
killed_equal
result $? "a pull that is killed twice goes on from there, and is equal"
# By labels: of a pod that runs, one that waits and one that crashes the first.
many() {
    rm -rf many
    "$tracetui" pull --kubeconfig "$admin" -n shop -l 'app in (web,crash,initrun)' \
        :/tmp/trace_dir/small.out many -c app 2> err &&
        [ "$(digest_here many/web.small.out)" = "$(digest_there web app /tmp/trace_dir/small.out)" ] &&
        grep -q '^shop/crash: left out: container app is not running' err &&
        grep -q '^shop/initrun: left out: it is not running but Pending' err &&
        grep -q '^1 of 1 pulled, ' err
}
many
result $? "a pull by labels takes what runs and says what it leaves out"
# Two at once, of which one has no cat; the same again leaves what is here.
several() {
    local status=0
    "$tracetui" pull --kubeconfig "$admin" -c app shop/web:/tmp/trace_dir/fifty.out \
        shop/tracer:/tmp/trace_dir/trace.out shop/bare:/tmp/trace_dir/trace.out many 2> err || status=$?
    [ $status -eq 1 ] && grep -q '^2 of 3 pulled' err && grep -q '^tracetui: pull: pod shop/bare' err &&
        [ "$(digest_here many/web.fifty.out)" = "$(digest_there web app /tmp/trace_dir/fifty.out)" ] &&
        "$tracetui" pull --kubeconfig "$admin" -c app shop/web:/tmp/trace_dir/fifty.out \
            shop/tracer:/tmp/trace_dir/trace.out many 2> err && [ "$(grep -c 'is here already' err)" = 2 ]
}
several
result $? "of several pulls one that fails does not stop the others"
same_names namespaces
result $? "the namespaces are kubectl's"
same_names pods -n shop
result $? "the pods of a namespace are kubectl's"
same_names pods -A
result $? "all pods are kubectl's"
"$tracetui" --kubeconfig "$admin" -n empty get pods > out 2> err && [ ! -s out ] &&
    grep -q '^No pods found in namespace empty.$' err
result $? "an empty namespace says so"

# What no tool in the container can reach, an ephemeral one can: of a pod of its own, for it stays.
copy_of_bare() { # NAME [MORE OF ITS SPECIFICATION]
    kubectl --kubeconfig "$admin" get pod -n shop bare -o json |
        sed -e 's/"name": "bare"/"name": "'"$1"'"/' -e '/"resourceVersion":/d; /"uid":/d' \
            -e '/^        "ephemeralContainers": \[/,/^        \],/d' \
            -e 's/^    "spec": {/&'"${2-}/" |
        kubectl --kubeconfig "$admin" apply -f - > /dev/null 2> err &&
        kubectl --kubeconfig "$admin" wait -n shop --for=condition=Ready "pod/$1" --timeout=60s > /dev/null
}
drop_copy() { kubectl --kubeconfig "$admin" delete pod -n shop "$1" --wait=false > /dev/null 2>&1; }
image=tracetui.test/busybox:1
trace=/tmp/trace_dir/trace.out

# A pod whose program turns into a user of whom neither its specification nor the node says a word.
pod_of_a_user() { # NAME
    kubectl --kubeconfig "$admin" get pod -n shop bare -o jsonpath='{.spec.nodeName}' > node &&
        kubectl --kubeconfig "$admin" apply -f - > /dev/null 2> err <<POD &&
apiVersion: v1
kind: Pod
metadata: {name: $1, namespace: shop}
spec:
  nodeName: $(cat node)
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
  containers:
  - name: app
    image: $image
    imagePullPolicy: Never
    command:
    - sh
    - -ec
    - |
      mkdir -p /etc $(dirname "$trace") && echo app:x:4711:4712::/:/bin/sh > /etc/passwd
      printf 'go 1.26 trace\0\0\0' > $trace
      exec su app -c 'exec sleep 100000'
    startupProbe:
      exec: {command: [grep, -q, "Uid:.4711", /proc/1/status]}
      periodSeconds: 1
      failureThreshold: 60
POD
        kubectl --kubeconfig "$admin" wait -n shop --for=condition=Ready "pod/$1" --timeout=60s > /dev/null
}
looks_in_as_user() {
    "$tracetui" ls --kubeconfig "$admin" "shop/$user_pod:/tmp/trace_dir" --debug-image "$image" > out 2> err &&
        grep -q 'go 1.26 trace' out &&
        kubectl --kubeconfig "$admin" get pod -n shop "$user_pod" \
            -o jsonpath='{.spec.ephemeralContainers[*].securityContext.runAsUser}' | grep -qx 4711
}

looks_in() {
    "$tracetui" ls --kubeconfig "$admin" -o name "shop/$copy:/tmp/trace_dir/" --debug-image "$image" > out 2> err &&
        [ "$(cat out)" = "$trace" ] && grep -q 'cannot be taken' err && grep -q '^added' err
}
pulls_through() {
    local ephemeral
    "$tracetui" pull --kubeconfig "$admin" "shop/$copy:$trace" through --debug-image "$image" 2> err &&
        grep -q '^used again' err && ephemeral=$(sed -n 's/.*container \(tracetui-[0-9a-f]*\),.*/\1/p' err) &&
        [ -s through ] &&
        [ "$(digest_here through)" = "$(digest_there "$copy" "$ephemeral" "/proc/1/root$trace")" ] &&
        "$tracetui" summary through > /dev/null
}
through_by_keys() {
    workbench keyed && wait_for admin && keys Enter && wait_for kube-system && type /shop &&
        wait_for "1 of" && keys Enter Enter && wait_for web && type "/$copy" && wait_for "1 of" &&
        keys Enter Enter && wait_for tracetui- && keys Enter && wait_for "nothing in the container" && type e &&
        wait_for "image with a shell" && keys C-u && type "$image" && keys Enter &&
        wait_for "go 1." && wait_for "used again" && keys Enter && wait_for "timeline by P" 60 &&
        keys q && [ "$(wait_end)" = 0 ] &&
        [ "$(digest_here "$E2E_DIR"/keyed/*.trace)" = "$(digest_here through)" ]
}

copy=files-bare-$$
copy_of_bare "$copy"
result $? "a copy of the pod that has one program and nothing else"
looks_in
result $? "ls by an ephemeral container, which says what it leaves behind"
pulls_through
result $? "pull through the same one; equal to the file that the program wrote"
through_by_keys
result $? "the same by keys"
stop_session
[ ! -e "$users/viewer" ] ||
    refused viewer 'cannot patch resource "pods/ephemeralcontainers"' ls "shop/$copy:/" --debug-image other
refused admin 'does not run: ErrImage' ls "shop/$copy:/" --debug-image 127.0.0.1:1/not/there:1
drop_copy "$copy"
user_pod=files-user-$$
pod_of_a_user "$user_pod" && looks_in_as_user
result $? "a program that runs as a user that only its image knows"
drop_copy "$user_pod"
shared_pod=files-shared-$$
copy_of_bare "$shared_pod" '"shareProcessNamespace": true,' &&
    "$tracetui" ls --kubeconfig "$admin" "shop/$shared_pod:/tmp/trace_dir" --debug-image "$image" > out 2> err &&
    grep -q 'go 1.*trace.out' out
result $? "a pod whose containers share their processes"
drop_copy "$shared_pod"
refused admin 'is not running' ls shop/crash:/ --debug-image "$image"
refused admin 'there are app, side' ls shop/web:/ --debug-image "$image"
refused admin 'nothing in the container' ls shop/bare:/tmp
refused admin '/nope: no such file or folder' ls shop/web:/nope -c app

"$tracetui" ls --kubeconfig "$admin" -c app -o json shop/web:/tmp/trace_dir > out 2> err &&
    grep -q '"size_bytes": 300000000' out
result $? "ls in JSON"
for pod in tracer bare; do
    captured "shop/$pod" --seconds 1
    result $? "capture from $pod is whole"
done
captured shop/tracer --https --port pprof-tls --seconds 1
result $? "capture over TLS, from a port by name"
captured shop/tracer --path /debug/flight
result $? "capture from a flight recorder"
"$tracetui" capture --kubeconfig "$admin" shop/bare - --seconds 1 2> err > piped && is_whole piped
result $? "capture to standard output"
interrupted_and_again
result $? "capture: interrupted, and again"
capture_by_keys
result $? "capture by keys: stopped, and again"
stop_session

refused admin "end.* in the middle of the answer" capture shop/tracer new --path /debug/broken
refused admin "nothing listens on port 7000; the pod declares 6060 .pprof." capture shop/tracer new --port 7000
refused admin "port 6443 speaks HTTPS, not HTTP" capture shop/tracer new --port 6443
refused admin "port 6060 speaks HTTP, not HTTPS" capture shop/tracer new --https
refused admin "sends on from /debug/pprof to /debug/pprof/" capture shop/tracer new --path /debug/pprof
refused admin "a web page" capture shop/tracer new --path /debug/pprof/
refused admin "compressed by gzip" capture shop/tracer new --path /debug/pprof/heap
refused admin "serves nothing at /nope" capture shop/tracer new --path /nope
refused admin "container app: .*(CrashLoopBackOff|Error)|nothing listens" capture shop/crash new
refused admin "has ended .Succeeded." capture shop/done new
refused admin "has no address yet" capture crowd/pending-001 new
refused admin 'pods "nopod" not found' capture shop/nopod new

refused admin "No such file" pull shop/web:/tmp/trace_dir/nope new -c app
refused admin 'no program that could read a file' pull shop/bare:/tmp/trace_dir/trace.out new
refused admin "nope is not valid" pull shop/web:/tmp/trace_dir/small.out new -c nope
refused admin "app.*side" pull shop/web:/tmp/trace_dir/small.out new
refused admin 'pods "nopod" not found' pull shop/nopod:/tmp/x new
refused admin "not found|crash" pull shop/crash:/tmp/x new
refused admin "directory" pull shop/web:/tmp/trace_dir new -c app
if [ -e "$users/badtoken" ]; then
    refused viewer 'pods/proxy' capture shop/tracer new
    refused viewer 'pods/exec' pull shop/web:/tmp/trace_dir/small.out new -c app
    refused nobody 'forbidden' get pods -n shop
    refused badtoken 'Unauthorized' get pods -n shop
    refused viewer 'at the cluster scope' get namespaces
    refused viewer 'try: name a namespace with -n' get pods -A
fi
# A disk with too little room, one that takes nothing, and what stands in the way of FILE.part: one
# line and a hint, and all that was there stays as it was.
local_faults() {
    local small=/tmp/trace_dir/small.out way failed=0
    mkdir -p full fixed way.part && mount -t tmpfs -o size=600k tmpfs full &&
        mount -t tmpfs -o size=9m tmpfs fixed || return 1
    echo kept > fixed/kept
    mount -o remount,ro fixed
    echo kept > kept
    ln -s kept link.part
    for way in "full/new:No space left" "fixed/new:Read-only" "fixed/kept:Read-only" \
        "way:part: " "link:part: "; do
        "$tracetui" pull --kubeconfig "$admin" --force -c app "shop/web:$small" "${way%%:*}" > out 2> err
        [ $? -eq 1 ] && grep -q "^tracetui: pull: ${way%%:*}.*${way#*:}" err && grep -q '^try: ' err &&
            [ "$(wc -l < err)" -eq 2 ] || { echo "# $way"; sed 's/^/# /' err; failed=1; }
    done
    "$tracetui" capture --kubeconfig "$admin" shop/tracer fixed/new --seconds 1 2> err
    grep -q '^tracetui: capture: fixed/new.*Read-only' err || failed=1
    "$tracetui" pull --kubeconfig "$admin" -c app "shop/web:$small" - > full/out 2> err
    grep -q '^tracetui: pull: standard output: No space left' err || failed=1
    rm full/out
    [ "$(cat kept)" = kept ] && [ "$(cat fixed/kept)" = kept ] && [ -z "$(ls -A full)$(ls -A way.part)" ] &&
        [ "$(ls -A fixed)" = kept ] && [ "$(readlink link.part)" = kept ] || failed=1
    umount full fixed
    return $failed
}
if [ "$(id -u)" = 0 ]; then
    local_faults
    result $? "a full disk, one that is read-only, and what stands in the way"
else
    number=$((number + 1))
    echo "ok $number - a full disk # SKIP only root may mount one"
fi
# Lines of tests/golden/answers.txt that a real server gives, too.
as_in_golden() { # USER ARGS...
    local config=$users/$1 line
    shift
    "$tracetui" get "$@" --kubeconfig "$config" > out 2> err
    line=$(sed -n '1s/.*https:[^ ]*:/SERVER:/p' err)
    grep -qF -- "$line" "$here/../golden/answers.txt" && grep -qF -- "$(tail -n 1 err)" "$here/../golden/answers.txt"
    result $? "golden: $line"
}
if [ -e "$users/badtoken" ]; then
    as_in_golden badtoken pods -n shop
    as_in_golden viewer namespaces
fi
echo "1..$number"
