#!/usr/bin/env bash
# The workbench in a real terminal, on the made-up cluster: what only a terminal can show.
# TAP on standard output.

here=$(cd "$(dirname "$0")" && pwd)
program=${G_TEST_BUILDDIR:?}/fake_workbench

if ! command -v tmux > /dev/null; then
    echo "1..0 # SKIP tmux is not installed"
    exit 0
fi

. "$here/tmux.sh"
export LC_ALL=C.UTF-8 TMPDIR=${TMPDIR:-/tmp}
unset NO_COLOR COLORTERM

# fake [VARIABLE=VALUE...] [WHAT]: the shell line that runs it in a folder of its own.
fake() {
    local set=""
    while [[ ${1-} == *=* ]]; do
        set+="$1 "
        shift
    done
    echo "cd '$E2E_DIR' && stty -a > before; env XDG_STATE_HOME='$E2E_DIR/state' $set '$program' ${1-}"
}

is() { [ "$1" = "$2" ] || { echo "# $1 is not $2"; return 1; }; }
alternate() { e2e_tmux display-message -p -t e2e '#{alternate_on}'; }
program_pid() { pgrep -P "$(pane_pid)" -f fake_workbench; }
restored() {
    is "$(alternate)" 0 && is "$(e2e_tmux display-message -p -t e2e '#{cursor_flag}')" 1 &&
        is "$(stty -a < "$(e2e_tmux display-message -p -t e2e '#{pane_tty}')")" "$(cat "$E2E_DIR/before")"
}

walk() {
    start 80 24 "$(fake)" && wait_for production-eu && keys Enter && wait_for staging &&
        keys Enter && wait_for payments-0 && type /web-0 && wait_for "1 of 5 pods" &&
        keys Enter Enter && wait_for CrashLoopBackOff && keys Enter && wait_for "go 1.26 trace" &&
        keys Enter && wait_for "a trace of shop/web-0 app" && is "$(alternate)" 1 &&
        keys q && is "$(wait_end)" 0 && restored
}

types_utf8() {
    start 80 24 "$(fake)" && wait_for production-eu && keys Enter && wait_for staging && keys Enter && wait_for payments-0 &&
        type /日本 && wait_for "1 of 5 pods" && wait_for "/日本" && keys C-c && type q && wait_end
}

escape_is_a_key() {
    start 80 24 "$(fake)" && wait_for production-eu && keys Enter && wait_for staging &&
        keys Escape && wait_for production-eu && keys Down && keys Down && keys Enter &&
        wait_for 'no cluster "gone"' && keys q && wait_end
}

# tmux sends what xterm's terminfo does not know of, and PuTTY too; what means nothing does nothing.
foreign_keys() {
    start 80 24 "$(fake TERM=xterm-256color)" && wait_for production-eu && keys Enter &&
        wait_for staging && keys End Enter && wait_for "> staging >" && keys Escape &&
        wait_for "> namespaces" && type $'\033[999;9~\033[I' && keys Home Up Down Enter &&
        wait_for "> pods" && keys q && is "$(wait_end)" 0
}

sigterm() {
    start 80 24 "$(fake)" && wait_for production-eu && kill -TERM "$(program_pid)" &&
        is "$(wait_end)" 143 && restored
}

sigint() {
    start 80 24 "$(fake)" && wait_for production-eu && kill -INT "$(program_pid)" &&
        is "$(wait_end)" 130 && restored
}

crash() {
    start 80 24 "$(fake crash)" && wait_for production-eu &&
        is "$(wait_end)" 134 && restored && wait_for 'it went ?[31mwrong'
}

warnings_are_held() {
    start 80 24 "$(fake warn)" && wait_for production-eu && sleep 0.3 && shows_not "a library" &&
        keys q && wait_for 'a library \x1b[31mwarns' && is "$(wait_end)" 0
}

