#!/bin/bash
# SPDX-License-Identifier: MIT
# A start with a config file that cannot be used, and a policy that waits, has been confirmed or was taken back.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
lab_open
lab_router
. "$here/../lib/boot.sh"

section "a policy that waits for its confirmation"
# waiting: one does, and the file is broken
waiting() {
	first
	policy ',{"id": "port", "match": {"proto": "udp", "dport": 2000}, "action": "drop"}' >"$lab_dir/new.json"
	ctl apply "$lab_dir/new.json" --confirm "${1:-10m}" >/dev/null 2>&1
	broken
	fwd_down KILL
}
waiting
fwd_up || test_end
check_equal "it goes on waiting" "5 0 0 2" "$(probe $good $bad 192.0.2.2,2000) $(ctl -j status | jq .pending.revision)"
check_equal "the file is reported" revision "$(runs)"
check "it can be confirmed" ctl confirm
fwd_down
reboot
fwd_up || test_end
check_equal "and is the last revision then" "5 0 0" "$(probe $good $bad 192.0.2.2,2000)"
waiting
reboot
fwd_up || test_end
check_equal "after a restart of the machine it is not used" "5 0 5" "$(probe $good $bad 192.0.2.2,2000)"
check_equal "nor does one wait" null "$(ctl -j status | jq .pending)"
check_equal "the file is reported" revision "$(runs)"
fwd_down
sed -i 's/bad/bed/' "$state/revisions/3"
reboot
fwd_up || test_end
check_equal "nor if the newest revision is damaged" "5 0 5" "$(probe $good $bad 192.0.2.2,2000)"
fwd_down
rm "$state/pending.json"
reboot
fwd_up || test_end
check_equal "nor if nothing else is known of it" "5 0 5" "$(probe $good $bad 192.0.2.2,2000)"
waiting 1s
check_soon "the datapath takes it back" 10 sh -c "[ \"\$(FWD_LAB=$lab_id $fwd_source/tests/lib/probe.py once 5 192.0.2.2,2000)\" = 5 ]"
fwd_up || test_end
check_equal "and the next fwd has the one before" "5 0 5" "$(probe $good $bad 192.0.2.2,2000)"

section "confirmed, but not yet recorded in the state folder"
first
policy ',{"id": "port", "match": {"proto": "udp", "dport": 2000}, "action": "drop"}' >"$lab_dir/new.json"
ctl apply "$lab_dir/new.json" --confirm 10m >/dev/null 2>&1
cp "$state/pending.json" "$state/revisions/2" "$lab_dir"
check "confirm" ctl confirm
fwd_down KILL
cp "$lab_dir/pending.json" "$state"
cp "$lab_dir/2" "$state/revisions"
broken
fwd_up || test_end
check_equal "it is in force for good" "5 0 0 2" "$(probe $good $bad 192.0.2.2,2000) $(ctl -j status | jq .result.revision)"
reboot
fwd_up || test_end
check_equal "also after a restart of the machine" "5 0 0" "$(probe $good $bad 192.0.2.2,2000)"

section "a file whose policy was taken back"
first
policy ',{"id": "port", "match": {"proto": "udp", "dport": 2000}, "action": "drop"}' >"$fwd_file"
ctl reload --confirm 10m >/dev/null 2>&1
ctl abort >/dev/null 2>&1
taken='is not what runs: it holds the policy of revision 2, and it was taken back'
check_exit "is reported" 7 ctl health
check_match "with the reason" "$taken" "$output"
fwd_down
fwd_up || test_end
check_exit "after a restart, too" 7 ctl health
check_match "with the reason" "$taken" "$output"
check "until it is loaded" ctl reload
check "healthy" ctl health
test_end
