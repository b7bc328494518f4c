#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Exact books over takeovers: every probe of several flows must arrive or must not, while fwd is killed
# and a new one adopts what it left, and while it is upgraded to a build whose maps are others, and
# back. The probes prove themselves: they find a moment without programs, and one without stages.
#
# FWD_SURVIVE_PROBES is how many probes there are of each (20000; a thorough run takes 10000000).
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

# A run of a few thousand lasts long enough for a takeover or two; a long one goes as fast as it can.
count=${FWD_SURVIVE_PROBES:-20000} rate=8000
[ -z "${FWD_SURVIVE_PROBES:-}" ] || rate=0
[ -z "${FWD_IN_VM:-}" ] || count=4000 rate=200
ours=$fwd_binary other=$fwd_build/tests/fwd_other

lab_open
lab_router
lab_still # nobody asks who has which address in the middle of it

# config N: the rules around those of the probes are others each time
config() {
	local i more=

	for ((i = 0; i <= $1 % 7 * 20; i++)); do
		more+=",{\"id\": \"more-$1-$i\", \"match\": {\"src\": \"10.$(($1 % 250)).$i.0/24\",
			\"dport\": $((i + 1)), \"proto\": \"tcp\"}, \"action\": \"drop\"}"
	done
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  "sets": {"guests": {"live": true, "timeout": "10h"}},
	  "limits": {"wide": {"rate": "100000000/s", "burst": 100000000, "per": "src/32"}},
	  "rules": [
	    {"id": "limited", "match": {"src": "192.0.2.3", "proto": "udp"}, "limit": "wide"},
	    {"id": "good", "match": {"src": "192.0.2.2", "dport": 1000, "proto": "udp"}, "action": "pass"},
	    {"id": "guests", "match": {"src": "@guests"}, "action": "drop"},
	    {"id": "bad", "match": {"src": "203.0.113.0/24"}, "action": "drop"}
	    $more
	  ]
	}
	JSON
}

# By rule, by limit, by nothing; dropped by rule, by live set, by block.
flows=(pass:192.0.2.2:1000 pass:192.0.2.3:1000 pass:192.0.2.2:9 drop:203.0.113.7:1000
	drop:192.0.2.77:1000 drop:192.0.2.78:1000)

# probes_start [COUNT]
probes_start() {
	background "$fwd_build/tests/probes" "/run/netns/$lab_id-client" c0 "/run/netns/$lab_id-server" s0 \
		"${1:-$count}" $rate "${flows[@]}" >"$lab_dir/books"
	probes_pid=$lab_pid
}

probes_run() {
	kill -0 "$probes_pid" 2>/dev/null
}

# probes_end: leaves in $books what they printed
probes_end() {
	wait "$probes_pid" 2>/dev/null || true
	lab_forget "$probes_pid"
	read -r -a books <"$lab_dir/books"
}

# counters: of the flows that have one each
counters() {
	echo "$(stat_rule good) $(stat_rule limited) $(stat_rule bad) $(stat_rule guests)" \
		"$(stat_reason eth0 blocked drop)"
}

# balance WHAT: nothing lost or misjudged, and fwd has counted each of them where it belongs
balance() {
	local before after i sent=(5 7 11 13 15) wrong=

	read -r -a before <<<"$counted_before"
	read -r -a after <<<"$(counters)"
	for i in 0 1 2 3 4; do
		[ $((after[i] - before[i])) = "${books[${sent[i]}]}" ] ||
			wrong+=" flow ${flows[$(((sent[i] - 5) / 2))]}: ${books[${sent[i]}]} sent,
			$((after[i] - before[i])) counted;"
	done
	printf '      %s: %s probes, %s lost, %s misjudged, %s takeovers, %s probes a second\n' \
		"$1" "${books[0]}" "${books[1]}" "${books[2]}" "$takeovers" "${books[4]}"
	check_equal "$1: all probes went out" "$count" "${books[0]}"
	check_equal "$1: lost" 0 "${books[1]}"
	check_equal "$1: misjudged" 0 "${books[2]}"
	check_equal "$1: doubled" 0 "${books[3]}"
	check_equal "$1: fwd has counted each in its place" "" "$wrong"
}

