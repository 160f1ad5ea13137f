#!/usr/bin/env bash
# The whole walk on the practice cluster, in a real terminal, by keys alone: tests/e2e/demo.sh
# TRACETUI. TAP on standard output. It waits for what it wants to see, with deadlines that a busy
# machine keeps, and works in a folder of its own.

here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:?usage: tests/e2e/demo.sh TRACETUI}")

if ! command -v tmux > /dev/null; then
    echo "1..0 # SKIP tmux is not installed"
    exit 0
fi

. "$here/tmux.sh"
E2E_SECONDS=30
export LC_ALL=C.UTF-8
unset NO_COLOR COLORTERM KUBECONFIG

is() { [ "$1" = "$2" ] || { echo "# $1 is not $2"; return 1; }; }
is_file() { until_ok "$E2E_SECONDS" test -s "$1" || { echo "# there is no $1"; return 1; }; }
alternate() { e2e_tmux display-message -p -t e2e '#{alternate_on}'; }
program_pid() { pgrep -P "$(pane_pid)" -f -- --demo; }
gone() { ! kill -0 "$1" 2> /dev/null; }

# demo WIDTH HEIGHT [VARIABLE=VALUE...]: the workbench on the practice cluster.
demo() {
    local width=$1 height=$2 set=""
    shift 2
    for variable in "$@"; do set+="'$variable' "; done
    rm -rf "$E2E_DIR/work"
    mkdir "$E2E_DIR/work"
    start "$width" "$height" \
        "cd '$E2E_DIR/work'; env XDG_STATE_HOME='$E2E_DIR/work' TERM=xterm-256color $set '$program' --demo" &&
        wait_for demo
}

# From the contexts to the pods of the namespace shop.
to_pods() { wait_for contexts && keys Enter && wait_for platform && keys Enter && wait_for "11 pods"; }
# ... into a container; the pods' filter is left behind.
to_container() { # POD CONTAINER
    to_pods && type "/$1" && wait_for "/$1" && wait_for "1 of 11" && keys Enter Enter &&
        wait_for "> containers" && wait_for "$2" && keys Enter
}
to_files() { to_container web app && wait_for "/tmp/trace_dir" && wait_for "go 1.26 trace"; }
to_path() { to_files && keys p && wait_for "Which file"; }
to_trace() { to_files && keys Enter && wait_for "timeline by P"; }
quit() { keys q && is "$(wait_end "$E2E_SECONDS")" 0; }

walk() {
    demo 80 24 && is "$(alternate)" 1 && keys '?' && wait_for "help for contexts" &&
        keys Escape && wait_for "1 context" && to_trace && wait_for "saved as web-app-" &&
        keys 2 && wait_for "timeline by goroutine" && keys 3 && wait_for "timeline by thread" &&
        keys 1 && wait_for "timeline by P" && keys + && keys 0 &&
        keys s && wait_for "Goroutines by start function" && wait_for 316.2us && keys End && wait_gone "GOMAXPROCS" &&
        keys G && wait_for "START FUNCTION" && wait_for "316.2 us" && keys Enter && wait_for "FIRST SEEN" &&
        keys Enter && wait_for "timeline by goroutine" && keys Escape && wait_for "FIRST SEEN" &&
        keys '?' && wait_for "help for" && keys '?' && wait_for "FIRST SEEN" &&
        keys Escape && wait_for "START FUNCTION" && type ":timel" && keys Tab &&
        wait_for ":timeline" && keys Enter && wait_for "timeline by" && quit && is "$(alternate)" 0
}

