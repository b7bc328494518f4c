#!/bin/bash
# SPDX-License-Identifier: MIT
# The panic switch: at once, with an end, with and without fwd, over restarts, and nobody misses it.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router
fwd_config <<-'JSON'
	{
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "management": {"allow": [{"src": "192.0.2.2", "proto": "icmp"}]},
	  "rules": [
	    {"id": "closed", "match": {"zone": "wan", "src": "2001:db8:bad::/48"}, "action": "drop"}
	  ]
	}
JSON
fwd_up --log-format jsonl --log-file "$lab_dir/events.jsonl" || test_end

# What no rule is about, and what one would drop.
passes() { [ "$(pings -I 203.0.113.7 198.51.100.2)" = 5 ]; }
drops() { [ "$(pings -I 203.0.113.7 198.51.100.2)" = 0 ]; }
closed_passes() { [ "$(pings -I 2001:db8:bad::7 2001:db8:2::2)" = 5 ]; }
panic() { ctl -j status | jq -r '.panic.mode // "none"'; }

section "none"
check "packets pass" passes
check_equal "nothing is said" none "$(panic)"
check "health" ctl health
check "nothing to end is no error" ctl panic end
check_match "and is said" "there is no panic" "$output"
check_equal "as data" false "$(ctl -j panic end | jq .result.changed)"
check_exit "a time that is none" 2 ctl panic close --for soon
check_exit "too long" 2 ctl panic close --for 2d
check_exit "no such mode" 2 ctl panic half

section "close, in monitor mode"
check "close" ctl panic close --for 1h
check_match "says how long" 'close for (1h|59m)' "$output"
check "packets are dropped" drops
check_equal "management passes" 5 "$(pings 198.51.100.2)"
check_exit "health" 7 ctl health
check_match "says why" "panic close is in force for another" "$output"
check_match "each reply says so" "note: panic close is in force" "$(ctl rule list 2>&1 >/dev/null)"
check_match "status" "^problem +panic close" "$(ctl status)"
check_equal "as data" '["close",true]' \
	"$(ctl -j rule list | jq -c '.panic | [.mode, .seconds_left > 3000]')"
check_match "explain" "fwctl panic is in force" \
	"$(ctl explain "in eth0 udp 192.0.2.2:1 > 198.51.100.2:9")"
check_match "the log" "panic: closed: only management.allow .* for 1h; by root" "$(cat "$fwd_log")"
event() { grep -c '"type":"panic"' "$lab_dir/events.jsonl"; }
check_soon "an event" 5 event
check_match "the audit" "panic.close" "$(ctl -j history --audit)"
check "packets are counted by reason" test "$(stat_reason eth0 panic drop)" -gt 0

section "edits and reloads change nothing"
check "a reload" ctl reload
check "still dropped" drops
check "a rule" ctl rule add '{"id": "all", "action": "pass"}'
check "still dropped" drops

section "without fwd"
fwd_down KILL
check "still dropped" drops
check_exit "fwctl cannot" 4 ctl panic open
check_match "and says what can" "fwd --panic open" "$output"
check "fwd can: open" "$fwd_binary" --pin-dir "$lab_pin" --panic open,1h
check "all pass" passes
check "and those that a rule drops" closed_passes
check "end" "$fwd_binary" --pin-dir "$lab_pin" --panic end
check_exit "what is no mode" 2 "$fwd_binary" --pin-dir "$lab_pin" --panic clo
check_exit "what is no time" 2 "$fwd_binary" --pin-dir "$lab_pin" --panic close,x
check_exit "nothing filters there" 1 "$fwd_binary" --pin-dir "$lab_pin-no" --panic close
check_match "and is said" "nothing filters here" "$output"
check "close" "$fwd_binary" --pin-dir "$lab_pin" --panic close,1h
check "dropped" drops

section "over a restart, with a broken config"
fwd_up --log-format jsonl --log-file "$lab_dir/events.jsonl" || test_end
check_equal "the next fwd knows" close "$(panic)"
check "dropped" drops
logged() { grep -q "panic: closed" "$fwd_log"; }
check_soon "and logs it" 5 logged
echo '{"interfaces": {"eth0": {}},}' >"$fwd_file"
check_exit "the config is broken" 3 ctl reload
check "open" ctl panic open --for 1h
check "all pass" passes
check "end" ctl panic end
check_match "says so" "the policy is in force again" "$output"
check "packets pass" passes
check_equal "none" none "$(panic)"

section "its end"
check "for a second" ctl panic close --for 1s
check_soon "it ends by itself" 5 passes
ended() { grep -q "panic: it has ended" "$fwd_log"; }
check_soon "the log says so" 5 ended

section "without management"
echo '{"interfaces": {"eth0": {}}}' >"$fwd_file"
check "a policy without" ctl reload --discard
check_exit "close is refused" 1 ctl panic close
check_match "with the reason" "management.allow is empty" "$output"
check "unless forced" ctl panic close --force --for 1h
check "dropped" drops
check "open needs none" ctl panic open
check "end" ctl panic end

fwd_clear
test_end
