# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# A lab of network namespaces: client -- router -- server.
#
#	client c0 192.0.2.2, 2001:db8:1::2	02:00:00:00:00:c0
#	router eth0 192.0.2.1, 2001:db8:1::1	02:00:00:00:00:e0	wan
#	router eth1 198.51.100.1, 2001:db8:2::1	02:00:00:00:00:e1	lan
#	server s0 198.51.100.2, 2001:db8:2::2	02:00:00:00:00:50
#
# The client also owns 203.0.113.7 and 2001:db8:bad::7: sources to refuse.
# Everything is named after this process and removed by lab_close, which runs
# on exit. What runs inside is entered with nsenter: `ip netns exec` would put
# a fresh /sys over the BPF file system.

export PATH=$PATH:/usr/sbin:/sbin PYTHONDONTWRITEBYTECODE=1
umask 022 # other users read what is in the lab
. "$(dirname "${BASH_SOURCE[0]}")/run.sh"
lab_prefix=${lab_prefix:-fwd-test}
lab_id=$lab_prefix-$$
lab_pids=()

lab_in() {
	nsenter --net="/run/netns/$lab_id-$1" -- "${@:2}"
}

# background COMMAND...: a program in the background; its pid is in $lab_pid, and lab_close ends it. A
# function would hide the program: its pid would be that of a subshell, which dies alone.
background() {
	if [ "$(type -t "$1")" != file ]; then
		echo "background: $1 is not a program" >&2
		exit 2
	fi
	"$@" &
	lab_pid=$!
	lab_pids+=("$lab_pid")
}

# lab_start NAMESPACE COMMAND...: a program in the background there; its pid is in $lab_pid
lab_start() {
	background nsenter --net="/run/netns/$lab_id-$1" -- "${@:2}"
}

# lab_stop PID [SIGNAL]: end and reap; its exit code is in $lab_code
lab_stop() {
	kill -"${2:-TERM}" "$1" 2>/dev/null || true
	lab_code=0
	wait "$1" 2>/dev/null || lab_code=$?
	lab_forget "$1"
}

lab_forget() {
	local pid left=()

	for pid in "${lab_pids[@]}"; do
		[ "$pid" = "$1" ] || left+=("$pid")
	done
	lab_pids=("${left[@]}")
}

# lab_namespace NAME
lab_namespace() {
	ip netns add "$lab_id-$1"
	# Addresses are usable at once, and nothing but the test sends by itself.
	lab_in "$1" sysctl -qw net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.router_solicitations=0 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	lab_in "$1" ip link set lo up
}

# lab_cable NAMESPACE IF MAC NAMESPACE IF MAC [OPTIONS of both ends]
lab_cable() {
	ip link add "$2" netns "$lab_id-$1" address "$3" "${@:7}" type veth \
		peer name "$5" netns "$lab_id-$4" address "$6" "${@:7}"
	lab_in "$1" ip link set "$2" up
	lab_in "$4" ip link set "$5" up
}

# lab_address NAMESPACE IF ADDRESS...
lab_address() {
	printf "address add %s dev $2\n" "${@:3}" | lab_ip "$1"
}

# lab_ip NAMESPACE <COMMANDS: what ip(8) does, a line each
lab_ip() {
	lab_in "$1" ip -batch -
}

# lab_quiet NAMESPACE IF: wait until nothing has come in there for a while. A sender that is done does not
# mean that all has arrived: on a busy machine the kernel may be behind.
lab_quiet() {
	local before now i

	before=$(lab_in "$1" grep "$2:" /proc/net/dev)
	for ((i = 0; i < 50; i++)); do
		sleep 0.2
		now=$(lab_in "$1" grep "$2:" /proc/net/dev)
		[ "$now" != "$before" ] || break
		before=$now
	done
}

# lab_lost NAMESPACE IF: frames that its cable had no room for so far, so that they never came to be judged
lab_lost() {
	lab_in "$1" ip -j -s link show "$2" | jq '.[0].stats64.tx.dropped'
}

