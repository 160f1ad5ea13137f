#!/bin/sh
# The code keeps to the plan of tests/lint/layers.conf; and the check that says so sees each kind
# of break, planted in a copy.
set -u
source=$G_TEST_SRCDIR/..
layers=$G_TEST_SRCDIR/lint/layers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0

result() { # STATUS NAME
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
}

copied() {
    rm -rf "$work/tree"
    mkdir "$work/tree"
    cp -r "$source/trace" "$source/kube" "$source/tui" "$work/tree"
    chmod -R u+w "$work/tree"
}

# The check must fail and name the file in a copy of the tree to which one line was added.
planted() { # NAME FILE LINE WHY
    copied
    echo "$3" >> "$work/tree/$2"
    if "$layers" "$work/tree" > "$work/out"; then result 1 "$1"; return; fi
    grep -q "$4" "$work/out"
    result $? "$1"
}

echo 1..7
"$layers" "$source" > "$work/out"
status=$?
sed 's/^/# /' "$work/out"
result $status "the code keeps to the plan"
planted "a floor that looks up is seen" trace/event.c '#include "kube/client.h"' 'trace/event.c.*may not see kube'
planted "a kube that knows traces is seen" kube/items.c '#include "trace/trace.h"' 'kube/items.c.*may not see trace'
planted "a back door is seen" tui/main.c '#include "kube/websocket.h"' 'tui/main.c.*not a door'
copied
sed -i '/kube\/port.h/d' "$work/tree"/tui/*.[ch]
"$layers" "$work/tree" > "$work/out"
grep -qx 'layers.conf: kube/port.h is a door that nobody opens' "$work/out"
result $? "a door that nobody opens is seen"
planted "a second keeper is seen" tui/cli.c '#include <curl/curl.h>' 'tui/cli.c.*keeper'
planted "a circle is seen" trace/event.h '#include "trace/reader.h"' '^circle: trace/'
