#!/bin/bash
# SPDX-License-Identifier: MIT
# An interface that is detached stays in the policy ("attach": false), and nothing of it is filtered:
# by hand, by the file, over confirm, abort, restart and renames. And an attach that is refused.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
lab_open
lab_router

good=192.0.2.2,1000
bad=203.0.113.7,1000

# config [INTERFACES [MORE-RULES [MEMBERS]]]
config() {
	fwd_config <<-JSON
	{
	  "enforce": true${3:-},
	  "interfaces": ${1:-"{\"eth0\": {\"zone\": \"wan\"}}"},
	  "rules": [
	    {"id": "bad", "match": {"zone": "wan", "src": "203.0.113.0/24"}, "action": "drop"}${2:-}
	  ]
	}
	JSON
}

kernel() {
	[ "$(lab_in router ip -j link show "$1" | jq '.[0].xdp.prog.id // 0')" != 0 ] && echo program || echo none
}

revision() {
	ctl -j status | jq .result.revision
}

section "an attach that the kernel refuses"
config
fwd_up || test_end
lab_in router ip link set eth1 xdpgeneric obj "${neighbour_object}plain.bpf.o" sec xdp
before=$(revision)
for terms in "" "--confirm 60s"; do
	# shellcheck disable=SC2086
	says "is refused ($terms)" 1 'neighbour_plain' iface attach eth1 --zone lan $terms
	check_equal "nothing waits ($terms)" null "$(ctl -j status | jq .pending)"
	check_equal "no trace is left ($terms)" "eth0 $before" \
		"$(ctl -j iface list | jq -r '.result.items[].name') $(revision)"
	check_equal "nor in the policy ($terms)" '{"eth0":{"zone":"wan"}}' \
		"$(ctl -j show | jq -r .result.text | jq -c .interfaces)"
	check "health ($terms)" ctl health
done
lab_in router ip link set eth1 xdpgeneric off

fwd_clear

# The same of an interface that is detached: it stays so.
config '{"eth0": {"zone": "wan"}, "eth1": {"zone": "lan", "attach": false}}'
fwd_up || test_end
lab_in router ip link set eth1 xdpgeneric obj "${neighbour_object}plain.bpf.o" sec xdp
before=$(revision)
for terms in "" "--confirm 60s"; do
	for change in "attach eth1" "set eth1 attach=true"; do
		# shellcheck disable=SC2086
		says "$change is refused ($terms)" 1 'neighbour_plain' iface $change $terms
		check_equal "it is as it was ($terms)" "detached null $before" \
			"$(iface eth1 .state) $(ctl -j status | jq .pending) $(revision)"
		check_equal "in the policy, too ($terms)" '{"zone":"lan","attach":false}' \
			"$(ctl -j show | jq -r .result.text | jq -c .interfaces.eth1)"
	done
done
lab_in router ip link set eth1 xdpgeneric off
says "until the kernel takes it" 0 'eth1 is attached' iface attach eth1
fwd_clear

# Another program took eth1's place: that is no reason to refuse an edit of its other fields.
config '{"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}}'
fwd_up || test_end
lab_in router ip -force link set eth1 xdp obj "${neighbour_object}plain.bpf.o" sec xdp
is_down() {
	[ "$(iface eth1 .state)" = down ]
}
check_soon "eth1 is down" 5 is_down
says "another zone" 0 'neighbour_plain' iface set eth1 zone=dmz
check_equal "it has it, and is still down" "dmz down" "$(iface eth1 '"\(.zone) \(.state)"')"
says "for a time" 0 'neighbour_plain' iface set eth1 zone=office --confirm 60s
says "confirm" 0 'neighbour_plain' confirm
check_equal "it has that, too" office "$(iface eth1 .zone)"
says "an attach is still refused" 1 'neighbour_plain' iface attach eth1
lab_in router ip link set eth1 xdp off
check_soon "it is attached once that is gone" 5 eval '[ "$(iface eth1 .attached)" = true ]'
fwd_clear

