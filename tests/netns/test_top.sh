#!/bin/bash
# SPDX-License-Identifier: MIT
# fwctl top: rates as text, as JSON, and on a terminal.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router
# Many rules with long names.
config() {
	echo '{"enforce": true, "interfaces": {"eth0": {"zone": "wan"}}, "events": {"rate": "10/s"},'
	echo '"limits": {"each": {"rate": "10/s", "per": "src/32"}, "large": {"rate": "100/s", "per": "src/24"}},'
	echo '"rules": [{"id": "scan", "match": {"proto": "udp", "dport": 4000}, "action": "drop"},'
	echo '{"id": "each", "match": {"proto": "udp", "dport": 4001}, "limit": "each"},'
	echo '{"id": "large", "match": {"proto": "udp", "dport": 4002}, "limit": "large"},'
	for number in $(seq 30); do
		echo "{\"id\": \"rule-number-$number-with-a-long-name-that-no-terminal-of-eighty-has\","
		echo "\"match\": {\"proto\": \"udp\", \"dport\": $((4100 + number))}, \"action\": \"drop\"},"
	done
	echo '{"id": "last", "match": {"dport": 9}, "action": "drop"}]}'
}
fwd_config < <(config)
fwd_up || test_end

top() {
	timeout "$(scaled 30)" "$fwctl_binary" -s "$lab_dir/sock" "$@"
}

floods=()
# flood PORT RATE: until it is stopped; who has waited for a CPU catches up, and is faster for a moment
flood() {
	lab_start client "$fwd_build/tests/flood" send c0 "dport=$1" "rate=$2" seconds=3600 >/dev/null
	floods+=("$lab_pid")
}

section "without packets"
check_exit "one refresh" 0 top top --count 1 --interval 200ms
check_match "has the mode" '^fwd enforcing, revision 1, up' "$output"
check_match "and totals" '^dropped +0 +0 bit$' "$output"
check_equal "none of them is there twice" 1 "$(grep -c ^TOTAL <<<"$output")"

section "rates"
flood 4000 1000
flood 4001 100
number=1
while [ $number -le 30 ]; do
	flood $((4100 + number)) 20
	number=$((number + 10))
done
# flows: all of them have begun, and the limit has been met
flows() {
	local rule

	[ "$(stat_limit each over)" -gt 0 ] || return
	for rule in scan rule-number-{1,11,21}-with-a-long-name-that-no-terminal-of-eighty-has; do
		[ "$(stat_rule "$rule")" -gt 0 ] || return
	done
}
check_soon "packets come" 10 flows
text=$(top -j top --count 3 --interval 700ms)
check_equal "a line for each refresh" 3 "$(wc -l <<<"$text")"
last=$(tail -1 <<<"$text")
# value FILTER: rounded down
value() {
	jq "$1 | floor" <<<"$last"
}
# How fast the flood is, is up to the machine: what is dropped and what is counted must agree.
check_between "packets dropped by a rule" 100 5000 \
	"$(value '.rules[] | select(.id == "scan") | .packets_per_s')"
check_equal "it drops most, so it comes first" scan "$(jq -r '.rules[0].id' <<<"$last")"
check_between "the limit lets 10/s pass" 1 25 "$(value '.limits[0].passed.packets_per_s')"
check_between "and has one key" 1 1 "$(value '.limits[0].keys')"
check_equal "the key that it limits" "192.0.2.2 each" \
	"$(jq -r '.keys[0] | "\(.key) \(.limit)"' <<<"$last")"
check_between "and how often" 5 500 "$(value '.keys[0].limited_per_s')"
check_between "over it" 5 500 "$(value '.limits[0].over.packets_per_s')"
check_equal "the sum of reasons is the total" true "$(jq '[.reasons[] |
	select(.outcome == "drop") | .packets_per_s] | add as $sum |
	($sum - $all | fabs) < 1 + $all / 20' --argjson all "$(jq .totals.dropped.packets_per_s <<<"$last")" \
	<<<"$last")"
check_equal "bits are eight of a byte" true \
	"$(jq '.rules[0] | .bits_per_s / .packets_per_s / 8 | . > 59 and . < 90' <<<"$last")"
