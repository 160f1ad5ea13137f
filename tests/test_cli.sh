#!/bin/sh
# The command line used wrongly: one line that says what and why, the right exit status, and help
# that knows every option.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
cd "$work" || exit 1
unset KUBECONFIG KUBERNETES_SERVICE_HOST
HOME=$work
export HOME

# The command must end with this status and say this (a regular expression) on stderr, in one line
# and perhaps a hint.
expect() { # STATUS PATTERN ARGS...
    wanted=$1 pattern=$2
    shift 2
    "$TRACETUI" "$@" > out 2> err < /dev/null
    status=$?
    number=$((number + 1))
    lines=$(grep -vc '^try: ' err)
    if [ $status -eq "$wanted" ] && grep -Eq -- "$pattern" err && [ "$lines" -eq 1 ]; then
        echo "ok $number - tracetui $*"
    else
        echo "not ok $number - tracetui $*"
        echo "# status $status, wanted $wanted; stderr, wanted $pattern:"
        sed 's/^/#   /' err
    fi
}

says() { # PATTERN ARGS...
    pattern=$1
    shift
    "$TRACETUI" "$@" > out 2> err < /dev/null
    status=$?
    number=$((number + 1))
    if [ $status -eq 0 ] && [ ! -s err ] && grep -Eq -- "$pattern" out; then
        echo "ok $number - tracetui $* says $pattern"
    else
        echo "not ok $number - tracetui $* says $pattern"
        sed 's/^/# /' out err
    fi
}

: > empty
mkdir .txt folder.txt
printf 'hello, this is no trace\n' > text
printf 'taken' > taken
head -c 2000 "$G_TEST_SRCDIR/traces/ref/1.26-doathing.trace" > cut

says '^tracetui [0-9]' --version
says '--demo' --help
for command in get ls pull capture summary goroutines profile events export; do says "tracetui $command" "$command" --help; done

expect 2 'nosuch: no command' nosuch
expect 2 'nosuch: no command' nosuch text
expect 2 'workbench: too many arguments' text text
expect 1 'nosuch.trace: no such file' nosuch.trace
expect 1 'workbench: folder.txt: it is a folder' folder.txt
expect 2 'needs a terminal'
expect 2 'try: tracetui --help' nosuch
expect 2 'get: something is missing' get
expect 1 'get pods: nofile: No such file' --as=jo -n shop -v --kubeconfig nofile get pods
expect 2 'get: Unknown option --demo' --demo get pods
expect 2 'get: it lists contexts' get deployments
expect 2 '-o yaml is none of its formats' get pods -o yaml
expect 2 'exclude each other' get pods -A -n shop
expect 2 'get: Unknown option' get pods --nonsense
expect 2 'request-timeout' get pods --request-timeout soon
expect 2 'ls: something is missing' ls
expect 2 'names no path' ls web
expect 2 '-o wide is none of its formats' ls web:/tmp -o wide
expect 2 'ls: Unknown option' ls web:/tmp --force
expect 2 'debug-image: it names no image' ls web:/tmp --debug-image ''
expect 1 'ls: .*nowhere' ls web:/tmp --kubeconfig nowhere
expect 2 'pull: something is missing' pull
expect 2 "names no path" pull web
expect 2 "names no pod" pull shop/:/tmp/x
expect 2 'ends in a slash' pull web:/tmp/
expect 1 'taken: a file of that name' pull web:/tmp/x taken
expect 1 'pull: the name of the file to write is empty' pull web:/tmp/x ''
expect 1 'pull: nowhere/: there is no folder nowhere' pull web:/tmp/x nowhere/
expect 1 'pull: nowhere/x: there is no folder nowhere' pull web:/tmp/x nowhere/x
expect 2 'capture: something is missing' capture
expect 2 "names no pod" capture shop/
expect 2 "'web:/tmp/x' names a path, too" capture web:/tmp/x
expect 1 'capture: the name of the file to write is empty' capture web ''
expect 2 "seconds: '0' is no whole number" capture web --seconds 0
expect 2 "seconds: '1.5' is no whole number" capture web --seconds 1.5
expect 2 "seconds: '3601' is no whole number" capture web --seconds 3601
expect 2 'so --seconds would do nothing' capture web --path /debug/flight --seconds 5
expect 2 "path: 'debug/flight' does not begin with a slash" capture web --path debug/flight
expect 1 'taken: a file of that name' capture web taken
expect 1 'capture: no cluster is known' capture web
expect 1 'kubeconfig' get pods
expect 1 'nowhere' get pods --kubeconfig nowhere
expect 2 'summary: something is missing' summary
expect 1 'summary: nofile: ' summary nofile
expect 1 'summary: empty: ' summary empty
expect 1 'summary: text: ' summary text
expect 1 'summary: \.: ' summary .
expect 2 '-o dot is none' summary -o dot text
expect 2 'summary: something is missing' summary --merge
expect 1 'summary: nofile: No such' summary --merge nofile
expect 1 'summary: \.: .*directory' summary --merge .
expect 1 'summary: empty: line 1: there is no summary' summary --merge empty
expect 1 'summary: text: line 1: it is no JSON: ' summary --merge text
expect 1 'summary: standard input: line 1: there is no summary' summary --merge -
expect 2 'goroutines: something is missing' goroutines
expect 2 '--match: ' goroutines text --match 'a('
expect 2 'no column colour; there are id, name' goroutines text --sort colour
expect 2 '-o dot is none' goroutines text -o dot
expect 1 'goroutines: nofile: ' goroutines nofile
expect 1 'goroutines: text: ' goroutines text
expect 2 'profile: something is missing' profile
expect 2 'kind is missing: net, sync' profile text
expect 2 'no profile love; there are net, sync' profile text --kind love
expect 2 '-o csv is none' profile text --kind net -o csv
expect 2 'exclude each other' profile text --kind net --region a --task b
expect 2 'region and --task go with' profile text --kind cpu --region a
expect 2 'match goes with' profile text --kind net --match a
expect 2 'match: ' profile text --kind flame --match '*'
expect 2 'written as text or folded' profile text --kind flame -o json
expect 1 'profile: text: ' profile text --kind sched --task a
expect 1 'profile: nofile: ' profile nofile --kind net
expect 1 'profile: empty: ' profile empty --kind cpu
expect 1 'events: text: ' events text
head -c 1000 "$G_TEST_SRCDIR/traces/ref/1.19-doathing.trace" > oldcut
expect 1 'try: tracetui summary, which reads on where Go stops' events oldcut
expect 2 'export: something is missing' export text
expect 2 'names no format' export text out.doc
expect 2 'no format is called' export text out --format doc
expect 2 'kind is one of' export text out.dot --kind love
expect 2 'kind is one of' export text out.svg --kind flame
expect 1 'export: text: ' export text out.dot --kind cpu
expect 1 'export: text: ' export text new.txt
expect 1 'export: \.txt: it is a folder' export cut .txt -f
expect 1 'export: folder.txt: it is a folder' export cut folder.txt -f
expect 1 'export: nowhere/x.txt: ' export "$G_TEST_SRCDIR/traces/ref/1.26-doathing.trace" nowhere/x.txt
expect 1 'x1b\[31m' summary "$(printf 'no\n\033[31m')"
cp taken taken.txt
expect 1 'taken.txt: a file of that name' export text taken.txt

