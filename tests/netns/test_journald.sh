#!/bin/bash
# SPDX-License-Identifier: MIT
# --log-format journald: what arrives at a socket in the journal's place, also when its reader is slow
# or absent; and what the journal itself shows.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

bad=203.0.113.7,1000

lab_open
lab_router
fwd_config <<-JSON
{
  "enforce": true,
  "interfaces": {"eth0": {"zone": "wan"}},
  "events": {"rate": "1000000/s"},
  "rules": [{"id": "bad", "match": {"src": "203.0.113.7"}, "action": "drop"}]
}
JSON

socket=$lab_dir/journal
entries=$lab_dir/entries
receiver=

receive() {
	background /usr/bin/python3 "$here/journal.py" "$socket" "$entries"
	receiver=$lab_pid
	eventually 5 test -S "$socket"
}

# has COUNT CONDITION: entries
has() {
	[ "$(jq -c "select($2)" "$entries" | wc -l)" -ge "$1" ]
}

# flood COUNT: no faster than a cable takes in, and until the last was judged
flood() {
	lab_in client "$fwd_build/tests/flood" send c0 src=203.0.113.7 dport=1000 "count=$1" seconds=3600 \
		rate=50000 >/dev/null
	lab_quiet router eth0
}

logged() { grep -Eq "$1" "$fwd_log"; }

section "entries"
receive
fwd_up --log-format journald --log-file "$socket" || test_end
probe $bad >/dev/null
check_soon "an entry for each packet" 3 has 5 '.FWD_TYPE == ["packet"]'
check_equal "with its fields" 5 "$(jq -c 'select(.PRIORITY == ["6"] and .FWD_RULE == ["bad"] and
	.FWD_SRC == ["203.0.113.7"] and .FWD_DPORT == ["1000"] and .FWD_OUTCOME == ["drop"] and
	.SYSLOG_IDENTIFIER == ["fwd"])' "$entries" | wc -l)"
check_match "its message is the line for people" '^drop eth0 udp 203.0.113.7:40000 > .*: rule bad$' \
	"$(jq -r '.MESSAGE[0]' "$entries" | head -1)"
check_exit "a panic" 0 ctl panic open --for 1h
check_soon "is an entry, too" 3 has 1 '.FWD_TYPE == ["panic"] and .PRIORITY == ["5"]'
check_exit "its end" 0 ctl panic end

section "a reader that is slow"
kill -STOP "$receiver"
flood 3000
check_equal "fwd judges packets" 3005 "$(stat_rule bad)"
check_exit "and answers" 0 ctl status
check_soon "what is lost is reported" 5 logged 'events are lost: their reader is too slow'
kill -CONT "$receiver"
check_soon "and how much it was" 5 logged 'events are written again; [0-9]+ were lost'
lost=$(grep -Eo '[0-9]+ were lost' "$fwd_log" | tail -1 | cut -d' ' -f1)
written=$(ctl -j stats | jq .result.events.written)
check_soon "the others arrived" 5 has $((written - lost)) '.FWD_TYPE == ["packet"]'

section "no reader"
lab_stop "$receiver"
rm -f "$socket" "$entries"
probe $bad >/dev/null
check_soon "it is reported" 3 logged \
	'events cannot be written now \(No such file or directory\), and wait in the buffer'
check_exit "fwd answers" 0 ctl status
receive
check_soon "what waited arrives" 5 has 5 '.FWD_TYPE == ["packet"]'
lab_stop "$receiver"
fwd_down

section "the journal"
journald=/lib/systemd/systemd-journald
name=fwd-test-$$
folder=/run/systemd/journal.$name
if [ ! -x "$journald" ] || ! mkdir -p "$folder"; then
	skip "there is no $journald"
else
	background "$journald" "$name" 2>/dev/null
	journal_pid=$lab_pid
	shown() { journalctl --namespace="$name" -t fwd -o json --no-pager 2>/dev/null; }
	in_journal() {
		[ "$(shown | jq -c "select($1)" | wc -l)" -ge "$2" ]
	}
	check_soon "it listens" 5 test -S "$folder/socket"
	fwd_up --log-format journald --log-file "$folder/socket" || test_end
	probe $bad >/dev/null
	check_soon "it has an entry for each packet" 5 in_journal \
		'.FWD_TYPE == "packet" and .FWD_SRC == "203.0.113.7" and .PRIORITY == "6"' 5
	check_match "from fwd" '^fwd$' "$(shown | jq -r ._COMM | sort -u)"
	fwd_down
	lab_stop "$journal_pid"
	rm -rf "$folder" "/run/log/journal/$(cat /etc/machine-id).$name" \
		"/var/log/journal/$(cat /etc/machine-id).$name"
fi

fwd_clear
test_end