# The config file's policy was taken back: what is refused afterwards does not bring it back.
config
fwd_up || test_end
config '{"eth0": {"zone": "wan"}}' ', {"id": "more", "match": {"src": "198.51.100.9"}, "action": "drop"}'
check "the file's policy waits" ctl reload --confirm 10m
check "and is taken back" ctl abort
lab_in router ip link set eth1 xdpgeneric obj "${neighbour_object}plain.bpf.o" sec xdp
says "an attach is refused" 1 'neighbour_plain' iface attach eth1 --zone lan --confirm 60s
lab_in router ip link set eth1 xdpgeneric off
fwd_down
fwd_up || test_end
check_equal "the next start does not load the file's policy" bad \
	"$(ctl -j rule list | jq -r '.result.items[].id')"
says "and health has the reason" 7 'taken back' health
fwd_clear

# filtered NAME / passes NAME: by the wire, by the kernel, by status, health and explain
filtered() {
	check_equal "$1: it is filtered" "5 0 program" "$(probe $good $bad) $(kernel eth0)"
	check_equal "$1: fwd says so" "true wan" "$(iface eth0 '"\(.attached) \(.zone)"')"
	check_equal "$1: explain" "drop rule" "$(explained)"
	check "$1: health" ctl health
}
passes() {
	check_equal "$1: all of it passes" "5 5 none" "$(probe $good $bad) $(kernel eth0)"
	check_equal "$1: fwd says so" "false detached wan" "$(iface eth0 '"\(.attached) \(.state) \(.zone)"')"
	check_equal "$1: explain" "pass detached" "$(explained)"
	check "$1: health" ctl health
}
explained() {
	ctl -j explain "in eth0 udp 203.0.113.7:1 > 198.51.100.2:2" | jq -r '.result | "\(.verdict) \(.reason)"'
}
# in_policy: the entry of eth0
in_policy() {
	ctl -j show | jq -r .result.text | jq -c .interfaces.eth0
}

off='{"eth0": {"zone": "wan", "attach": false}, "eth1": {"zone": "lan"}}'
on='{"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}}'

section "by hand"
config "$on" ',
    {"id": "gre", "match": {"interface": "eth1", "proto": 47}, "action": "drop"}'
fwd_up || test_end
filtered "at first"
cp "$fwd_file" "$lab_dir/original"
before=$(revision)
holds "a dry run" '.result.changed and .result.dry_run and .result.warnings[0].code == "W0323"' \
	iface detach eth0 --dry-run
filtered "after a dry run"
check_equal "which made no revision" "$before" "$(revision)"
says "detach" 0 'eth0 is detached, and stays in the policy with "attach": false' iface detach eth0
check_equal "which is a revision" $((before + 1)) "$(revision)"
passes "detached"
says "again" 0 'nothing changed' iface detach eth0
check "attach" ctl iface attach eth0
says "detach, with a warning" 0 'eth0 \(all of zone "wan"\) is detached: "bad" matches nothing \[W0323\]' \
	iface detach eth0
check_equal "the entry" '{"zone":"wan","attach":false}' "$(in_policy)"
check_equal "the rule is still there" "bad gre" "$(ctl -j rule list | jq -r '[.result.items[].id] | join(" ")')"
check_match "iface list" 'eth0 +wan +detached' "$(ctl iface list)"
check_match "status" 'eth0 +wan +detached' "$(ctl status)"
check_match "health counts it" '1 interface attached, 1 detached' "$(ctl health)"
check_match "explain in words" 'passes.*reason: detached \(.*fwd filters nothing there\)' \
	"$(ctl explain "in eth0 udp 203.0.113.7:1 > 198.51.100.2:2" | tr '\n' ' ')"
says "a later edit does not repeat the warning" 0 '^rule gre is changed' rule set gre comment=x
says "an edit of its rules" 0 '"bad", "more" match nothing' \
	rule add '{"id": "more", "match": {"zone": "wan", "proto": 50}, "action": "drop"}'
check "goes again" ctl rule delete more
says "with fields that it does not have" 6 'there is an interface "eth0" already' \
	iface attach eth0 --zone lan
