#!/usr/bin/env bash
# Every way to log in, on a real cluster: a table of methods, each held against kubectl's verdict on
# the same kubeconfig. TAP on standard output; each line names both verdicts.
#   tests/e2e/logins.sh TRACETUI KUBECONFIG
# KUBECONFIG is an admin's with a token, as tests/cluster/up makes it, with that of `cert` and the
# other users beside it. The proxies are tinyproxy, microsocks and stunnel.
set -u
here=$(cd "$(dirname "$0")" && pwd)
tracetui=$(realpath "${1:?}")
admin=$(realpath "${2:?}")
users=$(dirname "$admin")
[ ! -d "$users/../bin" ] || PATH=$(cd "$users/../bin" && pwd):$PATH
lacks() { # PROGRAM...: the first that is not there
    local program
    for program; do command -v "$program" > /dev/null || { echo "$program"; return; }; done
}
needed=(kubectl tinyproxy microsocks stunnel openssl unshare tmux)
[ -z "$(lacks "${needed[@]}")" ] || "$here/../cluster/build" --packages-only > /dev/null 2>&1
why=$(lacks "${needed[@]}")
[ -z "$why" ] || { echo "1..0 # SKIP $why is not installed"; exit 0; }
[ -e "$users/cert" ] && [ -e "$users/nobody" ] || { echo "1..0 # SKIP the other users' kubeconfigs are not there"; exit 0; }
[ "$(id -u)" -eq 0 ] || { echo "1..0 # SKIP only root can make the files of a pod"; exit 0; }

. "$here/tmux.sh"
export LC_ALL=C.UTF-8 HOME=$E2E_DIR/home
unset KUBECONFIG NO_COLOR HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy
dir=$E2E_DIR/work
mkdir -p "$HOME" "$dir/sub" "$dir/path"
cd "$dir" || exit 1
pids=()
end() {
    local pid
    for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null; done
    [ -z "${has_account-}" ] || kubectl --kubeconfig "$admin" delete serviceaccount -n shop login-e2e > /dev/null
    stop
}
trap end EXIT

number=0
result() { # STATUS NAME
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
}

# --- what the cluster gives ---

of_config() { kubectl --kubeconfig "$1" config view --raw --minify --flatten -o jsonpath="{$2}"; }
server=$(of_config "$admin" .clusters[0].cluster.server)
token=$(of_config "$admin" .users[0].user.token)
viewer=$(of_config "$users/viewer" .users[0].user.token)
nobody=$(of_config "$users/nobody" .users[0].user.token)
of_config "$admin" .clusters[0].cluster.certificate-authority-data | base64 -d > ca.pem
of_config "$users/cert" .users[0].user.client-certificate-data | base64 -d > cert.pem
of_config "$users/cert" .users[0].user.client-key-data | base64 -d > key.pem
cert_data=$(base64 -w 0 < cert.pem)
key_data=$(base64 -w 0 < key.pem)
ca_data=$(base64 -w 0 < ca.pem)
# Another way to write the same address: this one a proxy of the environment is used for.
alias=${server/127.0.0.1/LOCALHOST}
printf '%s\n' "$token" > token
echo wrong > wrong-token

# A certificate that vouches for itself alone.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout proxy.key -out proxy.pem \
    -days 2 -subj /CN=proxy -addext 'subjectAltName=IP:127.0.0.1' 2> /dev/null

# --- plugins ---