# take_over BINARY...: kill fwd and start the next one, with other rules, until the probes are through
take_over() {
	takeovers=0
	counted_before=$(counters)
	probes_start
	while :; do
		fwd_binary=${*:$((takeovers % $# + 1)):1}
		config $takeovers
		lab_stop "$fwd_pid" KILL
		fwd_up || test_end
		takeovers=$((takeovers + 1))
		probes_run || break
		# In a long run, the policy changes between them, too.
		[ $rate != 0 ] || ctl reload >/dev/null 2>&1
	done
	probes_end
}

section "adoption"
config 0
fwd_up || test_end
check "a set gets an element" ctl set add guests 192.0.2.77
check "a block" ctl block 192.0.2.78 --for 10h
take_over "$ours"
balance adoption

section "an upgrade to other maps, and back"
take_over "$other" "$ours"
balance upgrade
check_between "there were upgrades" 1 1000000 $takeovers
check_exit "nothing old is left" 2 ls -d "$lab_pin"/old1
check_equal "the block is known" 1 "$(ctl -j blocks | jq .result.total)"
check_equal "and the set" 192.0.2.77 "$(ctl -j set show guests | jq -r '.result.items[].prefix')"

section "an upgrade that is cut off"
# At moments of the start of a fwd with other maps; the last one may finish.
takeovers=0
counted_before=$(counters)
fwd_binary=$other
lab_stop "$fwd_pid" KILL
probes_start
delay=20
while probes_run && [ $takeovers -lt 400 ]; do
	lab_start router "$fwd_binary" -c "$fwd_file" --pin-dir "$lab_pin" \
		--socket "$lab_dir/sock" --state-dir "$lab_dir/state" >>"$fwd_log" 2>&1
	sleep "0.$(printf %03d $delay)"
	lab_stop "$lab_pid" KILL
	takeovers=$((takeovers + 1))
	delay=$((delay < 700 ? delay + 37 : 20))
	[ "$fwd_binary" = "$other" ] && fwd_binary=$ours || fwd_binary=$other
done
fwd_up || test_end
probes_end
balance "cut off"
fwd_binary=$ours

section "the probes find"
fwd_down KILL
fwd_up || test_end
# Probes until they are stopped, and a moment that is over when some of them were sent in it.
sent_by_client() {
	lab_in client ip -j -s link show c0 | jq '.[0].stats64.tx.packets'
}
some_sent() {
	[ "$(sent_by_client)" -ge $((sent_before + 100)) ]
}
let_some_pass() {
	sent_before=$(sent_by_client)
	eventually 10 some_sent || fail "probes go on"
}
# moment COMMAND...: what makes it
moment() {
	probes_start 1000000
	let_some_pass
	lab_stop "$fwd_pid" KILL
	"$@"
	let_some_pass
	fwd_up || test_end
	kill -TERM "$probes_pid"
	probes_end
}
without_programs() {
	lab_in router ip link set eth0 xdp off
	lab_in router ip link set eth1 xdp off
}
moment without_programs
check_between "a moment without programs: denied ones that arrive" 1 1000000 "${books[2]}"
moment rm -r "$lab_pin"
check_between "a moment without stages: allowed ones that do not" 1 1000000 "${books[1]}"
check_match "which fwd shows" 'took the place of an fwd whose pins were gone' "$(cat "$fwd_log")"
count=4000
# Live sets were in the pins: the rest is judged as before.
flows=(pass:192.0.2.2:1000 pass:192.0.2.3:1000 pass:192.0.2.2:9 drop:203.0.113.7:1000)
probes_start
probes_end
check_equal "after it all is well" "$count 0 0 0" "${books[*]:0:4}"

fwd_clear
test_end