says "by interface name" 0 'eth1 .*is detached: "gre" matches nothing' iface detach eth1
says "one that nothing needs" 0 'rule gre is deleted' rule delete gre
check "eth1 again" ctl iface attach eth1
says "goes from the policy" 0 '^eth1 is detached \(' iface detach eth1
check_equal "and is not listed" eth0 "$(ctl -j iface list | jq -r '.result.items[].name')"
says "attach" 0 'eth0 is attached, native' iface attach eth0
filtered "attached again"
check_equal "as it was" '{"zone":"wan"}' "$(in_policy)"
says "again" 0 'nothing changed' iface attach eth0
says "by its field" 0 'eth0 is changed' iface set eth0 attach=false
passes "by its field"
says "and back" 0 'eth0 is changed' iface set eth0 attach=true
filtered "by its field again"
says "a field that is none" 3 '"attach" must be true or false' iface set eth0 attach=no
filtered "after a mistake"
counted=$(stat_rule bad)
check "detach" ctl iface detach eth0
probe $bad >/dev/null
check_equal "its rules count nothing" "$counted" "$(stat_rule bad)"
check "attach" ctl iface attach eth0
probe $bad >/dev/null
check_equal "and count on" $((counted + 5)) "$(stat_rule bad)"

section "save, reload and diff"
check "back to the file" ctl reload --discard
check "detach" ctl iface detach eth0
check_match "diff" 'interfaces.*eth0.*attach: .* -> false' "$(ctl diff | tr '\n' ' ')"
check "save" ctl save
check_equal "adds the field, and nothing else" \
	'    "eth0": {"zone": "wan", "attach": false},' \
	"$(diff "$lab_dir/original" "$fwd_file" | sed -n 's/^> //p' | sed 's/^ */    /;s/.*\("eth0": {[^}]*}\),.*/    \1,/')"
check "reload" ctl reload
passes "reloaded"
check "attach" ctl iface attach eth0
check "save" ctl save
check "takes it away again" cmp "$fwd_file" "$lab_dir/original"
config "$off"
check "a file that detaches" ctl reload
check_match "is warned of" 'fwd.json:[0-9]+:[0-9]+: warning: eth0.*\[W0323\]' "$output"
passes "by reload"
config "$on"
check "a file that attaches" ctl reload
filtered "by reload"
config '{"eth1": {"zone": "lan"}}'
says "a file without it, that names its zone" 3 'zone "wan".*"attach": false.*\[E0304\]' reload
check_equal "it is filtered" "5 0 program" "$(probe $good $bad) $(kernel eth0)"
config "$on"
check "the file as it was" ctl reload
filtered "it was refused"

section "for a time"
jq '.interfaces.eth0.attach = false' "$fwd_file" >"$lab_dir/off.json"
for way in "iface detach eth0" "apply $lab_dir/off.json"; do
	# shellcheck disable=SC2086
	says "$way: it waits" 0 '' $way --confirm 60s
	check_equal "it is filtered until then" "5 0 program" "$(probe $good $bad) $(kernel eth0)"
	check_equal "explain, too" "drop rule" "$(explained)"
	check "abort" ctl abort
	filtered "aborted"
	# shellcheck disable=SC2086
	check "$way: it waits" ctl $way --confirm 60s
	check "confirm" ctl confirm
	passes "confirmed"
	check "attach" ctl iface attach eth0
done
says "in words" 0 'eth0 will be detached, and is filtered until then' iface detach eth0 --confirm 60s
fwd_down KILL
fwd_up || test_end
check_equal "a restart meanwhile" "5 0 program" "$(probe $good $bad) $(kernel eth0)"
check "health" ctl health
is_repaired() {
	[ "$(iface eth0 .repairs)" = 1 ] && [ "$(kernel eth0)" = program ]
}
lab_in router ip link set eth0 xdp off
check_soon "and is repaired until then" 5 is_repaired
check_equal "it is filtered" "5 0" "$(probe $good $bad)"
check "health" ctl health
check "confirm" ctl confirm
passes "confirmed after a restart"
config "$off"
check "the file as it runs" ctl reload --discard
check "attach for a time" ctl iface attach eth0 --confirm 60s
check_equal "it is filtered at once" "5 0 program" "$(probe $good $bad) $(kernel eth0)"
check "abort" ctl abort
passes "aborted"
# Long enough for a slow machine: fwd is to be dead before.
check "attach for a time" ctl iface attach eth0 --confirm 30s
fwd_down KILL
check_equal "it is filtered" "5 0" "$(probe $good $bad)"
open() {
	[ "$(probe $good $bad)" = "5 5" ]
}
check_soon "without fwd, packets pass again" 40 open
fwd_up || test_end
passes "nobody confirmed it"
config "$on"
check "reload for a time" ctl reload --discard --confirm 60s
check "confirm" ctl confirm
filtered "confirmed"