plugin() { # FILE BODY...: a script that counts its runs
    local file=$1
    shift
    { printf '#!/bin/bash\nprintf x >> %q\n' "$dir/runs"; printf '%s\n' "$@"; } > "$file"
    chmod 700 "$file"
}
v1=client.authentication.k8s.io/v1
answer() { # STATUS [VERSION]
    printf "cat << 'ANSWER'\n{\"kind\":\"ExecCredential\",\"apiVersion\":\"%s\",\"status\":{%s}}\nANSWER" "${2-$v1}" "$1"
}
lines() { awk -v ORS='\\n' 1 "$1"; }
plugin good "$(answer "\"token\":\"$token\"")"
plugin path/on-the-path "$(answer "\"token\":\"$token\"")"
plugin sub/good "$(answer "\"token\":\"$token\"")"
plugin beta "$(answer "\"token\":\"$token\"" "${v1}beta1")"
pair_of() { answer "\"clientCertificateData\":\"$(lines "$1")\",\"clientKeyData\":\"$(lines "$2")\""; }
plugin pair "$(pair_of cert.pem key.pem)"
plugin second-pair "[ \$(wc -c < $dir/runs) -gt 1 ] || { $(pair_of proxy.pem proxy.key)" '}' \
    "[ \$(wc -c < $dir/runs) -lt 2 ] || { $(pair_of cert.pem key.pem)" '}'
plugin expired "$(answer "\"token\":\"$token\",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\"")"
plugin bad "$(answer "\"token\":\"wrong\"")"
plugin loud 'echo "no session: log in first" >&2' 'exit 7'
plugin garbage 'echo SECRET-garbage'
plugin asked 'printf %s "$KUBERNETES_EXEC_INFO" > question' "$(answer "\"token\":\"$token\"")"
plugin environment "[ \"\$A\$1\" = 'b cd' ] || exit 1" "$(answer "\"token\":\"$token\"")"
plugin second "[ \$(wc -c < $dir/runs) -gt 1 ] || { $(answer '"token":"wrong"')" '}' "[ \$(wc -c < $dir/runs) -lt 2 ] || { $(answer "\"token\":\"$token\"")" '}'
plugin ask 'read -r -s -p "Password for ann: " word || exit 1' 'echo >&2' \
    '[ "$word" = sesame ] || { echo "a wrong password" >&2; exit 1; }' "$(answer "\"token\":\"$token\"")"
plugin browser 'echo "go to https://example.org and enter ABCD" >&2' "until [ -e $dir/entered ]; do sleep 0.1; done" \
    "$(answer "\"token\":\"$token\"")"
plugin slow 'sleep 600'
export PATH=$dir/path:$PATH

# --- the table ---

config() { # FILE USER CLUSTER
    cat > "$1" << CONFIG
apiVersion: v1
kind: Config
current-context: c
clusters: [{name: c, cluster: {$3}}]
users: [{name: u, user: {$2}}]
contexts: [{name: c, context: {cluster: c, user: u, namespace: shop}}]
CONFIG
}
normal="server: '$server', certificate-authority: ca.pem"

# What both have to say to the arguments: ours, theirs, and both exit statuses.
ask_both() { # ARGS...
    our_status=0 their_status=0
    : > runs
    "$tracetui" get pods -v -o name "$@" > ours 2> ours.err < /dev/null || our_status=$?
    : > runs
    kubectl get pods -o name "$@" > theirs 2> theirs.err < /dev/null || their_status=$?
    cat ours ours.err >> said
    sort -o ours ours
    sort -o theirs theirs
}

# EXPECTED: ok: both get in, and see the same; no PATTERN: neither does, and we say that; ours
# PATTERN: we say that, or get in if it is "in", and kubectl does otherwise by its nature.
judge() { # METHOD EXPECTED
    local good=1 verdict=no
    case $2 in
    ok) [ $our_status -eq 0 ] && [ $their_status -eq 0 ] && [ -s ours ] && cmp -s ours theirs && good=0 ;;
    no\ *) [ $our_status -eq 1 ] && [ $their_status -ne 0 ] && grep '^tracetui: ' ours.err | grep -qE -- "${2#no }" && good=0 ;;
    "ours in") [ $our_status -eq 0 ] && [ -s ours ] && good=0 ;;
    ours\ *) [ $our_status -eq 1 ] && grep '^tracetui: ' ours.err | grep -qE -- "${2#ours }" && good=0 ;;
    esac
    [ $our_status -ne 0 ] || verdict=in
    result $good "$1: $verdict; kubectl: $([ $their_status -eq 0 ] && echo in || echo no)"
    if [ $good -ne 0 ]; then
        sed 's/^/# ours: /' ours.err | tail -n 4
        sed 's/^/# kubectl: /' theirs.err | tail -n 3
    fi
}

