#!/bin/bash
# SPDX-License-Identifier: MIT
# The event log: each format to a file, rotation, sampling, and losses that are counted exactly.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

bad=203.0.113.7,1000
file=

lab_open
lab_router

# config EVENTS
config() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "events": $1,
	  "limits": {"slow": {"rate": "1/h", "burst": 1, "per": "rule"}},
	  "rules": [
	    {"id": "seen", "match": {"proto": "udp", "dport": 5}, "action": "log"},
	    {"id": "tenth", "match": {"proto": "udp", "dport": 10}, "action": "drop",
	     "log": {"sample": "1/10"}},
	    {"id": "slow", "match": {"proto": "udp", "dport": 11}, "limit": "slow"},
	    {"id": "canary", "match": {"proto": "udp", "dport": 12}, "action": "drop",
	     "enforce": false},
	    {"id": "bad", "match": {"src": "203.0.113.7"}, "action": "drop"}
	  ]
	}
	JSON
}

# start FORMAT [ARGS]: with the log in $file
start() {
	file=$lab_dir/events.$1
	rm -f "$file"
	fwd_up --log-format "$1" --log-file "$file" "${@:2}" || test_end
}

# flood PORT COUNT: frames of the bad source; no faster than a cable takes in, and until the last was judged
flood() {
	lab_in client "$fwd_build/tests/flood" send c0 src=203.0.113.7 "dport=$1" "count=$2" seconds=3600 \
		rate=50000 >/dev/null
	lab_quiet router eth0
}

lines() {
	wc -l <"$file"
}

has_lines() {
	[ "$(lines)" -ge "$1" ]
}

# packets FILE: a limit that starts and stops has events, too, and whenever a busy machine lets it
packets() {
	grep -c '"type":"packet"' "$1"
}

has_packets() {
	[ "$(packets "$file")" -ge "$1" ]
}

# Of the events that were due: what became of them.
event_counter() {
	ctl -j stats | jq ".result.events.$1"
}

section "jsonl"
config '{"rate": "1000/s"}'
start jsonl
check_equal "three rules" "0 5 0 1 5" \
	"$(probe $bad 192.0.2.2,5 192.0.2.2,10 192.0.2.2,11 192.0.2.2,12)"
check_soon "an event for each packet that is to be reported" 3 has_packets 20
check_equal "and none else" 20 "$(packets "$file")"
check_soon "and one of the limit" 3 grep -q '"type":"limit_started"' "$file"
check_equal "each line is an object" "" "$(jq -c 'select(type != "object")' "$file")"
check_equal "5 of the rule that drops" 5 "$(jq -c 'select(.rule == "bad" and .reason == "rule" and
	.outcome == "drop" and .src == "203.0.113.7" and .dst == "198.51.100.2" and .proto == "udp" and
	.dport == 1000 and .sport == 40000 and .interface == "eth0")' "$file" | wc -l)"
check_equal "5 of the rule that logs" 5 \
	"$(jq -c 'select(.rule == "seen" and .outcome == "pass")' "$file" | wc -l)"
check_equal "5 of the canary" 5 \
	"$(jq -c 'select(.rule == "canary" and .outcome == "would_drop")' "$file" | wc -l)"
check_equal "4 over the limit" 4 \
	"$(jq -c 'select(.limit == "slow" and .reason == "over_limit")' "$file" | wc -l)"
check_equal "1 of 5 where 1 of 10 is set" 1 \
	"$(jq -c 'select(.rule == "tenth" and .sample == 10)' "$file" | wc -l)"
now=$(date +%s)
reported=$(date -d "$(jq -r .time "$file" | tail -1)" +%s)
check_between "times are of today's clock" $((now - 120)) $((now + 5)) "$reported"

