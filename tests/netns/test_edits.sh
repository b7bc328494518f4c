#!/bin/bash
# SPDX-License-Identifier: MIT
# Edits in place: rules, limits, sets and settings change while packets pass; what is so already is
# no change; a dry run does nothing.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router

revision() {
	ctl -j history -n 1 | jq '.result.items[0].number'
}

order() {
	ctl -j rule list | jq -r '[.result.items[].id] | join(" ")'
}

counted() {
	ctl -j rule show "$1" | jq .result.packets
}

fwd_config <<JSON
{
  "enforce": true,
  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
  "sets": {"bad": {"live": true}, "home": {"elements": ["192.0.2.0/24"]}},
  "limits": {"slow": {"rate": "1/h", "burst": 5, "per": "src/32"}},
  "rules": [
    {"id": "bad-ones", "match": {"zone": "wan", "src": "@bad"}, "action": "drop"},
    {"id": "ping", "match": {"zone": "wan", "proto": "icmp"}, "action": "pass"},
    {"id": "probe", "match": {"proto": "udp", "dport": 9}, "action": "drop"}
  ]
}
JSON
fwd_up || test_end

section "rule set"
check_equal "pings pass" 5 "$(pings 198.51.100.2)"
says "a rule changes" 0 '^rule ping is changed \(.*revision [0-9]+' \
	rule set ping action=drop 'comment="for a while"'
check_equal "so do verdicts" 0 "$(pings 198.51.100.2)"
check_equal "it has counted on" 10 "$(counted ping)"
check_equal "and stands where it stood" "bad-ones ping probe" "$(order)"
holds "the match is merged" '.result.match == {"zone": "wan", "proto": "icmp"}' rule show ping
says "the same again" 0 'ping is changed \(nothing changed: it was so already\)' \
	rule set ping action=drop
before=$(revision)
holds "in JSON" '.result.changed == false' rule set ping action=drop
check_equal "and makes no revision" "$before" "$(revision)"
holds "a dry run" '.result.changed and .result.dry_run' rule set ping action=pass --dry-run
says "in words" 0 'ping is changed \(dry run: nothing was done\)' rule set ping action=pass --dry-run
check_equal "does nothing" 0 "$(pings 198.51.100.2)"
check_equal "nor a revision" "$before" "$(revision)"
says "a dry run of an error is that error" 3 'argument:1:[0-9]+: error: .*\[E' \
	rule set ping action=dorp --dry-run
says "an error has its place" 3 'argument:1:12: error: .*\[E' rule set ping '{"action": "dorp"}'
says "another id" 3 'use rule rename.*\[E0105\]' rule set ping id=pong
says "no field" 2 'is neither FIELD=VALUE' rule set ping drop
says "a field twice" 2 'action is given twice' rule set ping action=drop action=pass
says "no such rule" 1 'no rule "pin"; did you mean "ping"' rule set pin action=drop
says "another revision" 6 'revision' rule set ping action=pass --if-revision 999
says "with a confirmation" 0 'ping is changed' rule set ping action=pass --confirm 10m
check_equal "it is in force" 5 "$(pings 198.51.100.2)"
says "a dry run does not get past what waits" 6 'waits for its confirmation' \
	rule set ping action=drop --dry-run
check "abort" ctl abort
check_equal "it is not any more" 0 "$(pings 198.51.100.2)"
says "a field goes" 0 'is changed' rule set ping '{"comment": null, "action": "pass"}'
holds "it is gone" '.result | has("comment") | not' rule show ping
check_match "all is in the audit" 'rule set ping' "$(ctl history --audit)"

section "rule move and rename"
says "move" 0 'rule probe is now before bad-ones' rule move probe --before bad-ones
check_equal "in front" "probe bad-ones ping" "$(order)"
says "again" 0 'nothing changed' rule move probe --before bad-ones
says "behind" 0 'rule probe is now after ping' rule move probe --after ping
check_equal "at the end" "bad-ones ping probe" "$(order)"
says "both" 2 'one of them' rule move probe --before ping --after ping
says "neither" 2 'one of them' rule move probe
says "to none" 1 'no rule "nope"' rule move probe --after nope
counted=$(counted ping)
says "rename" 0 'rule ping is now named echo' rule rename ping echo
check_equal "it counts on" "$((counted + 5))" "$(pings 198.51.100.2 >/dev/null; counted echo)"
says "the old name is gone" 1 'no rule "ping", but there is a rule "echo"' rule rename ping echo
says "a name that is taken" 6 'there is a rule "probe" already' rule rename echo probe
says "a dry rename" 0 'dry run' rule rename echo pong --dry-run
check_equal "does not rename" "bad-ones echo probe" "$(order)"
fwd_down
fwd_up || test_end
check_equal "the file has the old name" "bad-ones ping probe" "$(order)"

