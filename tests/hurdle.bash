# Sourced by scripts that put the proxy of tests/hurdle.c between a client and its API server.
# shellcheck shell=bash disable=SC2034

# hurdle_start PROGRAM KUBECONFIG FILE WORD...: FILE becomes a KUBECONFIG that leads through the
# proxy. KUBECONFIG's server must be named by address and port, and its certificate for 127.0.0.1.
hurdle_start() {
    local program=$1 server port pipes
    server=$(sed -n 's,^ *server: *https://,,p' "$2" | head -n 1)
    pipes=$(mktemp -d)
    mkfifo "$pipes/to" "$pipes/from"
    "$program" 0 "$server" "${@:4}" < "$pipes/to" > "$pipes/from" &
    hurdle_pid=$!
    exec {hurdle_to}> "$pipes/to" {hurdle_from}< "$pipes/from"
    rm -r "$pipes"
    read -r _ port <&"$hurdle_from"
    sed "s,server: .*,server: https://127.0.0.1:$port," "$2" > "$3"
}

# hurdle_hear VARIABLE...: its next line, split; status above 0 when there is none for a second.
hurdle_hear() {
    read -r -t 1 "$@" <&"$hurdle_from"
}

# hurdle_aside COMMAND...: runs what is to outlive the script without the proxy's pipes: it ends when
# nobody holds them any more.
hurdle_aside() {
    eval '"$@"' "$hurdle_to>&- $hurdle_from<&-"
}

# hurdle_end: ends it, and leaves hurdle_up, hurdle_down (bytes), hurdle_connections and
# hurdle_broke (cuts and stalls).
hurdle_end() {
    local -a count=()
    [[ -n ${hurdle_pid-} ]] || return 0
    kill "$hurdle_pid"
    while read -r -a count; do
        [[ ${count[0]} != count ]] || break
    done <&"$hurdle_from"
    exec {hurdle_to}>&- {hurdle_from}<&-
    wait "$hurdle_pid" 2> /dev/null || true
    hurdle_pid=''
    hurdle_up=${count[2]-0} hurdle_down=${count[4]-0} hurdle_connections=${count[6]-0}
    hurdle_broke=$((${count[8]-0} + ${count[10]-0}))
}