row() { # METHOD EXPECTED USER [CLUSTER]
    config config "$3" "${4-$normal}"
    ask_both --kubeconfig config
    judge "$1" "$2"
}

exec_row() { # METHOD EXPECTED COMMAND [MORE-OF-EXEC]
    row "plugin, $1" "$2" "exec: {command: $3, apiVersion: $v1${4-, interactiveMode: IfAvailable}}"
}

unauthorized='no 401|not accept'
row "token" ok "token: $token"
row "token, wrong" "$unauthorized" "token: wrong"
row "no login" "no anonymous" ""
row "tokenFile, relative" ok "tokenFile: token"
row "tokenFile goes before token" "$unauthorized" "token: $token, tokenFile: wrong-token"
row "token, tokenFile missing" ok "token: $token, tokenFile: nope"
row "tokenFile missing" "no nope" "tokenFile: nope"
row "certificate, files" ok "client-certificate: cert.pem, client-key: key.pem"
row "certificate, data" ok "client-certificate-data: $cert_data, client-key-data: $key_data"
row "certificate without key" "no without a key" "client-certificate: cert.pem"
row "certificate and token" ok "client-certificate: cert.pem, client-key: key.pem, token: $token"
row "basic auth (no API server takes it since 1.19)" "no none that the server takes" "username: ann, password: SECRET-basic"
row "basic auth and token" "no both a token and a username" "token: $token, username: ann"
row "as" 'no User \\?"nobody\\?" cannot' "token: $token, as: nobody"
row "as, as-groups" ok "token: $token, as: nobody, as-groups: ['system:masters']"
row "as, as-uid, as-user-extra" ok "token: $token, as: nobody, as-uid: '7', as-groups: ['system:masters'], as-user-extra: {example.org/Why: [a, b]}"
row "as without the right to" 'no cannot impersonate' "token: $viewer, as: admin"
row "as-groups without as" 'no need a user' "token: $token, as-groups: [a]"
row "auth-provider gcp" 'no gke-gcloud|given way' "auth-provider: {name: gcp}"
row "auth-provider azure" 'no given way' "auth-provider: {name: azure}"
row "auth-provider oidc" 'ours given way' "auth-provider: {name: oidc, config: {id-token: SECRET-oidc, idp-issuer-url: 'https://example.org', client-id: a}}"

row "authority as data" ok "token: $token" "server: '$server', certificate-authority-data: $ca_data"
row "authority, none that knows the server" "no not trusted" "token: $token" "server: '$server'"
row "insecure-skip-tls-verify" ok "token: $token" "server: '$server', insecure-skip-tls-verify: true"
row "insecure-skip-tls-verify and authority" "no exclude" "token: $token" "$normal, insecure-skip-tls-verify: true"
row "tls-server-name" ok "token: $token" "$normal, tls-server-name: kubernetes"
row "tls-server-name, wrong" "no not trusted" "token: $token" "$normal, tls-server-name: example.org"
row "disable-compression" ok "token: $token" "$normal, disable-compression: true"