section "limits"
check "a rule with a limit" ctl rule set ping '{"action": null, "limit": "slow"}'
check_equal "its burst" 5 "$(pings 198.51.100.2)"
check_equal "is used up" 0 "$(pings 198.51.100.2)"
says "limit set" 0 'limit slow is changed' limit set slow rate=2/h
holds "it has another rate" '.result.rate == "2/h" and .result.burst == 5' limit show slow
check_equal "buckets know what they knew" 0 "$(pings 198.51.100.2)"
says "again" 0 'nothing changed' limit set slow rate=2/h
says "a bad rate" 3 'argument:1:' limit set slow rate=often
says "no such limit" 1 'no limit "slwo"; did you mean' limit set slwo rate=1/s
check "the limit goes from the rule" ctl rule set ping '{"action": "pass", "limit": null}'
says "limit delete" 0 'slow is deleted' limit delete slow
says "twice" 1 'no limit "slow"' limit delete slow
holds "--missing-ok" '.result.changed == false' limit delete slow --missing-ok
holds "for rules, too" '.result.changed == false' rule delete nope --missing-ok
holds "for sets" '.result.changed == false' set delete nope --missing-ok
holds "for interfaces" '.result.changed == false' iface detach nope --missing-ok

section "sets"
says "set create" 0 'set guests is created' set create guests live=true timeout=1h
says "again" 0 'nothing changed' set create guests live=true timeout=1h
says "another of this name" 6 'there is a set "guests" already' set create guests live=true
says "as JSON" 0 'is created' set create office '{"elements": ["203.0.113.0/24"]}'
says "a set that is used" 6 'set "bad" is used by rule "bad-ones"' set delete bad
check "an entry" ctl set add guests 192.0.2.77
says "a set with live entries" 6 'has entries \(1\): set flush' set delete guests
check "flush" ctl set flush guests
says "set delete" 0 'set guests is deleted' set delete guests
says "it is gone" 1 'no set "guests"' set show guests
holds "a dry add" '.result.added == 1 and .result.changed and .result.dry_run' \
	set add bad 192.0.2.2 --dry-run
holds "adds nothing" '.result.items == []' set show bad
holds "an add" '.result.changed' set add bad 203.0.113.5
holds "the same again" '.result.changed == false and .result.added == 0' set add bad 203.0.113.5
holds "a dry delete" '.result.removed == 1' set delete bad 203.0.113.5 --dry-run
holds "deletes nothing" '.result.total == 1' set show bad
holds "a dry flush" '.result.removed == 1 and .result.changed' set flush bad --dry-run
holds "a delete" '.result.removed == 1 and .result.changed' set delete bad 203.0.113.5
holds "the same again" '.result.removed == 0 and .result.changed == false' \
	set delete bad 203.0.113.5
holds "of an inline set" '.result.removed == 0 and .result.changed == false' \
	set delete home 203.0.113.5
holds "a dry add to it" '.result.added == 1 and .result.dry_run' set add home 203.0.113.5 --dry-run
holds "adds nothing" '.result.total == 1' set show home

section "blocks"
says "a dry block" 0 '203.0.113.5 is blocked \(dry run: nothing was done\)' block 203.0.113.5 --dry-run
holds "blocks nothing" '.result.total == 0' blocks
holds "a block" '.result.new and .result.changed' block 203.0.113.5
says "again" 0 'is blocked \(nothing changed' block 203.0.113.5
holds "for a time, that is a change" '.result.new == false and .result.changed' \
	block 203.0.113.5 --for 1h
holds "and without one again" '.result.changed' block 203.0.113.5
says "a dry unblock" 0 'dry run: nothing was done' unblock 203.0.113.5 --dry-run
holds "unblocks nothing" '.result.total == 1' blocks
says "with --if-revision" 0 'is blocked' block 203.0.113.5 --if-revision "$(revision)"
says "with --force" 0 'blocked already; now for 1h' block 203.0.113.5 --for 1h --force
holds "unblock" '.result.changed' unblock 203.0.113.5
says "again" 0 'was not blocked: nothing changed' unblock 203.0.113.5
holds "in JSON" '.result.changed == false' unblock 203.0.113.5
says "a dry one of what is not blocked" 0 'is not blocked \(dry run: it is so already' \
	unblock 203.0.113.5 --dry-run

