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
	echo '"limits": {"each": {"rate": "10/s", "per": "src/32"}},'
	echo '"rules": [{"id": "scan", "match": {"proto": "udp", "dport": 4000}, "action": "drop"},'
	echo '{"id": "each", "match": {"proto": "udp", "dport": 4001}, "limit": "each"},'
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

# flood PORT RATE: until it is stopped; who has waited for a CPU catches up, and is faster for a moment
flood() {
	lab_start client "$fwd_build/tests/flood" send c0 "dport=$1" "rate=$2" seconds=3600 >/dev/null
}

section "without packets"
check_exit "one refresh" 0 top top --count 1 --interval 200ms
check_match "has the mode" '^fwd enforcing, generation 1' "$output"
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
	tmux send-keys -t top "echo before; '$fwctl_binary' -s $lab_dir/sock top ${*:3}; echo code \$?" Enter
}
# shows REGEX: the screen does
shows() {
	on_screen | grep -Eq -- "$1"
}
shows_no() {
	! shows "$1"
}
# packets_of ID: what the screen shows for a rule, as a number
packets_of() {
	on_screen | awk -v id="$1" '$1 == id { print $2 }'
}
# numbers COLUMNS: what a screen that wide shows is what the counters gained; on a busy machine the flood is not even,
# but a lost digit is a factor of ten
numbers() {
	local before after since rate shown

	terminal "$1" 50 --interval 3s
	check_soon "$1 columns: it has all kinds of rows" 20 shows '^LIMITED KEY .*OVER/S *$'
	before=$(stat_rule scan) since=$(now_ms)
	sleep 3
	after=$(stat_rule scan)
	rate=$(((after - before) * 1000 / ($(now_ms) - since)))
	shown=$(packets_of scan)
	check_between "$1 columns: packets of a rule are those of stats ($rate/s)" $((rate / 2)) \
		$((rate * 2 + 1)) "${shown%.*}"
	check "$1 columns: bits are there to the last letter" shows '^scan +[0-9.]+ +[0-9.]+ k?bit$'
	check "$1 columns: the limit's, too" shows '^each .*[0-9.]+ +[0-9.]+ k?bit$'
	check "$1 columns: the titles, too" shows '^RULE .*PACKETS/S +BITS/S$'
	check_equal "$1 columns: no line is wider" "" "$(on_screen | awk -v most="$1" 'length > most')"
	check_equal "$1 columns: a number ends at the right edge" "$1" \
		"$(on_screen | awk '/^scan / { print length }')"
}
for columns in 40 80 132 200; do
	numbers $columns
done
tmux resize-window -t top -x 60 -y 24
# edge COLUMNS: rows end there
edge() {
	[ "$(on_screen | awk '/^scan / { print length }')" = "$1" ]
}
check_soon "a smaller window has smaller lines" 5 edge 60
tmux resize-window -t top -x 120 -y 60
check_soon "a larger one larger lines" 5 edge 120
tmux send-keys -t top x
tmux send-keys -t top q
check_soon "q ends it" 5 shows '^code 0$'
check "and the terminal is as it was" shows '^before$'
check "without a line of it" shows_no '^RULE '
tmux send-keys -t top "echo what is typed is se''en" Enter
check_soon "keys are seen again" 5 shows '^what is typed is seen$'
# ends NAME REGEX COMMAND...: it gives the terminal back
ends() {
	terminal 80 24 --interval 200ms
	check_soon "$1: it shows" 20 shows '^RULE '
	"${@:3}"
	check_soon "$1 ends it" 10 shows "$2"
	check "$1: the terminal is as it was" shows '^before$'
	check "$1: without a line of it" shows_no '^RULE '
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
check_match "is told the range" '99ms.*from 100ms to 1d' "$output"
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