section "rotation"
mv "$file" "$file.1"
kill -USR1 "$fwd_pid"
check_soon "SIGUSR1 opens a new file" 2 test -e "$file"
probe $bad >/dev/null
check_soon "which gets what comes" 3 has_packets 5
check_equal "the old one stays as it was" 20 "$(packets "$file.1")"
fwd_down
start jsonl --log-buffer-size 65536
probe $bad >/dev/null
fwd_down
check_equal "what is buffered is written at the end" 5 "$(packets "$file")"

section "rotation by size"
config '{"rate": "100000/s"}'
start jsonl --log-max-size 64Ki --log-keep 2 --log-buffer-size 0
flood 1000 900
check_soon "a second file" 5 test -s "$file.1"
check_equal "each is whole" "" "$(cat "$file" "$file.1" | jq -c 'select(type != "object")')"
check_between "no larger than said" 65536 70000 "$(stat -c %s "$file.1")"
flood 1000 900
check_soon "a third" 5 test -s "$file.2"
flood 1000 900
check_equal "and no more" 0 "$(find "$lab_dir" -name 'events.jsonl.3' | wc -l)"
fwd_down
check_exit "a size that is none" 2 fwd_run --log-max-size 10
check_exit "a number that is none" 2 fwd_run --log-keep all
rm -f "$file".*
config '{"rate": "1000/s"}'

section "summaries by rule"
start jsonl --stats-interval 1
flood 1000 300
flood 11 50
said() { grep -Eq "summary of [0-9]+ s: $1" "$fwd_log"; }
check_soon "the rule that dropped" 5 said 'rule bad dropped [0-9]+ packets \([0-9.]+ kB\)'
check_soon "the limit that was exceeded" 5 said 'limit slow was exceeded by [0-9]+ packets'
check_equal "all of them, once" 300 "$(grep -Eo 'rule bad dropped [0-9]+' "$fwd_log" | awk '{s += $4} END {print s}')"
check_equal "no line for rules that dropped nothing" 0 "$(grep -c 'rule tenth' "$fwd_log")"
probe 192.0.2.2,12 >/dev/null
check_soon "a canary would have" 5 said 'rule canary would have dropped 5 packets'
fwd_down

section "csv"
start csv
probe $bad 192.0.2.2,5 >/dev/null
check_soon "a header and 10 events" 3 has_lines 11
check_match "the header names the columns" '^time,outcome,reason,rule,' "$(head -1 "$file")"
check_equal "all lines have as many fields" 1 "$(awk -F, '{print NF}' "$file" | sort -u | wc -l)"
check_equal "5 drops" 5 "$(grep -c ',drop,rule,bad,' "$file")"
fwd_down

section "json"
start json
probe $bad >/dev/null
sleep "$(scaled 1)"
fwd_down
check_equal "one document, a list of 5" 5 "$(jq length "$file")"
check_equal "of objects" bad "$(jq -r '.[4].rule' "$file")"

section "console"
start console --stats-interval 1
probe $bad >/dev/null
shows() {
	[ "$(grep -c 'drop eth0 udp 203\.0\.113\.7:40000 > 198\.51\.100\.2:1000.*rule bad' "$file")" = 5 ]
}
check_soon "5 lines for people" 3 shows
check_equal "without colours in a file" 0 "$(grep -c $'\033' "$file")"
summarised() {
	grep -Eq 'dropped|packets' "$file" "$fwd_log"
}
check_soon "and a summary each second" 3 summarised
fwd_down

section "limits that start and stop"
# notices TYPE FILTER: how many there are, of limit slow
notices() {
	jq -c "select(.type == \"$1\" and .limit == \"slow\" and $2)" "$file" | wc -l
}
has_notice() {
	[ "$(notices "$@")" = 1 ]
}
start jsonl
over=$(stat_limit slow over)
flood 11 400
flood 11 400
check_soon "one event when it starts" 3 has_notice limit_started \
	'.outcome == "drop" and .rate == "1/h" and .per == "rule" and .rules == ["slow"]'
