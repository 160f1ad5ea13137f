# Sourced by endure and drop: the file that they pull, and parts that are killed and
# come back.
# shellcheck shell=bash disable=SC2034

# What a seed killed has come back.
answers() {
	kubectl --request-timeout=5s -n shop exec web -c app -- true
}

# make_file BYTES: makes it in pod web unless it is there; path and digest (which
# is made outside) are set.
make_file() {
	local size=$1
	path=/tmp/trace_dir/endure-$size.out
	until_true 60 answers || die "no exec for 60 s, see $state/log"
	kubectl -n shop exec web -c app -- sh -c \
		'test -e "$2" || { fill "$1" "$2.new" && mv "$2.new" "$2"; }' sh "$size" "$path"
	digest=$("$state/bin/fill" "$size" - | sha256sum)
}

# How many processes the container has: those of a read that was cut are to end.
processes() {
	kubectl -n shop exec web -c app -- sh -c 'set -- /proc/[0-9]*; echo $#'
}

# restart PART, while a proxy runs: kills it and starts it again at once.
restart() {
	"$here/part" kill "$1" && until_true 10 gone "$1" && hurdle_aside "$here/part" start "$1"
}