before=$(stat_rule scan)
text=$(top -j top --count 2 --interval 500ms)
after=$(stat_rule scan)
check_between "what it shows is what was counted" 1 $((after - before)) "$(jq -s '[.[] | .seconds *
	(.rules[] | select(.id == "scan") | .packets_per_s)] | add | floor' <<<"$text")"
output=$(top top --count 2 --interval 500ms)
check_equal "text: refreshes follow each other" 2 "$(grep -c '^fwd enforcing' <<<"$output")"
check_match "with rules" '^scan +[0-9.]+ +[0-9.]+ k?bit$' "$output"
check_equal "without escapes" 0 "$(grep -c $'\033' <<<"$output")"

section "a terminal"
for pid in "${floods[@]}"; do
	lab_stop "$pid"
done
lab_still
# Each terminal is one of tmux's, with a server of its own. Its shell is left when top ends, and shows the exit code.
terminals=0
tmux() {
	command tmux -S "$lab_dir/tmux.$terminals" -f /dev/null "$@"
}
on_screen() {
	tmux capture-pane -p -t top
}
# terminal COLUMNS ROWS [ARGS]: top in a new one
terminal() {
	[ $terminals = 0 ] || tmux kill-server
	terminals=$((terminals + 1))
	tmux new-session -d -s top -x "$1" -y "$2" env PS1= bash --norc
	lab_pids+=("$(tmux display-message -p '#{pid}')") # its server, which is no child of ours
	tmux send-keys -t top "echo before; '$fwctl_binary' -s $lab_dir/sock top ${*:3}; echo code \$?" Enter
}
# shows REGEX: the screen does
shows() {
	on_screen | grep -Eq -- "$1"
}
shows_no() {
	! shows "$1"
}
# stamp: what differs between two refreshes, at any width
stamp() {
	on_screen | grep -o ' up [0-9a-z]*'
}
other_stamp() {
	[ "$(stamp)" != "$shown" ]
}
# next_refresh: wait for it; the stamp of what is shown then is in $shown
next_refresh() {
	shown=$(stamp)
	eventually 30 other_stamp
	shown=$(stamp)
}
# counters FILE: as top_screen.py reads them
counters() {
	local limit keys={}

	for limit in each large; do
		keys=$(ctl -j limit show $limit --top 100 |
			jq --arg limit $limit --argjson keys "$keys" '$keys + {($limit): .result}')
	done
	ctl -j stats | jq --argjson keys "$keys" '{stats: .result, $keys}' >"$1"
}
# send PORT COUNT [ARGS]
send() {
	lab_in client "$fwd_build/tests/flood" send c0 "dport=$1" "count=$2" seconds=60 "${@:3}" >/dev/null
}
# burst: packets of all kinds, numbers of 1 to 5 digits
burst() {
	send 4000 12345 length=1400
	send 4001 400 src=192.0.2.64/31
	send 4002 3000 src=192.0.2.128/32
	send 4101 7
	send 4111 48
	send 4121 991
	send 4999 2222
	lab_quiet server s0
}
# one_refresh COLUMNS SECONDS: a screen that shows what came between the counters in before and after, and nothing
# else. Keys that are limited are shown if they were in the refresh before, too.
one_refresh() {
	terminal "$1" 50 --interval "$2s"
	eventually 20 shows '^TOTAL ' || return
	next_refresh
	burst
	other_stamp && return 1
	next_refresh
	counters "$lab_dir/before"
	burst
	counters "$lab_dir/after"
	other_stamp && return 1
	next_refresh
	on_screen >"$lab_dir/screen"
	tmux resize-window -t top -x 200 -y 50
	eventually 5 shows ' s to [0-9:]+Z$' || return
	seconds=$(on_screen | sed -n '1s/.* \([0-9.]*\) s to .*/\1/p')
	! other_stamp
}
# numbers COLUMNS: what a screen that wide shows is what the counters gained. On a busy machine a refresh can come
# before all of it is counted: then again, with longer ones.
numbers() {
	local shown seconds interval rows verdict text

	for interval in "$enough" $((2 * enough)) $((4 * enough)) $((8 * enough)); do
		one_refresh "$1" "$interval" || continue
		rows=$("$here/top_screen.py" "$lab_dir/before" "$lab_dir/after" "$lab_dir/screen" "$1" "$seconds")
		grep -q ^fail <<<"$rows" || break
	done
	while read -r verdict text; do
		"$verdict" "$1 columns: $text"
	done <<<"${rows:-fail no refresh has it all}"
	check_equal "$1 columns: no line is wider" "" \
		"$(awk -v most="$1" 'length > most' "$lab_dir/screen")"
	check "$1 columns: the headline ends with a whole part" grep -Eqx \
		'fwd enforcing, revision [0-9]+(, up [0-9a-z]+(, [0-9]+ blocks?(; [0-9.]+ s to [0-9:]{8}Z)?)?)?' \
		<(head -1 "$lab_dir/screen")
}
since=$(now_ms)
burst
# What comes in a refresh, and what is asked before and after it, has room in it.
enough=$((2 + ($(now_ms) - since) * 2 / 1000))
for columns in 40 80 132 200; do
	numbers $columns