exec_row "v1" ok ./good
exec_row "in PATH" ok on-the-path
exec_row "a path from the kubeconfig on" ok sub/good
exec_row "certificate" ok ./pair
exec_row "env and args" ok ./environment ", interactiveMode: Never, env: [{name: A, value: b c}], args: [d]"
exec_row "expired answers" ok ./expired
exec_row "unauthorized, then a better answer" "ours in" ./second
exec_row "a certificate that is not known, then a better one" "ours in" ./second-pair
exec_row "unauthorized" "$unauthorized" ./bad
exec_row "fails" "no exit status 7: no session: log in first" ./loud
exec_row "answers nonsense" "no no JSON object" ./garbage
exec_row "not installed" "no not installed here: get it" no-such ", interactiveMode: Never, installHint: get it"
exec_row "no program" "no may not be run" ./ca.pem
exec_row "asks always, without a terminal" "no no terminal" ./good ", interactiveMode: Always"
exec_row "no interactiveMode" "no no interactiveMode" ./good ""
exec_row "other version" "no ${v1}beta1" ./beta
row "plugin, v1beta1" ok "exec: {command: ./beta, apiVersion: ${v1}beta1}"
row "plugin, v1alpha1" "no gone" "exec: {command: ./good, apiVersion: ${v1}alpha1}"
row "plugin and token" ok "token: $token, exec: {command: ./loud, apiVersion: $v1, interactiveMode: Never}"

# What a plugin is told of the cluster: as kubectl tells it, key by key.
config config "exec: {command: ./asked, apiVersion: $v1, interactiveMode: Never, provideClusterInfo: true}" \
    "$normal, tls-server-name: kubernetes, extensions: [{name: client.authentication.k8s.io/exec, extension: {i: 1, t: true, f: off, b: [y, n], s: '1', l: [x, 2.5, -7, ~], q: 'yes', d: 1.2.3}}]"
sorted() { tr -s ',{}\n' '\n' < question | sed '/^$/d' | sort; }
"$tracetui" get pods --kubeconfig config > ours 2> ours.err && sorted > our-question
kubectl get pods --kubeconfig config > theirs 2> theirs.err && sorted > their-question
[ -s our-question ] && cmp our-question their-question
result $? "plugin, provideClusterInfo: the same question as kubectl's"

# A pull, which is more than one connection, has the plugin run once.
: > runs
config config "exec: {command: ./pair, apiVersion: $v1, interactiveMode: Never}" "$normal"
"$tracetui" pull --kubeconfig config -c app shop/web:/tmp/trace_dir/small.out pulled 2> ours.err && [ -s pulled ] && [ "$(cat runs)" = x ]
result $? "plugin, certificate: a pull, with one run"
: > runs
config config "exec: {command: ./second, apiVersion: $v1, interactiveMode: Never}" "$normal"
"$tracetui" pull --kubeconfig config -f -c app shop/web:/tmp/trace_dir/small.out pulled 2> ours.err && [ "$(cat runs)" = xx ]
result $? "plugin, unauthorized, then a better answer: a pull, with two runs"

# --- flags ---

config config "token: wrong" "$normal"
ask_both --kubeconfig config --token "$token"
judge "--token" ok
config config "tokenFile: wrong-token" "$normal"
ask_both --kubeconfig config --token "$token"
judge "--token and a tokenFile (kubectl lets the file win)" "ours in"
config config "exec: {command: ./loud, apiVersion: $v1, interactiveMode: Never}" "$normal"
ask_both --kubeconfig config --token "$token"
judge "--token and a plugin" ok
config config "token: $token" "$normal"
ask_both --kubeconfig config --as nobody --as-group system:masters --as-uid 7 --as-user-extra example.org/a=b
judge "--as, --as-group, --as-uid, --as-user-extra" ok
ask_both --kubeconfig config --as-user-extra a=b
judge "--as-user-extra without --as" "no need a user"
ask_both --kubeconfig config --server "$alias" --tls-server-name kubernetes
judge "--server, --tls-server-name" ok
ask_both --kubeconfig config --user other
judge "--user, not there" "no other"

# --- several files ---

