# Sourced by the scripts beside it: where things are, and how to tell whether a
# process that was started earlier is still that process.
# shellcheck shell=bash disable=SC2034

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tests=$(dirname "$here")

kubernetes_version=$(sed -n 's,^[[:space:]]*k8s.io/kubernetes \(v[0-9.]*\).*,\1,p' "$here/go.mod")

state=${TRACETUI_CLUSTER_DIR:-/tmp/tracetui-cluster-$UID}
node=tracetui-node

# The programs depend on the pinned modules and on how they are built (raise
# recipe when that changes); the images on the sources of what is inside them.
# Each has a key of its own, so that a change to an image does not cost a build of
# Kubernetes.
recipe=1
key_of() {
	cat "$@" <<<"$recipe" | sha256sum | cut -c 1-12
}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/tracetui
programs=$cache/cluster-$(key_of "$here"/go.{mod,sum} -)
images=$cache/images-$(key_of "$here"/{build,lib.bash} "$here"/images/{pause,fill}/*.go "$tests"/traces/gen/*.go)

# What `up` chose for this cluster.
port_api='' port_kubelet='' port_etcd='' port_peer='' port_controllers=''
bridge='' network='' gateway='' cgroup=''
read_facts() {
	# shellcheck source=/dev/null
	. "$state/facts"
}

say() {
	echo "cluster: $*" >&2
}

die() {
	say "$*"
	exit 1
}

# What a test suite counts as skipped.
skip() {
	say "cannot run here: $*"
	exit 77
}

# started PID: when the process was started, in clock ticks since boot; with
# the pid this names a process for good. Nothing when it is gone or a zombie: a
# zombie still answers kill -0, and where pid 1 does not reap it does so for ever.
started() {
	local stat
	{ stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
	# The name in parentheses may hold anything; what counts comes after it.
	read -r -a stat <<<"${stat##*) }"
	[[ ${stat[0]} != [ZX] ]] || return 1
	echo "${stat[19]}"
}

# A part is one program of the cluster. $state/pids/NAME holds "PID STARTED".
record() {
	local when
	when=$(started "$2") || return 1
	echo "$2 $when" >"$state/pids/$1"
}

# pid_of NAME: the pid of a part that runs; status 1 when it does not.
pid_of() {
	local pid when
	[[ -r $state/pids/$1 ]] || return 1
	read -r pid when <"$state/pids/$1"
	[[ $(started "$pid") == "$when" ]] && echo "$pid"
}

gone() {
	! pid_of "$1"
}

parts=(etcd containerd apiserver kubelet controllers)

# image NAME ROOTFS OUT COMMAND: a docker-archive of one layer, by hand.
image() {
	local work layer arch
	work=$(mktemp -d)
	arch=$(uname -m)
	arch=${arch/x86_64/amd64}
	arch=${arch/aarch64/arm64}
	tar -C "$2" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/layer.tar" .
	layer=$(sha256sum "$work/layer.tar" | cut -d ' ' -f 1)
	printf '{"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["%s"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
		"$arch" "$4" "$layer" >"$work/config.json"
	printf '[{"Config":"config.json","RepoTags":["tracetui.test/%s:1"],"Layers":["layer.tar"]}]' \
		"$1" >"$work/manifest.json"
	tar -C "$work" --mtime=@0 -cf "$3/$1.tar" manifest.json config.json layer.tar
	rm -rf "$work"
}

kubectl() {
	"$programs/kubectl" --kubeconfig "$state/kubeconfig/admin" "$@"
}

containers() {
	ctr --address "$state/containerd.sock" --namespace k8s.io "$@"
}

# until_true SECONDS COMMAND...: true as soon as the command is.
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}