writes_summary() {
    demo 80 24 && to_trace && keys e && wait_for "write the summary to" && wait_for "esc give up" &&
        keys C-u && type here.txt && keys Enter && wait_for "the summary is in" && is_file work/here.txt &&
        is "$(cd work && "$program" summary web-app-*.trace)" "$(cat work/here.txt)" &&
        keys e && wait_for "write the summary" && keys C-u && type here.txt && keys Enter &&
        wait_for "replace the file (yes/no)? no" && keys Enter && wait_for "stays as it was" &&
        keys e && wait_for "write the summary" && keys C-u && type "$E2E_DIR/work" && keys Enter &&
        wait_for "is a folder" &&
        keys e && wait_for "write the summary" && keys C-u && type nowhere/x && keys Enter &&
        wait_for "the summary was not written: nowhere/x: No such" && quit &&
        ! ls work/*.part 2> /dev/null
}

draws_graph() {
    if ! command -v dot > /dev/null; then
        skipped="Graphviz is not installed"
        return 0
    fi
    demo 80 24 && to_trace && keys g && wait_for "write the graph of sync blocking to" &&
        keys C-u && type graph.svg && keys Enter && wait_for "the graph of sync blocking is in" &&
        is_file work/graph.svg && grep -q '</svg>' work/graph.svg && quit
}

without_programs() {
    demo 80 24 PATH=/nonexistent && to_trace && keys g && wait_for "-sync.dot" && keys C-u &&
        type graph.dot && keys Enter && wait_for "Graphviz is not here" && is_file work/graph.dot &&
        grep -q '^digraph' work/graph.dot && {
        [ -x /usr/local/go/bin/go ] || { keys b && wait_for "Go is not installed here"; }
    } && quit
}

shows_in_browser() {
    local go port
    # An older one does not know the trace.
    if ! go=$("$here/../go-toolchain" --at-least 1.26 2> "$E2E_DIR/go.err"); then
        skipped=$(tail -n 1 "$E2E_DIR/go.err" | cut -c 1-120)
        return 0
    fi
    demo 80 24 "PATH=$(dirname "$go"):$PATH" "HOME=$HOME" && to_trace && keys b &&
        wait_for "ssh -N -L" 120 &&
        port=$(capture | sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p' | head -n 1) && [ -n "$port" ] &&
        until_ok 120 answers "$port" && resize 60 16 && wait_for "the address:" && quit && until_ok "$E2E_SECONDS" answers_not "$port"
}
answers() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }
answers_not() { ! answers "$1"; }

other_files() {
    demo 80 24 && to_path && pull_path notes.txt "not a Go execution trace" && back &&
        pull_path empty.out "it is empty" && back && pull_path missing.out "No such file" && back &&
        pull_path old.out "timeline by P" && keys Escape && wait_for "esc goes back" && back &&
        pull_path truncated.out "complete: false" && wait_for "ends in the middle" && quit
}
pull_path() { # NAME WORDS
    keys C-u && type "/tmp/trace_dir/$1" && wait_for "> /tmp/trace_dir/$1" && keys Enter &&
        wait_for "$2"
}
back() { keys Escape && wait_for "Which file"; }

# All pods marked; what is here side by side, then one of them by itself.
marked_pods() {
    demo 80 24 && to_pods && keys '*' && wait_for "11 marked" && keys Enter &&
        wait_for "pull from 11 pods" && keys Enter && wait_for "5 of 6 here, 1 failed, 5 left out" &&
        wait_for "saved 5 of 6 in pulled-" && is "$(ls work/pulled-*/ | wc -l)" 5 && keys Enter &&
        wait_for "5 traces side by side" && wait_for "Heap, at most" && keys End &&
        wait_gone "Heap, at most  3" && keys Escape && wait_for "5 of 6 here" && keys t &&
        wait_for "shop/cart-0 app" && wait_for "timeline by P" && quit
}

# Folders, other files, and where the cursor stands the next time.
files() {
    demo 80 24 && to_files && wait_for "6 files" && keys Left && wait_for "> /tmp " &&
        wait_for "trace_dir/" && keys h && wait_for "etc/" && keys Enter && wait_for "trace_dir/" &&
        keys Enter && wait_for "6 files" && type /notes && wait_for "1 of 6" && keys Enter Enter &&
        wait_for "no trace by its start" && keys Enter && wait_gone "pull it" &&
        keys Escape && wait_for "6 files" && type /old && wait_for "1 of 6" && keys Enter Enter &&
        wait_for "timeline by P" && keys Escape && wait_for "esc goes back" && keys Escape &&
        wait_for "1 of 6" && keys Escape && wait_for "6 files" && keys Escape &&
        wait_for "> containers" && keys Enter && wait_for "6 files" && keys Enter &&
        wait_for "timeline by P" && keys Escape && wait_for "/tmp/trace_dir/old.out" && quit
}

pods_without() { # POD CONTAINER WORDS
    demo 80 24 && to_container "$1" "$2" && wait_for "$3" && quit &&
        is "$(ls work/*.trace* 2> /dev/null)" ""
}
pod_that_crashes() { pods_without payments app "running (it crashed"; }
pod_that_waits() { pods_without search app "started yet: pod search"; }
pod_without_tools() {
    demo 80 24 && to_container ledger ledger && wait_for "nothing in the container can list" &&
        keys e && wait_for "image with a shell: busybox" && type :nope && keys Enter &&
        wait_for "enter adds it" && keys Enter && wait_for "does not run: ImagePullBackOff" &&
        keys e && wait_for "image with a shell" && keys Enter && wait_for "until the pod goes" &&
        keys Enter && wait_for "go 1.26 trace" && wait_for "added tracetui-" && keys Enter &&
        wait_for "timeline by P" && quit
}