# Names that shells and options stumble over are names like others.
whole=$G_TEST_SRCDIR/traces/ref/1.26-doathing.trace
writes() { # FILE ARGS...
    file=$1
    shift
    "$TRACETUI" "$@" > out 2> err < /dev/null
    status=$?
    number=$((number + 1))
    if [ $status -eq 0 ] && [ ! -s err ] && [ -s "$file" ]; then
        echo "ok $number - tracetui writes a file of an odd name"
    else
        echo "not ok $number - tracetui writes a file of an odd name"
        sed 's/^/# /' err
    fi
    rm -f -- "$file"
}
writes ./-x.txt export "$whole" -- -x.txt
writes "$(printf 'a b\nc.json')" export "$whole" "$(printf 'a b\nc.json')"
writes .hidden.csv export "$whole" .hidden.csv
writes waits.pb.gz export "$whole" waits.pb.gz --kind sched
writes waits.folded export "$whole" waits.folded --kind sync
writes plain export "$whole" plain --format txt
writes plain export "$whole" plain --format=.json

# Standard output that takes nothing: an error that names it, never a silent success, and never a
# file of ours in its place.
fails() { # PATTERN COMMAND LINE
    pattern=$1
    sh -c "$2" 2> err < /dev/null
    status=$?
    number=$((number + 1))
    if [ $status -eq 1 ] && grep -Eq -- "$pattern" err && [ "$(wc -l < err)" -eq 1 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        echo "# status $status"
        sed 's/^/# /' err
    fi
}
export TRACETUI whole
for line in '--help' '--version' 'summary --help' 'summary "$whole"' 'events "$whole"' \
    'goroutines "$whole"' 'goroutines -o json "$whole"' 'profile --kind sched "$whole"' \
    'profile --kind sync -o json "$whole"' 'summary -o json "$whole"'; do
    fails 'standard output: Bad file' "\"\$TRACETUI\" $line >&-"
    [ ! -w /dev/full ] || fails 'standard output: No space' "\"\$TRACETUI\" $line > /dev/full"
done

export ref="$G_TEST_SRCDIR/traces/ref"
for form in txt json csv dot svg pb.gz folded; do
    [ ! -w /dev/full ] || fails 'export: /dev/full: .*No space' "\"\$TRACETUI\" export \"\$ref/1.26-annot.trace\" /dev/full --format $form"
done

number=$((number + 1))
if PATH=/nonexistent "$TRACETUI" export "$whole" g.svg 2> err; [ $? -eq 1 ] &&
    grep -q '^tracetui: export: there is no program "dot" here$' err && grep -q '^try: ' err &&
    ! ls g.svg* > /dev/null 2>&1; then
    echo "ok $number - without Graphviz nothing is written, and the hint stands by itself"
else
    echo "not ok $number - without Graphviz nothing is written, and the hint stands by itself"
    sed 's/^/# /' err
fi

number=$((number + 1))
if [ "$(cat taken taken.txt)" = takentaken ] && [ ! -e x ] && ! ls ./*.part > /dev/null 2>&1; then
    echo "ok $number - nothing was taken away, nothing left"
else
    echo "not ok $number - nothing was taken away, nothing left"
fi

# Several traces, and summaries that were made elsewhere.
check() { # NAME COMMAND LINE
    name=$1
    number=$((number + 1))
    if sh -c "$2" > out 2> err < /dev/null; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        sed 's/^/# /' out err
    fi
}
check "summaries are merged from a file, a list and a pipe" '
    "$TRACETUI" summary -o json "$ref/1.26-annot.trace" > a.json &&
    "$TRACETUI" summary -o json "$ref/1.22-doathing.trace" "$ref/1.19-sys.trace" > bc.json &&
    "$TRACETUI" summary --merge -o json a.json bc.json > abc.json &&
    cat bc.json a.json | "$TRACETUI" summary --merge -o json - | cmp - abc.json &&
    "$TRACETUI" summary --merge -o json bc.json | "$TRACETUI" summary --merge -o json a.json - |
    cmp - abc.json'
check "a merged summary is one line" 'test "$(wc -l < abc.json)" -eq 1'
check "as CSV it has the columns of one trace" '
    "$TRACETUI" summary --merge -o csv abc.json > abc.csv && "$TRACETUI" summary -o csv "$whole" > one.csv &&
    test "$(head -n 1 abc.csv)" = "$(head -n 1 one.csv)" && test "$(wc -l < abc.csv)" -gt 10'
check "what is in the sum twice is named" '
    "$TRACETUI" summary --merge a.json a.json 2>&1 > merged.txt | grep -q "warning: .*1.26-annot.trace is in the sum more than once" &&
    grep -q "2 traces" merged.txt'
head -c 900 a.json > cut.json
expect 1 'summary: cut.json: line [0-9]+: it ends in the midst' summary --merge a.json cut.json
sed 's/"tracetui": "[^"]*"/"tracetui": "9.9"/' a.json > new.json
expect 1 'summary: new.json: line 1: it is a summary of tracetui 9.9' summary --merge new.json
{ cat a.json; echo 'tracetui: summary: warning: x'; } > mixed.json
expect 1 'summary: mixed.json: line [0-9]+: it is no JSON' summary --merge mixed.json
expect 1 'summary: a.json: ' summary a.json

# What the commands print for people fits 80 columns, and commands nothing.
printed() { # PATTERN ARGS...
    says "$@"
    number=$((number + 1))
    if [ "$(LC_ALL=C.UTF-8 wc -L < out)" -le 80 ] && ! grep -q "$(printf '[\001-\010\033]')" out; then
        echo "ok $number - fits 80 columns"
    else
        echo "not ok $number - fits 80 columns"
        awk 'length > 80' out | sed 's/^/# /'
    fi
}
annot=$G_TEST_SRCDIR/traces/ref/1.26-annot.trace
printed 'main\.main$' goroutines "$annot"
printed 'main\.main$' goroutines "$annot" --match '^main\.main$' --sort id
printed '^sched: [0-9]+ waits' profile "$annot" --kind sched
printed '^cpu: 0 samples' profile "$annot" --kind cpu
printed '^sync: [0-9]+ waits' profile "$annot" --kind sync --region nothing
says '^main.main;.*;\[running\] [0-9]+$' profile "$annot" --kind flame --match 'main.main$'
says ';.* [0-9]+$' profile "$annot" --kind sched -o folded
says '"delay_ns": 0' profile "$annot" --kind net --task nothing -o json
printed '^Who unblocks whom' summary "$annot"
printed '^Runnable' summary "$annot" "$whole" "$ref"/1.1*.trace
says '"idle_while_runnable_ns": [0-9]+' summary "$annot" -o json
says '"end_ns": null' goroutines "$annot" -o json
says '^id,name,parent' goroutines "$annot" -o csv
says '"delay_ns": [1-9]' profile "$annot" --kind sync -o json
says '"kind": "cpu"' profile "$annot" --kind cpu -o json

# Every option of --help stands in the manual, and every command.
number=$((number + 1))
missing=
for command in "" get ls pull capture summary goroutines profile events export; do
    # shellcheck disable=SC2086 # no word at all for the workbench
    for option in $("$TRACETUI" $command --help | grep -o -- '--[a-z-]*' | sort -u); do
        sed 's/\\//g' "$G_TEST_SRCDIR/../tui/tracetui.1" | grep -q -- "$option" ||
            missing="$missing $option"
    done
    grep -q "^\.B $command" "$G_TEST_SRCDIR/../tui/tracetui.1" || missing="$missing $command"
done
if [ -z "$missing" ]; then
    echo "ok $number - the manual knows every option and command"
else
    echo "not ok $number - the manual does not know:$missing"
fi
echo "1..$number"