config first "token: $viewer" "server: 'https://127.0.0.1:1', certificate-authority: ca.pem"
sed -i '/^clusters\|^current/d; s/name: u, user/name: first, user/' first
cp ca.pem token sub
config sub/second "tokenFile: token" "server: '$server', certificate-authority: ca.pem"
KUBECONFIG=nope:first:sub/second ask_both
judge "KUBECONFIG with several files: the rest comes from the second" ok
sed -i 's/user: u/user: first/' first
KUBECONFIG=nope:first:sub/second ask_both --user u
judge "KUBECONFIG with several files, each with its own folder" ok
KUBECONFIG=nope:first:sub/second ask_both
judge "KUBECONFIG with several files, the first context counts" ok
KUBECONFIG=nope:nope2 ask_both --server "$server" --insecure-skip-tls-verify --token "$token" -n shop
judge "KUBECONFIG with files that are not there, and flags" ok

# --- proxies ---

try_port() { # PORT
    (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null
}
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        try_port $port || { echo $port; return; }
    done
}
tiny() { # NAME MORE...: tinyproxy, with a log
    local name=$1 port
    shift
    port=$(free_port)
    printf '%s\n' "Port $port" "Listen 127.0.0.1" "LogFile \"$dir/$name.log\"" "LogLevel Connect" \
        "MaxClients 50" "Timeout 60" "Allow 127.0.0.1" "$@" > "$name.conf"
    : > "$name.log"
    tinyproxy -d -c "$name.conf" > /dev/null 2>&1 &
    pids+=($!)
    until_ok 10 try_port "$port"
    eval "${name}_port=$port"
}
tiny plain
tiny locked "BasicAuth me SECRET-proxy"
cat ca.pem proxy.pem > both.pem
tls_port=$(free_port)
printf '%s\n' "foreground = yes" "pid =" "[proxy]" "accept = 127.0.0.1:$tls_port" \
    "connect = 127.0.0.1:$plain_port" "cert = $dir/proxy.pem" "key = $dir/proxy.key" > stunnel.conf
stunnel stunnel.conf > stunnel.log 2>&1 &
pids+=($!)
socks_port=$(free_port)
microsocks -i 127.0.0.1 -p "$socks_port" > /dev/null 2> socks.log &
pids+=($!)
locked_socks_port=$(free_port)
microsocks -i 127.0.0.1 -p "$locked_socks_port" -u me -P SECRET-socks > /dev/null 2> locked-socks.log &
pids+=($!)
until_ok 10 try_port "$tls_port" && until_ok 10 try_port "$socks_port" && until_ok 10 try_port "$locked_socks_port"

# It must have gone through there: the log says more than before.
proxy_row() { # METHOD EXPECTED LOG PROXY-URL [AUTHORITY]
    local before after
    before=$(wc -c < "$3")
    config config "token: $token" "server: '$server', certificate-authority: ${5-ca.pem}, proxy-url: '$4'"
    "$tracetui" pull --kubeconfig config -f -c app shop/web:/tmp/trace_dir/small.out pulled 2> pull.err
    after=$(wc -c < "$3")
    ask_both --kubeconfig config
    judge "proxy-url, $1" "$2"
    if [ "$2" = ok ]; then
        [ "$after" -gt "$before" ] && [ -s pulled ]
        result $? "proxy-url, $1: a pull went through it"
    fi
    rm -f pulled
}
proxy_row "http" ok plain.log "http://127.0.0.1:$plain_port"
proxy_row "http, with a password" ok locked.log "http://me:SECRET-proxy@127.0.0.1:$locked_port"
proxy_row "http, with a wrong password" "no the proxy wants a login" locked.log "http://me:SECRET-wrong@127.0.0.1:$locked_port"
proxy_row "https" ok plain.log "https://127.0.0.1:$tls_port" both.pem
proxy_row "https, not trusted" "no the proxy's certificate is not trusted" stunnel.log "https://127.0.0.1:$tls_port"
proxy_row "socks5" ok socks.log "socks5://127.0.0.1:$socks_port"
proxy_row "socks5, with a password" ok locked-socks.log "socks5://me:SECRET-socks@127.0.0.1:$locked_socks_port"
proxy_row "socks5, with a wrong password" "no no connection" locked-socks.log "socks5://me:SECRET-wrong@127.0.0.1:$locked_socks_port"
proxy_row "nobody there" "no no connection" plain.log "http://me:SECRET-proxy@127.0.0.1:1"
proxy_row "ftp" "no proxy-url" plain.log "ftp://me:SECRET-proxy@127.0.0.1:1"

