# shellcheck shell=bash
# Every test, in steps; sourced by ./bootstrap. Each step's output goes to build-check/NAME.log; all
# of it is TAP in the end, and the last line counts it.

logs=build-check

# Adds up TAP: the test programs' results as automake saw them, and the scripts' own lines.
tally() {
    {
        cat "$logs"/*.trs 2> /dev/null | sed -n 's/^:test-result: *\([A-Z]*\).*/\1/p'
        cat "$logs"/*.tap 2> /dev/null | awk '
            /^(not )?ok/ && / # SKIP/ { print "SKIP"; next }
            /^ok/ { print "PASS" }
            /^not ok/ { print "FAIL" }'
    } | awk '
        { n[$1]++ }
        END { printf "%d passed, %d failed, %d skipped\n", n["PASS"] + n["XFAIL"],
                  n["FAIL"] + n["ERROR"] + n["XPASS"], n["SKIP"] }'
}

# A command that is one test: passes when it exits 0.
step() { # NAME COMMAND...
    local name=$1 began=$SECONDS
    shift
    if "$@" > "$logs/$name.log" 2>&1; then
        echo "ok - $name" >> "$logs/steps.tap"
        say "$name: ok ($((SECONDS - began)) s)"
    else
        echo "not ok - $name" >> "$logs/steps.tap"
        say "$name: FAILED ($((SECONDS - began)) s); the end of $logs/$name.log:"
        tail -n 25 "$logs/$name.log" >&2
    fi
}

# A script that speaks TAP; one that dies without having said why is a failure too, one that stops
# before its plan is done as well.
script() { # NAME COMMAND...
    local name=$1 began=$SECONDS status=0 plan seen
    shift
    "$@" > "$logs/$name.tap" 2> "$logs/$name.err" || status=$?
    plan=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$logs/$name.tap" | head -n 1)
    seen=$(grep -cE '^(not )?ok' "$logs/$name.tap" || true)
    if [ "${plan:-none}" = 0 ]; then
        sed -n 's/^1\.\.0 # SKIP/ok - '"$name"' # SKIP/p' "$logs/$name.tap" > "$logs/$name-skipped.tap"
    elif [ "${plan:-none}" != "$seen" ]; then
        echo "not ok - $name: planned ${plan:-nothing}, ran $seen, exit status $status" >> "$logs/$name.tap"
    fi
    if grep -q '^not ok' "$logs/$name.tap"; then
        say "$name: FAILED ($((SECONDS - began)) s)"
        grep -A 12 '^not ok' "$logs/$name.tap" >&2 || true
        tail -n 15 "$logs/$name.err" >&2
    else
        say "$name: $seen tests ($((SECONDS - began)) s)"
    fi
    grep -h ' # SKIP' "$logs/$name.tap" >&2 || true
}

# The unit tests of one build.
unit() { # FOLDER
    local folder=$1 began=$SECONDS status=0 file
    make -s -C "$folder" -j "$jobs" check > "$logs/$folder.log" 2>&1 || status=$?
    for file in "$folder"/tests/*.trs; do
        [ -e "$file" ] && cp "$file" "$logs/$folder-$(basename "$file")"
    done
    if [ $status -ne 0 ]; then
        grep -E '^(FAIL|ERROR|XPASS|.*error:)' "$logs/$folder.log" >&2 || tail -n 25 "$logs/$folder.log" >&2
        grep -q '^:test-result: *\(FAIL\|ERROR\)' "$logs/$folder"-*.trs 2> /dev/null ||
            echo "not ok - $folder: make check" >> "$logs/steps.tap"
    fi
    grep -E '^SKIP:' "$logs/$folder.log" >&2 || true
    say "unit tests in $folder: exit status $status ($((SECONDS - began)) s)"
}

# What needs a cluster: one that is named, one that is up, or one that is brought up here and taken
# down again.
cluster_tests() {
    local config=${TRACETUI_TEST_KUBECONFIG-} status=0 ours='' began=$SECONDS why
    if [ -z "$config" ]; then
        [ -e "${TRACETUI_CLUSTER_DIR:-/tmp/tracetui-cluster-$UID}/ready" ] || ours=1
        config=$(tests/cluster/up 2> "$logs/cluster-up.log" | tail -n 1) || status=$?
        why=$(tail -n 1 "$logs/cluster-up.log")
        if [ "$status" -eq 77 ]; then
            echo "ok - cluster # SKIP $why" > "$logs/cluster.tap"
            say "no cluster: $why"
            return
        elif [ "$status" -ne 0 ]; then
            echo "not ok - cluster: $why" > "$logs/cluster.tap"
            say "the cluster did not come up; see $logs/cluster-up.log: $why"
            return
        fi
        say "cluster up ($((SECONDS - began)) s)"
    fi
    script cluster tests/e2e/cluster.sh build/tracetui "$config"
    script job tests/e2e/job.sh build/tracetui "$config"
    script logins tests/e2e/logins.sh build/tracetui "$config"
    TRACETUI_TEST_KUBECONFIG=$config script cluster-library build/tests/test_cluster --tap
    # Only of a cluster of our own the kubelet may be killed.
    if [ -z "${TRACETUI_TEST_KUBECONFIG-}" ]; then
        script endure tests/cluster/endure build -t -s 60000000 -c 10 -k 1 1 2
        script drop tests/cluster/drop build -t -s 60000000 1 2
    fi
    # Last: it fills the cluster and restarts its API server, which is nothing for somebody else's.
    [ -z "$ours" ] || script crowd tests/e2e/crowd.sh build/tracetui
    [ -z "$ours" ] || tests/cluster/down > "$logs/cluster-down.log" 2>&1 ||
        echo "not ok - cluster: down" >> "$logs/steps.tap"
}

check_all() { # QUICK
    local quick=$1 result go
    rm -rf "$logs"
    mkdir -p "$logs"
    : > "$logs/steps.tap"

    # What is held against Go needs one that knows the traces; a distribution's may be too old.
    if go=$(tests/go-toolchain --at-least 1.26 2> "$logs/go.log"); then
        PATH=$(dirname "$go"):$PATH
    else
        say "$(tail -n 1 "$logs/go.log")"
    fi

    build build --enable-werror
    unit build
    build build-sanitize --enable-werror --enable-sanitize
    unit build-sanitize
    script demo tests/e2e/demo.sh build/tracetui
    if [ -z "$quick" ]; then
        step alone tests/alone
        script fuzz tests/fuzz/run 2
        step distcheck make -s -C build -j "$jobs" distcheck
        make -s -C build tests/compare_ours tests/bend > "$logs/compare.log" 2>&1 || true
        script go tests/traces/check-go build/tracetui build/tests/compare_ours
        script upstream tests/traces/upstream build/tests/compare_ours
        script hostile tests/traces/hostile build/tests/compare_ours build/tests/bend
        cluster_tests
    fi
    result=$(tally)
    echo "$result"
    case $result in
    "0 passed"*) return 1 ;;
    *" 0 failed"*) return 0 ;;
    *) return 1 ;;
    esac
}