section "settings"
check "a rule that drops" ctl rule set ping action=drop
says "mode" 0 'the mode is monitor' mode monitor
check_equal "packets pass" 5 "$(pings 198.51.100.2)"
says "again" 0 'nothing changed' mode monitor
says "with a confirmation" 0 'the mode is enforce' mode enforce --confirm 10m
check_equal "they do not" 0 "$(pings 198.51.100.2)"
check "confirm" ctl confirm
says "a mode that is none" 2 'MODE cannot be "open"' mode open
check "pings pass again" ctl rule set ping action=pass
says "defaults that are none" 3 'argument:1:' defaults set acton=drop
says "defaults set" 0 'the defaults are changed' defaults set action=drop
holds "it shows" '.result.text | fromjson | .defaults.action == "drop"' show
says "interface set" 0 'eth1 is changed' interface set eth1 zone=dmz
holds "it is in the zone" '.result.items[] | select(.name == "eth1") | .zone == "dmz" and .attached' \
	iface list
says "again" 0 'nothing changed' iface set eth1 zone=dmz
says "a mode of an interface" 0 'eth1 is changed' iface set eth1 mode=generic
holds "it is attached so" '.result.items[] | select(.name == "eth1") | .mode == "generic"' iface list
says "none of ours" 1 'no interface "eth7"' iface set eth7 zone=lan
holds "attach of what is attached" '.result.changed == false' iface attach eth1
says "attach otherwise" 6 'there is an interface "eth1" already' iface attach eth1 --zone lan
holds "a dry detach" '.result.changed and .result.dry_run' iface detach eth1 --dry-run
holds "detaches nothing" '[.result.items[] | select(.attached)] | length == 2' iface list
cat >"$lab_dir/next.json" <<JSON
{"enforce": true, "interfaces": {"eth0": {}}, "rules": []}
JSON
before=$(order)
holds "a dry apply" '.result.changed and .result.dry_run' apply "$lab_dir/next.json" --dry-run
check_equal "applies nothing" "$before" "$(order)"
holds "a dry reload" '.result.changed and .result.dry_run' reload --discard --dry-run
check_equal "loads nothing" "$before" "$(order)"

section "reload and live edits"
check "back to the file" ctl reload --discard
check "a live edit" ctl rule set probe action=pass
says "a reload would lose it" 6 'would be lost: 1; fwctl save keeps them.*E0505' reload
says "and shows it" 6 'only live: rules probe is changed: action "drop" -> "pass"' reload
says "a dry one, too" 6 'E0505' reload --dry-run
holds "it runs on" '.result.action == "pass"' rule show probe
kill -HUP "$fwd_pid"
check_soon "SIGHUP is refused as well" 10 grep -q 'error: only live: rules probe' "$fwd_log"
holds "and it runs on" '.result.action == "pass"' rule show probe
# In the file: other changes, and the same edit.
jq '.limits.slow.burst = 7' "$fwd_file" >"$lab_dir/edited" && cat "$lab_dir/edited" >"$fwd_file"
says "changes of the file are no loss" 6 'would be lost: 1;' reload
jq '.rules[2].action = "pass"' "$fwd_file" >"$lab_dir/edited" && cat "$lab_dir/edited" >"$fwd_file"
says "what the file has, too, is not lost" 0 'reloaded' reload
holds "it is as the file says" '.result.action == "pass"' rule show probe
check "a live edit" ctl rule set probe action=drop
check "save" ctl save
says "what is saved is not lost" 0 'reloaded' reload
check "a live edit" ctl rule delete probe
echo '{"rules": [' >"$lab_dir/broken"
cp "$fwd_file" "$lab_dir/saved"
cat "$lab_dir/broken" >"$fwd_file"
says "an error of the file comes first" 3 'error: .*\[E0002\]' reload
cat "$lab_dir/saved" >"$fwd_file"
says "--discard goes on" 0 '1 live edit gone, which the file did not have' reload --discard
check_equal "the file rules" "bad-ones ping probe" "$(order)"

test_end