# The BPF file system and what runs that crashed have left behind.
lab_open() {
	mountpoint -q /sys/fs/bpf || mount -t bpf bpf /sys/fs/bpf
	lab_sweep
	run_own "$lab_id"
	lab_dir=$(mktemp -d "/tmp/$lab_id.XXXXXX")
	chmod 755 "$lab_dir"
	lab_pin=/sys/fs/bpf/$lab_id
	trap lab_close EXIT
	trap 'exit 130' INT TERM HUP
}

# lab_router [OPTIONS of all links]: the three namespaces above
lab_router() {
	lab_namespace client
	lab_namespace router
	lab_namespace server
	lab_cable client c0 02:00:00:00:00:c0 router eth0 02:00:00:00:00:e0 "$@"
	lab_cable router eth1 02:00:00:00:00:e1 server s0 02:00:00:00:00:50 "$@"
	lab_address client c0 192.0.2.2/24 2001:db8:1::2/64 203.0.113.7/32 2001:db8:bad::7/128
	lab_address router eth0 192.0.2.1/24 2001:db8:1::1/64
	lab_address router eth1 198.51.100.1/24 2001:db8:2::1/64
	lab_address server s0 198.51.100.2/24 2001:db8:2::2/64
	lab_in router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	lab_ip router <<-ROUTES
		route add 203.0.113.0/24 via 192.0.2.2
		route add 2001:db8:bad::/48 via 2001:db8:1::2
	ROUTES
	lab_ip client <<-ROUTES
		route add default via 192.0.2.1 src 192.0.2.2
		route add default via 2001:db8:1::1 src 2001:db8:1::2
	ROUTES
	lab_ip server <<-ROUTES
		route add default via 198.51.100.1
		route add default via 2001:db8:2::1
	ROUTES
}

# lab_still: from now on no kernel of the lab says anything by itself: no ARP, no neighbour discovery, no
# multicast reports. For who counts every packet: such questions are asked again after 5 s, and at other times.
lab_still() {
	local ends="client c0 192.0.2.1 02:00:00:00:00:e0
		router eth0 192.0.2.2 02:00:00:00:00:c0
		router eth1 198.51.100.2 02:00:00:00:00:50
		server s0 198.51.100.1 02:00:00:00:00:e1"
	local namespace name address mac

	while read -r namespace name address mac; do
		lab_in "$namespace" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
		lab_in "$namespace" ip neigh replace "$address" lladdr "$mac" dev "$name" nud permanent
	done <<<"$ends"
}

lab_close() {
	local pid name

	trap - EXIT
	for pid in "${lab_pids[@]}"; do
		kill "$pid" 2>/dev/null || true
	done
	for pid in "${lab_pids[@]}"; do
		timeout 5 tail --pid="$pid" -s 0.05 -f /dev/null || kill -KILL "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	lab_pids=()
	for name in $(ip netns list | awk '{print $1}' | grep "^$lab_id-"); do
		ip netns delete "$name"
	done
	rm -rf "$lab_pin" "$lab_pin"-* "$lab_dir" # not what begins with a longer number
} 2>/dev/null

# Remove namespaces, pins and folders of test processes that are no more.
lab_sweep() {
	local name

	for name in $(ip netns list 2>/dev/null | awk '{print $1}') \
		$(ls /sys/fs/bpf 2>/dev/null) $(ls /tmp); do
		[[ $name =~ ^$lab_prefix-([0-9]+)([-.].*)?$ ]] || continue
		[ ! -d "/proc/${BASH_REMATCH[1]}" ] || continue
		if [ -e "/run/netns/$name" ]; then
			ip netns pids "$name" | xargs -r kill -KILL
			ip netns delete "$name" 2>/dev/null || true
		fi
		rm -rf "/sys/fs/bpf/${name%%.*}" "/tmp/$name"
	done
}