section "rollback"
known=$(revision)
check "detach" ctl iface detach eth0
detached=$(revision)
check "rollback" ctl rollback "$known"
filtered "rolled back"
check "and back" ctl rollback "$detached"
passes "rolled forward"

section "restart"
config "$off"
for signal in TERM KILL; do
	fwd_down $signal
	fwd_up || test_end
	passes "$signal"
	check_match "$signal: the log has it" 'eth0: detached, as the config has' "$(cat "$fwd_log")"
	check_match "$signal: with its rules" 'eth0 .*"bad" matches nothing' "$(cat "$fwd_log")"
done
fwd_down
config "$on"
fwd_up || test_end
filtered "a file that attaches"
fwd_down
config "$off"
fwd_up || test_end
passes "a file that detaches"
fwd_down
fwd_up -i eth0 || test_end
filtered "-i attaches all the same"
check "detach" ctl iface detach eth0
passes "detached, with -i"
check "attach" ctl iface attach eth0
check "detach for a time" ctl iface detach eth0 --confirm 60s
check "abort" ctl abort
check "an edit after that" ctl rule set bad comment=y
filtered "-i is as before"
fwd_down
fwd_up -i eth0 || test_end
says "by its field, with -i, dry" 0 'nothing was done' iface set eth0 attach=false --dry-run
filtered "after a dry run, with -i"
check "another field" ctl iface set eth0 comment=x
filtered "-i goes on over other fields"
check "by its field, for a time" ctl iface set eth0 attach=false --confirm 60s
check "abort" ctl abort
filtered "-i is back"
says "by its field, with -i" 0 'eth0 is changed' iface set eth0 attach=false
passes "by its field, with -i"
says "again" 0 'nothing changed' iface set eth0 attach=false
fwd_down
fwd_up -i eth0 || test_end
filtered "the next start has -i again"
fwd_down
fwd_up -i eth0 --mode generic --drop-packets || test_end
lab_in router ip link add more0 type veth peer name more1
before=$(revision)
for change in "iface set eth0 mode=native" "iface attach more0 --mode native"; do
	# shellcheck disable=SC2086
	says "$change, with --mode" 6 'fwd runs with --mode generic.*\[E0506\]' $change
done
says "monitor, with --drop-packets" 6 'fwd runs with --drop-packets.*\[E0506\]' mode monitor
check_equal "no trace is left" "$before" "$(revision)"
check "the mode that it has" ctl iface set eth0 mode=generic
check "as it is" ctl mode enforce
lab_in router ip link delete more0
fwd_clear

section "a device that is missing"
config '{"eth0": {"zone": "wan"}, "late0": {"zone": "late"}}' ',
    {"id": "late", "match": {"zone": "late", "proto": 47}, "action": "drop"}'
fwd_up || test_end
check_exit "is reported" 7 ctl health
check "detach" ctl iface detach late0
check "not if it is detached" ctl health
lab_in router ip link add late0 type veth peer name late1
check "it comes: health" ctl health
check_equal "and is not filtered" none "$(kernel late0)"
lab_in router ip link delete late0
says "attach while it is missing" 0 'late0 is missing, and is filtered when it appears' iface attach late0
check_exit "it is reported again" 7 ctl health
lab_in router ip link add late0 type veth peer name late1
late() {
	[ "$(iface late0 .attached)" = true ]
}
check_soon "and filtered when it comes" 1 late
lab_in router ip link delete late0
fwd_clear

