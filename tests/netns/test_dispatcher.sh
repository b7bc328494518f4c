#!/bin/bash
# SPDX-License-Identifier: MIT
# libxdp's dispatcher: fwd between neighbours that run before and after it.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

good=192.0.2.2,1000
bad=203.0.113.7,1000

lab_open
lab_router
lab_still # frames are counted

config() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": $1},
	  "limits": {"l": {"rate": "1000/s", "per": "src/32"}},
	  "rules": [
	    {"id": "bad", "match": {"src": ["203.0.113.0/24", "2001:db8:bad::/48"]}, "action": "drop"},
	    {"id": "good", "match": {"proto": "udp"}, "limit": "l"}
	  ]
	}
	JSON
}

names() {
	lab_in router "$neighbour" list eth0 | xargs
}

seen() {
	lab_in router "$neighbour" count eth0 "neighbour_$1"
}

# neighbours_see WHAT: of 5 good and 5 bad probes and the end; a few frames may be the kernel's own.
neighbours_see() {
	local before after

	before=$(seen before) after=$(seen after)
	check_equal "$1: it filters" "5 0" "$(probe $good $bad)"
	check_between "$1: the one before sees all" 11 20 $(($(seen before) - before))
	check_between "$1: the one after sees what passed" 6 10 $(($(seen after) - after))
}

if [ "$(expected_state)" = alone ] && [ -z "${FWD_IN_VM:-}" ]; then
	skip "libxdp's dispatcher" "this kernel refuses freplace programs; part vm of check.sh runs this"
	test_end
fi

section "fwd first, then its neighbours"
config '{}'
fwd_up || test_end
check_equal "fwd attaches through the dispatcher" dispatcher "$(iface eth0 .state)"
check "xdp-loader puts one before it" lab_in router xdp-loader load eth0 "${neighbour_object}before.bpf.o"
check "and one after it" lab_in router xdp-loader load eth0 "${neighbour_object}after.bpf.o"
check_equal "the order is by priority" "neighbour_before fwd_entry neighbour_after" "$(names)"
neighbours_see "both next to fwd"
check_equal "fwd calls nothing a repair" "dispatcher 0" \
	"$(iface eth0 '"\(.state) \(.repairs)"')"
check_match "it says what multi-buffer frames fail on" 'neighbour_' "$(iface eth0 .note)"
check_equal "packets that must go through all three stages do" 6 \
	"$(stat_reason eth0 within_limit pass)"

section "fwd leaves and comes"
lab_stop "$fwd_pid" KILL
neighbours_see "fwd killed"
fwd_up || test_end
check_equal "adopted, not doubled" "neighbour_before fwd_entry neighbour_after" "$(names)"
neighbours_see "taken over"
fwd_down
# Another slot number: the entry is replaced in the chain.
rm "$lab_pin/names"
stream_start 40 $good $bad
fwd_up || test_end
check_equal "replaced, not doubled" "neighbour_before fwd_entry neighbour_after" "$(names)"
stream_stop
check_equal "replaced while packets came: denied" 0 "${streamed[2]}"
check_equal "replaced while packets came: allowed" "${streamed[0]}" "${streamed[1]}"
neighbours_see "replaced"

section "a neighbour leaves"
check "the one before is unloaded" lab_in router "$neighbour" unload eth0 neighbour_before
check_equal "fwd and the other stay" "fwd_entry neighbour_after" "$(names)"
check_equal "it filters" "5 0" "$(probe $good $bad)"

section "somebody unloads fwd"
check "fwd's program is taken out of the chain" \
	lab_in router "$neighbour" unload eth0 fwd_entry
is_back() {
	[ "$(iface eth0 '"\(.state) \(.repairs)"')" = "dispatcher 1" ]
}
check_soon "it is put back" 2 is_back
check_equal "next to the other" "fwd_entry neighbour_after" "$(names)"
check_equal "it filters" "5 0" "$(probe $good $bad)"

section "nothing stays open"
programs_open() {
	find "/proc/$fwd_pid/fd" -lname 'anon_inode:bpf-prog' | wc -l
}
before=$(programs_open)
for ((i = 0; i < ${FWD_LONG:+3} + 2; i++)); do
	ctl reload >/dev/null 2>&1
	ctl iface detach eth0 >/dev/null && ctl iface attach eth0 >/dev/null
done
check_equal "after reloads, detaching and attaching" "$before" "$(programs_open)"

section "detach"
check "fwctl iface detach" ctl iface detach eth0
check_equal "the neighbour stays" neighbour_after "$(names)"
check_equal "everything passes" "5 5" "$(probe $good $bad)"
check "fwctl iface attach" ctl iface attach eth0
check_equal "fwd is next to it again" "fwd_entry neighbour_after" "$(names)"
fwd_clear

section "neighbours first, then fwd"
lab_in router xdp-loader load eth0 "${neighbour_object}after.bpf.o"
lab_in router xdp-loader load eth0 "${neighbour_object}before.bpf.o"
fwd_up || test_end
check_equal "in between" "neighbour_before fwd_entry neighbour_after" "$(names)"
neighbours_see "fwd came last"
fwd_clear

section "generic mode"
lab_in router xdp-loader load -m skb eth0 "${neighbour_object}after.bpf.o"
config '{"mode": "generic"}'
fwd_up || test_end
check_equal "next to a neighbour" "dispatcher generic" "$(iface eth0 '"\(.state) \(.mode)"')"
check_equal "both run" "fwd_entry neighbour_after" "$(names)"
check_equal "it filters" "5 0" "$(probe $good $bad)"
config '{"mode": "native"}'
check "a reload that wants native mode" ctl reload
check_equal "cannot have it next to the other" "dispatcher generic" \
	"$(iface eth0 '"\(.state) \(.mode)"')"
check_match "and says so" 'generic mode, as the rest of the chain' "$(iface eth0 .note)"
check_equal "both run on" "fwd_entry neighbour_after" "$(names)"
fwd_clear

section "jumbo frames"
for end in "client c0" "router eth0" "router eth1" "server s0"; do
	read -r namespace name <<<"$end"
	lab_in "$namespace" ip link set "$name" mtu 9000
done
config '{}'
lab_in router "$neighbour" load eth0 "${neighbour_object}before.bpf.o" frags
fwd_up || test_end
check_equal "the chain has multi-buffer frames" "dispatcher true" \
	"$(iface eth0 '"\(.state) \(.frags)"')"
check "another neighbour that can have them" \
	lab_in router "$neighbour" load eth0 "${neighbour_object}after.bpf.o" frags
check_equal "all three run" "neighbour_before fwd_entry neighbour_after" "$(names)"
check_equal "frames of 8000 bytes pass" 5 "$(pings -s 8000 198.51.100.2)"
neighbours_see "jumbo frames"
check_exit "one that cannot is refused by the kernel" 1 \
	lab_in router "$neighbour" load eth0 "${neighbour_object}plain.bpf.o"
check_equal "and fwd is as before" "dispatcher true" "$(iface eth0 '"\(.state) \(.frags)"')"
neighbours_see "after the refusal"
fwd_clear

test_end
