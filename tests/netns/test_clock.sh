#!/bin/bash
# SPDX-License-Identifier: MIT
# Limits, bans and deadlines when the wall clock is set, and when the machine sleeps.
#
# After the sleep the emulated machine has no files but those in its memory: this runs alone there,
#	tests/vm/run.sh env FWD_BUILD=BUILD tests/netns/test_clock.sh
set -uo pipefail
here=$(realpath "$(dirname "$0")")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"
. "$here/../lib/memory.sh"

if [ -z "${FWD_IN_VM:-}" ]; then
	skip "the wall clock and sleep" "only an emulated machine's are ours to set (tests/check.sh vm)"
	test_end
fi
flood=$fwd_build/tests/flood
if [ -z "${FWD_IN_MEMORY:-}" ]; then
	modprobe veth
	memory_enter /run/memory "$here/test_clock.sh" "$(realpath "$here/../lib")" \
		"$fwd_binary" "$fwctl_binary" "$flood" /usr/lib/*/bpf/xdp-dispatcher.o
fi

# How long a ban and an unconfirmed policy last, which must be longer than the machine takes to come to its
# sleep and back, and how long it sleeps: longer.
term=30
asleep=32

lab_open
lab_router
fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "events": {"rate": "10/s"},
	  "limits": {
	    "rule": {"rate": "60/h", "burst": 40},
	    "host": {"rate": "60/h", "burst": 30, "per": "src/32"},
	    "levels": {"rate": "60/h", "burst": [20, 25], "per": ["src/32", "rule"]},
	    "leaky": {"rate": "60/h", "algorithm": "leaky_bucket"},
	    "fixed": {"rate": "50/h", "algorithm": "fixed_window"},
	    "sliding": {"rate": "50/h", "algorithm": "sliding_window", "per": "dst"},
	    "second": {"rate": "1/s", "burst": 30},
	    "ban": {"rate": "1/h", "burst": 1, "per": "src/32", "over": "block",
	            "block": {"forgeable": true, "for": "${term}s", "max": "${term}s"}}
	  },
	  "rules": [
	    {"id": "rule", "match": {"proto": "udp", "dport": 5000}, "limit": "rule"},
	    {"id": "host", "match": {"proto": "udp", "dport": 5001}, "limit": "host"},
	    {"id": "levels", "match": {"proto": "udp", "dport": 5002}, "limit": "levels"},
	    {"id": "leaky", "match": {"proto": "udp", "dport": 5003}, "limit": "leaky"},
	    {"id": "fixed", "match": {"proto": "udp", "dport": 5004}, "limit": "fixed"},
	    {"id": "sliding", "match": {"proto": "udp", "dport": 5005}, "limit": "sliding"},
	    {"id": "second", "match": {"proto": "udp", "dport": 5006}, "limit": "second"},
	    {"id": "ban", "match": {"proto": "udp", "dport": 5007}, "limit": "ban"}
	  ]
	}
JSON
limits="rule host levels leaky fixed sliding"
bursts="40 30 20 2 50 50"

# Milliseconds of the clock that stands still in sleep; /proc/uptime goes on.
awake_ms() {
	awk '/^now at/ { printf "%d\n", $3 / 1000000 }' /proc/timer_list
}

# send SOURCE DPORT COUNT
send() {
	lab_in client "$flood" send c0 "src=$1" "dport=$2" "count=$3" rate=2000 >/dev/null
}

# passed_all: of all limits with a rate of one a minute, in their order
passed_all() {
	ctl -j stats | jq -r --arg names "$limits" '.result.limits as $all | $names | split(" ") |
		map(. as $name | $all[] | select(.name == $name) | .passed.packets) | join(" ")'
}

# offer: 80 packets to each of them; how many of them have passed since the last time is in $got
offer() {
	local before=("${passed[@]}") i

	for ((i = 0; i < 6; i++)); do
		send 192.0.2.2 $((5000 + i)) 80
	done
	read -r -a passed < <(passed_all)
	got=
	for ((i = 0; i < 6; i++)); do
		got+="$((passed[i] - ${before[i]:-0})) "
	done
	got=${got% }
}

# check_used_up NAME: nothing passes but what the time awake brought: one a minute, of four limits
check_used_up() {
	local most=$((($(awake_ms) - used_up_ms) / 60000 + 1)) number

	offer
	for number in $got; do
		check_between "$1" 0 "$most" "$number"
	done
}

is_blocked() {
	ctl -j blocks | jq -e '.result.items | any(.prefix == "203.0.113.7")' >/dev/null
}
is_free() {
	! is_blocked
}
ban() {
	ban_ms=$(awake_ms)
	send 203.0.113.7 5007 20
	check_soon "$1: a source over the limit is blocked" 5 is_blocked
}

# check_released NAME: at his time by the clock that counts, or what it takes to look
check_released() {
	check_soon "$1: he is released" $((term + 10)) is_free
	check_between "$1: in time" $((term - 1)) $((term * 20)) $((($(awake_ms) - ban_ms) / 1000))
}

# check_second NAME: of one a second, what the time awake since $second_ms brought
check_second() {
	local before after from to

	before=$(stat_limit second passed)
	from=$((($(awake_ms) - second_ms) / 1000))
	send 192.0.2.2 5006 80
	to=$((($(awake_ms) - second_ms) / 1000 + 2))
	second_ms=$(awake_ms)
	after=$(stat_limit second passed)
	check_between "$1: one a second" $((from < 30 ? from : 30)) "$to" $((after - before))
}

section "before"
fwd_up || test_end
passed=()
used_up_ms=$(awake_ms)
offer
check_equal "every limit has its burst" "$bursts" "$got"
send 192.0.2.2 5006 80
second_ms=$(awake_ms)
ban "before"

section "the wall clock"
for step in +3600 -7200; do
	date -s "@$(($(date +%s) + step))" >/dev/null
	check_used_up "a step of $step s"
	check_second "a step of $step s"
done
check_released "after them"

section "sleep"
jq '.rules += [{"id": "late", "match": {"proto": "udp", "dport": 6000}, "action": "drop"}]' \
	"$fwd_file" >"$lab_dir/late.json"
verdict() {
	ctl -j explain "in eth0 udp 192.0.2.2:4000 > 198.51.100.2:6000" | jq -r .result.verdict
}
waits() {
	[ "$(ctl -j status | jq -r .pending.revision)" != null ]
}
settled() {
	! waits
}
ban "before it"
ctl apply "$lab_dir/late.json" --confirm "${term}s" >/dev/null 2>&1
check_equal "a policy that waits" drop "$(verdict)"
send 192.0.2.2 5006 80
second_ms=$(awake_ms)
up=$(now_ms) awake=$(awake_ms)
check "the machine sleeps" rtcwake -u -m "${FWD_SLEEP:-mem}" -s "$asleep"
slept=$((($(now_ms) - up - ($(awake_ms) - awake)) / 1000))
check "the ban goes on" is_blocked
check "the policy waits" waits
check_equal "it is active" drop "$(verdict)"
check_between "after a sleep longer than both" $((term + 1)) $((asleep * 3)) "$slept"
check_second "the time of sleep brings nothing"
check_used_up "nor here"
check_soon "until its time is over, awake" $((term + 5)) settled
check_equal "the one before is back" pass "$(verdict)"
check_released "after sleep"
check_second "and limits go on"

fwd_clear
test_end