suspend() {
    start 80 24 "PS1='ready> ' bash --norc --noprofile -i" && wait_for "ready>" &&
        type "clear; $(fake)" && keys Enter && wait_for production-eu && keys C-z &&
        wait_for Stopped && is "$(alternate)" 0 && type fg && keys Enter &&
        wait_for "enter open" && is "$(alternate)" 1 && keys Down Enter && wait_for staging &&
        keys q && wait_for 'ready>' && type exit && keys Enter && wait_end
}

resizes() {
    start 120 40 "$(fake)" && wait_for production-eu && resize 50 12 && wait_for "50x12 is too small" &&
        resize 80 24 && wait_for "enter open" && wait_for "3 contexts" && keys q && wait_end
}

unknown_terminal() {
    start 80 24 "$(fake TERM=no-such-terminal)" && wait_for "unknown terminal type 'no-such-terminal'" &&
        keys Down && wait_gone "unknown terminal" && keys q && is "$(wait_end)" 0
}

# It has no second screen: what is printed afterwards stands on a line of its own.
old_terminal() {
    start 80 24 "$(fake TERM=vt100)" && wait_for production-eu && keys q && wait_for "e2e: ended" &&
        capture | grep -qx "e2e: ended"
}

dumb_terminal() {
    start 80 24 "$(fake TERM=dumb)" && wait_for "cannot move its cursor" && is "$(wait_end)" 1
}

colours() {
    start 80 24 "$(fake)" && wait_for production-eu && capture -e | grep -q $'\033\[37m\033\[44m' &&
        keys q && wait_end
}

no_colour() {
    start 80 24 "$(fake NO_COLOR=1 trace)" && wait_for "a trace of" &&
        ! capture -e | grep -qE $'\033''\[[0-9;]*[34][0-7]m' && shows "====" && shows "ssss" &&
        capture -e | grep -q $'\033\[7m' && keys q && wait_end
}

ascii_only() {
    start 80 24 "$(fake LC_ALL=C)" && wait_for production-eu && keys Enter && wait_for staging && keys Enter && wait_for 'web-????' &&
        ! capture | LC_ALL=C grep -q '[^ -~]' && keys q && wait_end
}

terminal_goes_away() {
    local pid
    start 80 24 "$(fake stall)" && wait_for production-eu && pid=$(program_pid) &&
        e2e_tmux kill-server && until_ok 5 sh -c "! kill -0 $pid 2> /dev/null"
}

cancel_pull() {
    start 80 24 "$(fake stall)" && wait_for production-eu && keys Enter && wait_for staging &&
        keys Enter && wait_for payments-0 && keys Enter && wait_for migrate && keys Enter &&
        wait_for "go 1.26 trace" && keys Enter && wait_for "1.4 MiB of 3.0 MiB" && keys Escape &&
        wait_for "pulling it again goes on from here" && keys C-c && is "$(wait_end)" 0
}

lends() {
    start 80 24 "$(fake trace)" && wait_for "a trace of" && keys x && wait_for "it is mine" &&
        is "$(alternate)" 0 && keys Enter && wait_for "exited with code 3" &&
        is "$(alternate)" 1 && keys x && wait_for "it is mine" && keys C-c &&
        wait_for "killed by signal 2" && keys q && is "$(wait_end)" 0 && restored
}

tests="walk types_utf8 escape_is_a_key foreign_keys sigterm sigint crash warnings_are_held suspend resizes
unknown_terminal old_terminal dumb_terminal colours no_colour ascii_only cancel_pull lends terminal_goes_away"

trap stop EXIT
n=0
echo "1..$(echo $tests | wc -w)"
for name in $tests; do
    n=$((n + 1))
    if $name > "$E2E_DIR/log" 2>&1; then
        echo "ok $n $name"
    else
        capture | sed 's/^/# /'
        echo "not ok $n $name"
    fi
    grep '^#' "$E2E_DIR/log"
    stop_session
    until_ok 5 sh -c "! tmux -S '$E2E_SOCKET' has-session 2> /dev/null"
done
exit 0