environment_row() { # METHOD USED|UNUSED NAME=VALUE...
    local method=$1 wanted=$2 before used=unused
    shift 2
    before=$(wc -c < plain.log)
    config config "token: $token" "server: '$alias', tls-server-name: kubernetes, certificate-authority: ca.pem"
    our_status=0
    env "$@" "$tracetui" get pods -o name --kubeconfig config 2> ours.err | sort > ours || our_status=$?
    [ "$(wc -c < plain.log)" -eq "$before" ] || used=used
    env "$@" kubectl get pods -o name --kubeconfig config 2> theirs.err | sort > theirs
    [ $used = "$wanted" ] && [ -s ours ] && cmp ours theirs
    result $? "$method: $used"
}
proxy="http://127.0.0.1:$plain_port"
environment_row "HTTPS_PROXY" used HTTPS_PROXY="$proxy"
environment_row "https_proxy without a scheme" used https_proxy="${proxy#http://}"
environment_row "HTTPS_PROXY and a NO_PROXY that is meant" unused HTTPS_PROXY="$proxy" NO_PROXY=example.org,localhost
environment_row "HTTPS_PROXY and another NO_PROXY" used HTTPS_PROXY="$proxy" NO_PROXY=example.org
environment_row "HTTP_PROXY alone" unused HTTP_PROXY="$proxy"
environment_row "ALL_PROXY, which Go does not know" unused ALL_PROXY="$proxy"

# --- in a pod ---

