# A program in a real terminal: to be sourced by tests. Every test has a tmux server of its own,
# on a private socket, so that nothing of the user's tmux is touched.
#
#   start WIDTH HEIGHT COMMAND...   runs the command (a shell line) in a terminal of that size
#   keys KEY...                     sends keys, by tmux' names (Enter, Escape, C-c, NPage ...)
#   type TEXT                       sends text as it is
#   wait_for TEXT [SECONDS]         waits until the screen shows the text; fails after a deadline
#   wait_gone TEXT [SECONDS]        ... until it does not any more
#   wait_end [SECONDS]              ... until the command has ended; prints its exit status
#   capture [-e]                    prints the screen; -e: with colours
#   resize WIDTH HEIGHT             changes the size of the terminal
#   stop_session                    ends the terminal, so that the next can start
#   stop                            ends all

E2E_DIR=$(mktemp -d "${TMPDIR:-/tmp}/tracetui-e2e.XXXXXX")
E2E_SOCKET=$E2E_DIR/tmux
E2E_SECONDS=${E2E_SECONDS:-10}

e2e_tmux() { tmux -S "$E2E_SOCKET" -f /dev/null "$@"; }

start() {
    local width=$1 height=$2
    shift 2
    rm -f "$E2E_DIR/status"
    # The line runs in a shell, as a user's does; its end leaves the screen to be looked at.
    cat > "$E2E_DIR/run" <<RUN
trap : INT # ^C is for the program, not for this shell
$*
echo \$? > '$E2E_DIR/status.new'
mv '$E2E_DIR/status.new' '$E2E_DIR/status'
echo 'e2e: ended'
while :; do sleep 1000; done
RUN
    # LC_ALL is the program's business; tmux itself is to show UTF-8.
    e2e_tmux -u new-session -d -s e2e -x "$width" -y "$height" \
        "${E2E_SHELL:-sh} '$E2E_DIR/run'" || return 1
    e2e_tmux set-option -g status off
    e2e_tmux set-option -g escape-time 10
    e2e_tmux resize-window -t e2e -x "$width" -y "$height"
}

keys() { e2e_tmux send-keys -t e2e "$@"; }
type() { e2e_tmux send-keys -t e2e -l "$1"; }
capture() { e2e_tmux capture-pane -p -t e2e "$@"; }
resize() { e2e_tmux resize-window -t e2e -x "$1" -y "$2"; }
pane_pid() { e2e_tmux display-message -p -t e2e '#{pane_pid}'; }

# until_ok SECONDS COMMAND...: asks again and again until it succeeds.
until_ok() {
    local deadline=$(($(date +%s) + $1))
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$deadline" ] || return 1
        sleep 0.05
    done
}

shows() { capture | grep -qF -- "$1"; }
shows_not() { ! shows "$1"; }

wait_for() {
    until_ok "${2:-$E2E_SECONDS}" shows "$1" && return
    echo "# never seen: $1; the screen was:"
    capture | sed 's/^/# /'
    return 1
}

wait_gone() {
    until_ok "${2:-$E2E_SECONDS}" shows_not "$1" && return
    echo "# still there: $1; the screen was:"
    capture | sed 's/^/# /'
    return 1
}

wait_end() {
    if ! until_ok "${1:-$E2E_SECONDS}" test -f "$E2E_DIR/status"; then
        echo "# the program did not end" >&2
        return 1
    fi
    cat "$E2E_DIR/status"
}

# A new server must not meet the old one on its way out.
stop_session() {
    e2e_tmux kill-server 2> /dev/null
    until_ok "$E2E_SECONDS" sh -c "! tmux -S '$E2E_SOCKET' has-session 2> /dev/null"
}

stop() { e2e_tmux kill-server 2> /dev/null; rm -rf "$E2E_DIR"; }