done
tmux resize-window -t top -x 60 -y 24
# edge COLUMNS: rows end there
edge() {
	[ "$(on_screen | awk '/^dropped / { print length }')" = "$1" ]
}
check_soon "a smaller window has smaller lines" 5 edge 60
tmux resize-window -t top -x 120 -y 60
check_soon "a larger one larger lines" 5 edge 120
tmux send-keys -t top x
tmux send-keys -t top q
check_soon "q ends it" 5 shows '^code 0$'
check "and the terminal is as it was" shows '^before$'
check "without a line of it" shows_no '^TOTAL '
tmux send-keys -t top "echo what is typed is se''en" Enter
check_soon "keys are seen again" 5 shows '^what is typed is seen$'
# ends NAME REGEX COMMAND...: it gives the terminal back
ends() {
	terminal 80 24 --interval 200ms
	check_soon "$1: it shows" 20 shows '^TOTAL '
	"${@:3}"
	check_soon "$1 ends it" 10 shows "$2"
	check "$1: the terminal is as it was" shows '^before$'
	check "$1: without a line of it" shows_no '^TOTAL '
	tmux send-keys -t top "stty -a | tr ' ;' '\n\n' | grep -x -e icanon -e echo | sort | xargs" Enter
	check_soon "$1: keys are seen again" 5 shows '^echo icanon$'
}
signal() {
	kill "-$1" "$(pgrep -P "$(tmux display-message -p -t top '#{pane_pid}')" -x fwctl)"
}
ends "^C" '^code 0$' tmux send-keys -t top C-c
ends "SIGTERM" '^code 0$' signal TERM
ends "SIGHUP" '^code 0$' signal HUP
ends "SIGQUIT" '^code 0$' signal QUIT
ends "the end of fwd" '^code 4$' fwd_down
fwd_up || test_end
tmux kill-server
output=$(TERM=nosuch top top --count 1 --interval 200ms)
check_match "without a terminal lines are printed" '^TOTAL ' "$output"

section "how it ends"
check_exit "an interval that is none" 2 top top --interval soon
check_match "is named" 'soon.*is not a time such as' "$output"
check_exit "one that is too short" 2 top top --interval 99ms
check_match "gets the range" '99ms.*from 100ms to 1d' "$output"
check_exit "too short" 2 top top --interval 1ms
check_exit "a count that is none" 2 top top --count -1
top -j top --interval 200ms | head -n 1 >/dev/null
check_equal "a reader who leaves" 0 "$((PIPESTATUS[0] == 124))"
background "$fwctl_binary" -s "$lab_dir/sock" -j top --interval 100ms >"$lab_dir/lines"
pid=$lab_pid
eventually 5 test -s "$lab_dir/lines"
fwd_down
code=0
wait $pid || code=$?
check_equal "fwd is gone" 4 "$code"
check_equal "and the last line says so" unreachable "$(tail -1 "$lab_dir/lines" | jq -r .error.code)"

fwd_clear
test_end