account=/var/run/secrets/kubernetes.io/serviceaccount
mkdir account
cp ca.pem account/ca.crt
printf shop > account/namespace
has_account=1
kubectl --kubeconfig "$admin" create serviceaccount -n shop login-e2e > /dev/null
kubectl --kubeconfig "$admin" create token -n shop login-e2e > account/token
host=${server#https://}
in_pod() { # COMMAND...
    unshare --mount sh -c "mkdir -p $account && mount --bind '$dir/account' $account && exec \"\$@\"" sh \
        env KUBERNETES_SERVICE_HOST="${host%:*}" KUBERNETES_SERVICE_PORT="${host##*:}" "$@"
}
in_pod_row() { # METHOD EXPECTED NAME=VALUE...
    local method=$1 expected=$2
    shift 2
    our_status=0 their_status=0
    in_pod env "$@" "$tracetui" get pods -o name > ours 2> ours.err || our_status=$?
    in_pod env "$@" kubectl get pods -o name > theirs 2> theirs.err || their_status=$?
    sort -o ours ours
    sort -o theirs theirs
    judge "$method" "$expected"
}
made=$([ -d $account ] || echo 1)
in_pod_row "service account of a pod, with its namespace" 'no serviceaccount:shop:login-e2e.* in the namespace "shop"'
printf %s "$token" > account/token
in_pod_row "service account, its token changed" ok A=b
printf empty > account/namespace
in_pod_row "service account, POD_NAMESPACE" "ours in" POD_NAMESPACE=shop
in_pod "$tracetui" get pods -v 2>&1 | grep -q '/namespaces/empty/pods.* 200'
result $? "service account, another namespace: $(in_pod kubectl get pods 2>&1 | tail -n 1)"
[ -z "$made" ] || rmdir -p $account 2> /dev/null

# --- asked for a password ---

start_with() { # COMMAND
    start 80 24 "cd '$dir' && stty -a > before; XDG_STATE_HOME='$E2E_DIR/state' $1; status=\$?; stty -a > after; (exit \$status)"
}
gone() { ! pgrep -f "$1"; } > /dev/null
screen_is_back() { [ "$(wait_end)" = "${1-0}" ] && cmp before after; }
ask_config() { config config "exec: {command: ./ask, apiVersion: $v1, interactiveMode: $1}" "$normal"; }

for mode in IfAvailable Always; do
    ask_config $mode
    start_with "'$tracetui' --kubeconfig config" && wait_for contexts && keys Enter &&
        wait_for "Password for ann:" && shows_not "contexts" && type sesame && keys Enter &&
        wait_for kube-system && shows_not sesame && keys q && screen_is_back
    result $? "plugin that asks ($mode), in the workbench: the terminal is lent, the list comes"
    stop_session
done
start_with "'$tracetui' --kubeconfig config" && wait_for contexts && keys Enter &&
    wait_for "Password for ann:" && type nope && keys Enter && wait_for "a wrong password" &&
    wait_for "r tries again" && type r && wait_gone "tries again" && wait_for "Password for ann:" &&
    keys C-c && wait_for "Interrupt" && type r && wait_gone "Interrupt" &&
    wait_for "Password for ann:" && keys C-z && type sesame &&
    keys Enter && wait_for kube-system && keys q && screen_is_back
result $? "plugin that asks, in the workbench: a wrong password, ^C, ^Z"
stop_session
start_with "'$tracetui' --kubeconfig config" && wait_for contexts && keys Enter &&
    wait_for "Password for ann:" && kill -TERM "$(pgrep -P "$(pane_pid)" -x tracetui)" && screen_is_back 143 &&
    until_ok 5 gone "$dir/ask"
result $? "plugin that asks, in the workbench: SIGTERM ends both and restores the terminal"
stop_session
config config "exec: {command: ./browser, apiVersion: $v1, interactiveMode: Never}" "$normal"
start_with "'$tracetui' --kubeconfig config" && wait_for contexts && keys Enter &&
    wait_for "enter ABCD" && shows_not contexts && touch entered && wait_for kube-system && keys q && screen_is_back
result $? "plugin that tells where to log in, in the workbench: it is read on the terminal, the list comes"
stop_session
config config "exec: {command: ./slow, apiVersion: $v1, interactiveMode: IfAvailable}" "$normal"
start_with "'$tracetui' --kubeconfig config" && wait_for contexts && keys Enter &&
    wait_for "asking" && sleep 1.5 && keys '?' && wait_for "all keys" && keys Escape && keys Escape &&
    wait_for contexts && until_ok 5 gone "$dir/slow" && keys q && screen_is_back
result $? "plugin that is slow, in the workbench: keys are answered; esc ends it"
stop_session
ask_config IfAvailable
start_with "'$tracetui' get pods --kubeconfig config" && wait_for "Password for ann:" && keys C-c && screen_is_back 130 &&
    until_ok 5 gone "$dir/ask"
result $? "plugin that asks, on the command line: ^C"
stop_session
start_with "'$tracetui' get pods --kubeconfig config" && wait_for "Password for ann:" && type sesame &&
    keys Enter && wait_for web && screen_is_back
result $? "plugin that asks, on the command line"
stop_session

# --- secrets ---

secrets="SECRET|$token|$viewer|$nobody|$key_data"
[ -s said ] && ! grep -E "$secrets" said
result $? "no secret was said, with -v"
# The program waits for its kubeconfig, and its arguments can be looked at by everybody meanwhile.
mkfifo pipe
for words in "--token $token" "--token=$token"; do
    # shellcheck disable=SC2086 # two words
    "$tracetui" get pods -o name --kubeconfig pipe $words > ours 2> ours.err &
    watched=$!
    until_ok 5 eval 'tr "\0" " " < /proc/$watched/cmdline | grep -q "token.xxx"' &&
        ! grep -aqF "$token" /proc/$watched/cmdline
    hidden=$?
    config pipe "token: wrong" "$normal"
    wait $watched && [ $hidden -eq 0 ] && [ -s ours ]
    result $? "${words%"$token"} does not show in the list of processes"
done
echo "1..$number"