section "renamed"
config "$on"
fwd_up || test_end
check "detach" ctl iface detach eth0
rename() {
	lab_in router ip link set "$1" down
	lab_in router ip link set "$1" name "$2"
	lab_in router ip link set "$2" up
	lab_in router ip route replace 203.0.113.0/24 via 192.0.2.2
}
rename eth0 wan0
check "health" ctl health
check_equal "nothing is filtered" "5 5 none" "$(probe $good $bad) $(kernel wan0)"
config '{"wan0": {"zone": "wan", "attach": false}, "eth1": {"zone": "lan"}}'
check "the file follows" ctl reload --discard
check_equal "under its new name" "wan0 detached" "$(iface wan0 '"\(.current_name) \(.state)"')"
check "attach" ctl iface attach wan0
check_equal "it is filtered" "5 0 program" "$(probe $good $bad) $(kernel wan0)"
rename wan0 eth0
check "detach of what has another name now" ctl iface detach wan0
check_equal "finds the device" none "$(kernel eth0)"
check "health" ctl health
fwd_clear

section "the lock-out check"
config "$on" ',
    {"id": "all", "match": {"zone": "wan", "proto": "tcp"}, "action": "drop"}' ',
  "management": {"allow": [{"src": "192.0.2.2", "proto": "tcp", "dport": 22}]}'
fwd_up || test_end
# other ADDRESS attach: the same for another address of management
other() {
	jq --arg a "$1" --argjson on "$2" \
		'.management.allow[0].src = $a | .interfaces.eth0.attach = $on' "$lab_dir/original" >"$lab_dir/next.json"
}
cp "$fwd_file" "$lab_dir/original"
other 192.0.2.9 true
says "what drops management is refused" 1 'cut off.*192.0.2.2' apply "$lab_dir/next.json"
other 192.0.2.9 false
says "so it is where the interface stays until it is confirmed" 1 'cut off.*192.0.2.2' \
	apply "$lab_dir/next.json" --confirm 60s
filtered "it is refused"
says "nobody is cut off where nothing is filtered" 0 'W0323' apply "$lab_dir/next.json"
passes "it is done"
other 192.0.2.8 true
says "where it is again, they are" 1 'cut off.*192.0.2.9' apply "$lab_dir/next.json"
passes "it is refused"
says "nothing else keeps it from being attached" 0 'eth0 is attached' iface attach eth0
fwd_clear
fwd_up || test_end
other 192.0.2.2 false

section "panic"
check "detach" ctl iface detach eth0
says "panic close does not reach it" 0 'not on eth0.*detached' panic close --for 1m
check_equal "its packets pass" "5 5" "$(probe $good $bad)"
check "end" ctl panic end
check "attach" ctl iface attach eth0
check_equal "in JSON" '[]' "$(ctl -j panic close --for 1m | jq -c .result.detached)"
check "end" ctl panic end
filtered "after it"

section "trial and candidates"
says "a policy that detaches is tried as if it did not" 0 'eth0 is detached in the trial policy' \
	try "$lab_dir/next.json" --for 1m
ctl try --stop >/dev/null 2>&1 || ctl try stop >/dev/null 2>&1
check_equal "explain by it" "pass detached" \
	"$(ctl -j explain "in eth0 udp 203.0.113.7:1 > 198.51.100.2:2" --with "$lab_dir/next.json" | jq -r '.result | "\(.verdict) \(.reason)"')"
check_equal "and then the running policy as before" "drop rule" "$(explained)"
check "detach" ctl iface detach eth0
check_equal "explain by what attaches" "drop rule" \
	"$(ctl -j explain "in eth0 udp 203.0.113.7:1 > 198.51.100.2:2" --with "$fwd_file" | jq -r '.result | "\(.verdict) \(.reason)"')"
check_equal "what is attached is explained as ever" "pass default" \
	"$(ctl -j explain "in eth1 udp 203.0.113.7:1 > 198.51.100.2:2" | jq -r '.result | "\(.verdict) \(.reason)"')"

section "a config file that cannot be used"
check "save" ctl save
fwd_down
echo '{"rules": [' >"$fwd_file"
fwd_up || test_end
check_equal "the revision detaches as well" "5 5 none detached" "$(probe $good $bad) $(kernel eth0) $(iface eth0 .state)"
fwd_clear

section "stop"
config "$off" "" ', "defaults": {"on_stop": "detach"}'
fwd_up || test_end
fwd_down
check_equal "nothing is left" "0 none none" "$lab_code $(kernel eth0) $(kernel eth1)"
check_exit "nor are pins" 2 ls "$lab_pin"
test_end