# ... where a capture is the way out.
captures() {
    demo 80 24 && to_pods && type /ledger && wait_for "1 of 11" && keys Enter &&
        wait_for "c capture" && keys c && wait_for "fresh trace" && keys C-u && type 60 &&
        keys Enter && wait_for "of 60 s" && keys Escape && wait_for "nothing was kept" &&
        keys C-u && type 1 && keys Down && wait_for "declares 6060 (pprof)" && keys Enter &&
        wait_for "timeline by P" && wait_for "saved as ledger-0-" && keys Escape &&
        wait_for "The trace is here, whole" && keys Escape && wait_for "fresh trace" &&
        keys C-u && type 99 && keys Enter && wait_for "nothing listens on port 99" && quit &&
        is "$(ls work/*.part 2> /dev/null)" "" && is "$(ls work | grep -c 'ledger.*trace$')" 1
}

foreign_keys() {
    demo 80 24 && to_pods && keys End && keys Enter && wait_for "web > containers" && keys Escape &&
        wait_for "11 pods" && keys x && keys Home && keys Enter && wait_for "cart-0 > containers" &&
        quit
}

resizes() {
    local size
    demo 120 40 && to_trace || return 1
    for size in "59 15" "60 16" "200 60" "20 3" "80 24"; do
        # shellcheck disable=SC2086 # two words
        resize $size
        case $size in
        "59 15") wait_for "59x15 is too small" || return 1 ;;
        "20 3") wait_for "20x3 is too small" || return 1 ;;
        *) wait_for "timeline by P" || return 1 ;;
        esac
    done
    keys e && wait_for "write the summary" && resize 60 16 && wait_for "write the summary" &&
        keys Escape && wait_for "nothing was written" && quit
}

no_colour() {
    demo 80 24 NO_COLOR=1 && to_trace && wait_for "== running" &&
        ! capture -e | grep -qE $'\033''\[[0-9;]*[34][0-7]m' && quit
}

ascii_only() {
    demo 80 24 LC_ALL= LANG=C && to_trace && wait_for "|20 ms" && ! capture | LC_ALL=C grep -q '[^ -~]' && keys s &&
        wait_for GOMAXPROCS && ! capture | LC_ALL=C grep -q '[^ -~]' && quit
}

suspends() {
    start 80 24 "PS1='ready> ' bash --norc --noprofile -i" && wait_for "ready>" &&
        type "clear; '$program' --demo" && keys Enter && wait_for "1 context" && keys C-z &&
        wait_for Stopped && is "$(alternate)" 0 && type fg && keys Enter && wait_for "enter open" &&
        is "$(alternate)" 1 && keys Enter && wait_for platform && keys q && wait_for "ready>" &&
        type exit && keys Enter && wait_end "$E2E_SECONDS" > /dev/null
}

ends_by_signal() { # SIGNAL STATUS
    demo 80 24 && to_pods && kill "-$1" "$(program_pid)" &&
        is "$(wait_end "$E2E_SECONDS")" "$2" && is "$(alternate)" 0 &&
        is "$(e2e_tmux display-message -p -t e2e '#{cursor_flag}')" 1
}
sigterm() { ends_by_signal TERM 143; }
sighup() { ends_by_signal HUP 129; }

terminal_goes_away() {
    local pid
    demo 80 24 && to_trace && pid=$(program_pid) && e2e_tmux kill-server &&
        until_ok "$E2E_SECONDS" gone "$pid"
}

tests="walk writes_summary draws_graph without_programs shows_in_browser files other_files
marked_pods pod_that_crashes pod_that_waits pod_without_tools captures foreign_keys resizes no_colour
ascii_only suspends
sigterm sighup terminal_goes_away"

trap stop EXIT
cd "$E2E_DIR" || exit 1
number=0
failed=0
echo "1..$(echo $tests | wc -w)"
for name in $tests; do
    number=$((number + 1))
    skipped=
    if $name > "$E2E_DIR/log" 2>&1; then
        echo "ok $number - $name${skipped:+ # SKIP $skipped}"
    else
        capture 2> /dev/null | sed 's/^/# /'
        echo "not ok $number - $name"
        failed=1
    fi
    grep '^#' "$E2E_DIR/log"
    stop_session
done
exit $failed