over=$(($(stat_limit slow over) - over))
check_soon "one when it has stopped, with what it dropped" 9 has_notice limit_stopped \
	".packets == $over and .bytes > $over"
check_equal "one each, however many packets" "1 1" \
	"$(notices limit_started true) $(notices limit_stopped true)"
sed -i 's/"enforce": true,/"enforce": false,/' "$fwd_file"
check "reload to monitor mode" ctl reload
flood 11 100
check_soon "which says that it would have" 3 has_notice limit_started '.outcome == "would_drop"'
fwd_down
start csv
flood 11 100
check_soon "a row of the same columns" 3 grep -q ',would_drop,,,slow,.*,limit_started,slow,1/h,rule,' "$file"
check_equal "all lines have as many fields" 1 \
	"$(sed 's/"[^"]*"/x/g' "$file" | awk -F, '{print NF}' | sort -u | wc -l)"
fwd_down

section "an interface that changes"
start jsonl
lab_in router ip link set eth0 xdp off
# has_change CONDITION
has_change() {
	jq -se "any(.[]; .type == \"interface_changed\" and .interface == \"eth0\" and ($1))" "$file" >/dev/null
}
check_soon "its program is put back" 3 has_change '.text | contains("removed by somebody; put back")'
lab_in router ip link set eth0 down
lab_in router ip link set eth0 name uplink
check_soon "it has another name in the kernel" 3 has_change '.text | endswith("eth0 is now called uplink")'
lab_in router ip link set uplink name eth0
lab_in router ip link set eth0 up
check_exit "it is detached" 0 ctl iface detach eth0
check_soon "which is said" 3 has_change '.text == "interface eth0: detached"'
check_exit "and attached" 0 ctl iface attach eth0
check_soon "which is said, too" 3 has_change '.text | startswith("interface eth0: attached ")'
fwd_down

section "no more than the rate, and every loss counted"
config '{"rate": "50/s"}'
start jsonl
before=$(event_counter written) rated=$(event_counter over_rate)
began=$(now_ms)
flood 1000 3000
took=$(($(now_ms) - began))
written=$(($(event_counter written) - before)) rated=$(($(event_counter over_rate) - rated))
check_equal "written and refused are all" 3000 $((written + rated))
check_between "written: not above 50/s" 1 $((100 + 50 * (took + 1000) / 1000)) $written
check_soon "all that were written are in the file" 3 has_lines $written
check_equal "and no more" $written "$(lines)"

section "sampled"
config '{"rate": "100000/s", "sample": "1/100"}'
check "reload" ctl reload
before=$(event_counter written) sampled=$(event_counter sampled_out) was=$(lines)
flood 1000 3000
written=$(($(event_counter written) - before))
# Each CPU counts for itself: a sender that moves to others may make one more or less with each.
check_between "1 of 100" $((30 - $(nproc) + 1)) $((30 + $(nproc) - 1)) $written
check_equal "the others are counted" 3000 \
	$((written + $(event_counter sampled_out) - sampled))
check_soon "they are in the file" 3 has_lines $((was + written))
check_equal "and say what they stand for" $written \
	"$(jq -c 'select(.sample == 100)' "$file" | wc -l)"
check_equal "nothing was lost" 0 "$(event_counter lost)"
fwd_clear

section "a reader that cannot keep up"
config '{"rate": "10000000/s"}'
fwd_up --log-format jsonl --log-file "$lab_dir/stopped" || test_end
kill -STOP "$fwd_pid"
flood 1000 60000
kill -CONT "$fwd_pid"
is_whole() {
	[ $(($(event_counter written) + $(event_counter lost))) = 60000 ]
}
check_soon "written and lost are all that were dropped" 5 is_whole
check_equal "as the rule counted" 60000 "$(stat_rule bad)"
check_between "some were lost" 1 59999 "$(event_counter lost)"
file=$lab_dir/stopped
check_soon "the others are in the file" 10 has_lines "$(event_counter written)"

fwd_clear
test_end
