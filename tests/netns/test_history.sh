#!/bin/bash
# SPDX-License-Identifier: MIT
# Revisions of the running policy: apply, diff, save, show, rollback, who may, and what is left
# when the disk has no room.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router
fwd_for_others

# Written as people write: comments, empty lines, alignment. Whatever is not edited must stay.
fwd_config <<'JSON'
{
  "comment": "the office",
  "interfaces": {"eth0": {"zone": "wan"}},

  "sets": {
    "bad":  {"elements": ["192.0.2.128/25", "198.51.100.128/25"]},
    "feed": {"file": "feed.txt", "reserved": "accept"}
  },
  "rules": [
    {"id": "telnet", "match": {"proto": "tcp",  "dport": 23}, "action": "drop"},

    {"id":"bad",     "match": {"src": "@bad"},  "action": "drop", "comment": "see #12"},
    {"id":"feed",    "match": {"src": "@feed"}, "action": "drop"}
  ]
}
JSON
echo 198.18.0.0/15 >"$lab_dir/feed.txt"
chmod 604 "$fwd_file"
cp "$fwd_file" "$lab_dir/first.json"

# A fwd of its own mounts: groups, and a state folder of 192 kB that can be filled.
cat >"$lab_dir/mounts" <<SH
#!/bin/sh
exec unshare -m --propagation private sh -c '
	mount --bind "$lab_dir/group" /etc/group
	mount -t tmpfs -o size=192k,mode=750 none "$lab_dir/state"
	mount -t tmpfs -o size=64k none "$lab_dir/small"
	mount -t tmpfs none /run
	mkdir -p /run/systemd/journal
	exec "$fwd_binary" "\$@"' fwd "\$@"
SH
chmod 755 "$lab_dir/mounts"
cp /etc/group "$lab_dir/group"
printf 'fwd:x:7001:\nfwd-admin:x:7002:\n' >>"$lab_dir/group"

# value KEY: of the status
value() {
	ctl -j status | jq -r ".result.$1"
}

# as GROUP COMMAND...: as nobody, in a group
as() {
	setpriv --reuid=65534 --regid="$1" --clear-groups "$fwctl_binary" -s "$lab_dir/sock" "${@:2}"
}

# same NAME FILE FILE
same() {
	check_equal "$1" "$(od -c "$2")" "$(od -c "$3")"
}

# ids: of the rules
ids() {
	ctl -j rule list | jq -r '[.result.items[].id] | join(" ")'
}

fwd_up || test_end

section "edits are revisions"
check_equal "the start is the first" "1 1 0" "$(value revision) $(value saved_revision) $(value unsaved)"
check "a rule" ctl rule add --before bad '{"id": "smtp", "match": {"proto": "tcp", "dport": 25}, "action": "drop"}'
check_match "shows its revision" 'revision 2\)' "$output"
check "a set" ctl set add bad 203.0.113.0/24
check "what is so already" ctl rule enable telnet
check_equal "is no revision" 3 "$(value revision)"
check "a block" ctl block 192.0.2.66
check_equal "is none either" 3 "$(value revision)"
check_equal "the history has them, newest first" "3 edit,2 edit,1 start" \
	"$(ctl -j history | jq -r '[.result.items[] | "\(.number) \(.cause)"] | join(",")')"
check_equal "it says who" "0 root fwctl" \
	"$(ctl -j history | jq -r '.result.items[0].who | "\(.uid) \(.user) \(.process)"')"

section "diff"
check_exit "running against saved" 10 ctl diff
check_match "a rule more" '\+ smtp \(at 2\): .*"dport":25' "$output"
check_match "an element more" '\+ 1 element: 203.0.113.0/24' "$output"
check_equal "in JSON" "false 2 smtp added 203.0.113.0/24" "$(ctl -j diff | jq -r '.result |
	"\(.same) \(.changes) \(.rules[0].name) \(.rules[0].change) \(.sets[0].elements.first_added[0])"')"
check_exit "two revisions" 10 ctl diff 1 2
check_equal "only the rule" 1 "$(ctl -j diff 1 2 | jq .result.changes)"
check_exit "the same one" 0 ctl diff 3 3
check_exit "the last with what runs" 0 ctl diff 3
check_exit "a file" 10 ctl diff "$lab_dir/first.json"
check_match "the other way round" '- smtp: ' "$output"
check_exit "a revision that never was" 1 ctl diff 1 77
check_match "says so" 'no revision 77' "$output"
echo '{"rules": [7' >"$lab_dir/broken.json"
check_exit "a broken file" 3 ctl diff "$lab_dir/broken.json"

section "save"
check "save" ctl save
cat >"$lab_dir/expected.json" <<'JSON'
{
  "comment": "the office",
  "interfaces": {"eth0": {"zone": "wan"}},

  "sets": {
    "bad":  {"elements": ["192.0.2.128/25", "198.51.100.128/25", "203.0.113.0/24"]},
    "feed": {"file": "feed.txt", "reserved": "accept"}
  },
  "rules": [
    {"id": "telnet", "match": {"proto": "tcp",  "dport": 23}, "action": "drop"},
    {"id": "smtp", "match": {"proto": "tcp", "dport": 25}, "action": "drop"},

    {"id":"bad",     "match": {"src": "@bad"},  "action": "drop", "comment": "see #12"},
    {"id":"feed",    "match": {"src": "@feed"}, "action": "drop"}
  ]
}
JSON
same "what did not change is as it was written" "$lab_dir/expected.json" "$fwd_file"
check_equal "and so is the mode" 604 "$(stat -c %a "$fwd_file")"
check_exit "nothing differs now" 0 ctl diff
check_equal "the revision is marked" "3 0" "$(value saved_revision) $(value unsaved)"
check "edits that take each other back" ctl rule delete smtp
check "as this" ctl rollback 3
check_equal "leave nothing to save" "5 0" "$(value revision) $(value unsaved)"
check "nothing is left next to it" test -z "$(find "$lab_dir" -maxdepth 1 -name '.*.new')"

section "a file that changed meanwhile"
sed 's/the office/the branch office/' "$lab_dir/expected.json" >"$fwd_file"
cp "$fwd_file" "$lab_dir/theirs.json"
check "an edit" ctl rule disable telnet
check_exit "save is refused" 6 ctl save
check_match "says how to go on" '--force' "$output"
same "and changes nothing" "$lab_dir/theirs.json" "$fwd_file"
check "unless it is forced to" ctl save --force
check_match "then it is what runs" '"enabled": false' "$(cat "$fwd_file")"
check_equal "which was without that change" 1 "$(grep -c '"the office"' "$fwd_file")"

section "show and rollback"
ctl show 1 >"$lab_dir/shown.json"
same "a revision is the text that it was" "$lab_dir/first.json" "$lab_dir/shown.json"
check_equal "in JSON, too" "$(jq -c . "$lab_dir/first.json")" \
	"$(ctl -j show 1 | jq -r .result.text | jq -c .)"
check "back to it" ctl rollback 1 -m 'night shift'
check_equal "its rules run" "telnet bad feed" "$(ids)"
check_equal "as a new revision, with its note" "rollback night shift" \
	"$(ctl -j history | jq -r '.result.items[0] | "\(.cause) \(.message)"')"
check_exit "a time to come" 2 ctl show "@2999-01-01"
check_exit "a time before all revisions" 1 ctl diff "@1970-01-02"
check_match "says so" 'no stored revision was running at "1970-01-02"' "$output"
check_exit "no time" 2 ctl rollback --to "someday"
check_exit "two answers to one question" 2 ctl rollback 1 --to yesterday
then=$(ctl -j history | jq -r '.result.items[1].time')
number=$(ctl -j history | jq -r '.result.items[1].number')
check_equal "a time of fwd's own, as -j has it" "$(ctl show "$number")" "$(ctl show "@$then")"
check "to a time, with a confirmation" ctl rollback --to "$then" --confirm 5m
check_match "it waits" "waits for its confirmation" "$(ctl status 2>&1)"
check "and is taken back" ctl abort
check_match "times are local" " CET " "$(TZ=CET-1 ctl history)"
check_exit "back to one that never was" 1 ctl rollback 99
echo 11.0.0.0/8 >>"$lab_dir/feed.txt"
check "a reload reads the set file" ctl reload --discard
check "back to when it was another" ctl rollback 1
check_match "is reported" 'the file of set "feed" is not what it was in revision 1: 1 entries then, 2 now' \
	"$output"
check_equal "what set files hold is part of a diff" "1 2" "$(ctl -j diff 1 "$(value revision)" |
	jq -r '.result.sets[0].file_entries | "\(.before) \(.after)"')"

section "apply"
cat >"$lab_dir/new.json" <<'JSON'
{"include": "parts/*.json",
 "interfaces": {"eth0": {"zone": "wan"}},
 "sets": {"feed": {"file": "feed.txt", "reserved": "accept"}},
 "rules": [{"id": "one", "match": {"src": "@feed"}, "action": "drop"}]}
JSON
mkdir "$lab_dir/parts"
echo '{"rules": [{"id": "two", "match": {"proto": "udp", "dport": 1}, "action": "drop"}]}' \
	>"$lab_dir/parts/a.json"
before=$(value generation)
check "a file that includes another" ctl apply "$lab_dir/new.json" -m 'new rules'
check_equal "its rules run" "one two" "$(ids)"
check_equal "as one generation" $((before + 1)) "$(value generation)"
check_exit "what runs is what it says" 0 ctl diff "$lab_dir/new.json"
check "on stdin: what was" ctl apply - <"$lab_dir/first.json"
check_equal "runs again" "telnet bad feed" "$(ids)"
before=$(value revision)
echo '{"rules": [{"id": "x", "match": {"dport": 1}}]}' >"$lab_dir/parts/a.json"
check_exit "a mistake in an included file" 3 ctl apply "$lab_dir/new.json"
check_match "is reported with its place" 'parts/a\.json:1:12: error: .* "action"' "$output"
printf '{"rules": [{"id": "x", "action": "drop",\n  "match": {"src": "@nosuch"}}]}' >"$lab_dir/bad.json"
check_exit "a mistake that fwd finds" 3 ctl apply "$lab_dir/bad.json"
check_match "too" 'bad\.json:2:20: error: .*nosuch' "$output"
check_equal "and nothing has changed" "$before" "$(value revision)"
{
	echo '{"comment": "€ \u20ac", "rules": ['
	seq 4000 | sed 's/.*/  {"id": "r&", "match": {"proto": "tcp", "dport": &}, "comment": "ä€𝄞 &", "action": "drop"},/'
	echo '  {"id": "last", "match": {"proto": "udp", "dport": 1}, "action": "drop"}]}'
} >"$lab_dir/large.json"
check "a large one goes in pieces" ctl apply "$lab_dir/large.json"
ctl show >"$lab_dir/shown.json"
same "and comes back as it was" "$lab_dir/large.json" "$lab_dir/shown.json"
check "an edit of it" ctl rule delete r17
check_equal "is one rule less" "$(grep -v '"r17"' "$lab_dir/large.json" | md5sum)" "$(ctl show | md5sum)"

section "--if-revision"
now=$(value revision)
check_exit "of before" 6 ctl --if-revision $((now - 1)) rule delete r18
check_match "names both" "is revision $now now, not $((now - 1))" "$output"
check "of now" ctl --if-revision "$now" rule delete r18
check "a reload before" ctl reload --discard
now=$(value revision)
awk 'BEGIN { for (i = 0; i < 30000; i++) printf "10.%d.%d.%d\n", i / 65536, i / 256 % 256, i % 256 }' |
	ctl --if-revision "$now" set add bad - >"$lab_dir/many" 2>&1
check_equal "an edit in several requests goes on with its own" 30003 \
	"$(ctl -j set list | jq '.result.items[] | select(.name == "bad") | .entries')"
check "back" ctl reload --discard

section "included files"
cp "$fwd_file" "$lab_dir/main.json"
echo '{"rules": [{"id": "inc", "match": {"proto": "udp", "dport": 1}, "action": "drop"}]}' \
	>"$lab_dir/parts/a.json"
sed 's|^{|{ "include": ["parts/*.json"],|' "$lab_dir/first.json" >"$fwd_file"
check "a config that includes" ctl reload
check "an edit of the main file" ctl rule delete telnet
cp "$lab_dir/parts/a.json" "$lab_dir/part.json"
check "is saved" ctl save
check_match "in the main file" '"include": \["parts/\*\.json"\]' "$(cat "$fwd_file")"
check_equal "which is less that rule" "$(sed 's|^{|{ "include": ["parts/*.json"],|' "$lab_dir/first.json" |
	jq -c 'del(.rules[0])')" "$(jq -c . "$fwd_file")"
same "the other is not touched" "$lab_dir/part.json" "$lab_dir/parts/a.json"
check "an edit of what is included" ctl rule delete inc
check_exit "is not saved" 6 ctl save
check_match "which file is in the way" 'rules: "inc" .*parts/a\.json' "$output"
check "but all in one file" ctl save --flatten
check_equal "is" "null bad feed" "$(jq -r '"\(.include) \([.rules[].id] | join(" "))"' "$fwd_file")"
fwd_down
check_equal "a clean exit" 0 "$lab_code"

section "killed and started again"
fwd_up || test_end
now=$(value revision)
check "an edit" ctl rule delete bad
lab_stop "$fwd_pid" KILL
fwd_up || test_end
check_equal "the numbers go on" $((now + 2)) "$(value revision)"
check "what was not saved can be had again" ctl rollback $((now + 1))
check_equal "all of it" "feed" "$(ids)"
: >"$lab_dir/state/revisions/$now"
fwd_clear
fwd_up || test_end
check_match "a damaged revision is reported" "revision $now of the history is damaged" "$(cat "$fwd_log")"
check_match "listed" "^$now .*damaged" "$(ctl history | sed 's/^ *//')"
check_exit "and not used" 1 ctl rollback "$now"
check_match "as it says" 'is damaged: it ' "$output"
fwd_clear

# journal_start: take what fwd sends to the journal, a line for each field
journal_start() {
	background nsenter -t "$fwd_pid" -m -- python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/run/systemd/journal/socket")
while True:
    print(s.recv(65536).decode(errors="replace"), flush=True)' >"$lab_dir/journal" 2>&1
	eventually 5 inside test -S /run/systemd/journal/socket
}

inside() {
	nsenter -t "$fwd_pid" -m -- "$@"
}

section "who may"
keep=$fwd_binary
mkdir "$lab_dir/small"
fwd_binary=$lab_dir/mounts
cp "$lab_dir/first.json" "$fwd_file"
fwd_up || test_end
fwd_binary=$keep
check "a reader reads" as 7001 history
check_exit "and diffs" 0 as 7001 diff
for words in "rule delete bad" "save" "rollback 1" "reload" "apply $lab_dir/first.json" "unblock ::1"; do
	# shellcheck disable=SC2086
	check_exit "but does not: ${words%% /*}" 5 as 7001 $words
done
check_equal "which is all in the audit" "permission 65534 7001" "$(ctl -j history --audit --limit 1 |
	jq -r '.result.items[0] | "\(.result) \(.who.uid) \(.who.gid)"')"
check "an admin writes" as 7002 rule delete bad
check_equal "in his own name" "65534 rule.delete" "$(ctl -j history --audit --limit 1 |
	jq -r '.result.items[0] | "\(.who.uid) \(.command | split(" ")[0])"')"
check "and applies what names known set files" as 7002 apply - <"$lab_dir/first.json"
echo 'root:secret' >"$lab_dir/secret"
chmod 600 "$lab_dir/secret"
jq --arg f "$lab_dir/secret" '.sets.spy = {file: $f}' "$lab_dir/first.json" >"$lab_dir/spy.json"
chmod 644 "$lab_dir/spy.json"
check_exit "but makes fwd read no others" 5 as 7002 apply "$lab_dir/spy.json"
check_equal "and learns nothing of them" 0 "$(grep -c 'root:secret' <<<"$output")"
SSH_CONNECTION='192.0.2.77 50022 192.0.2.1 22' ctl rule delete telnet >"$lab_dir/out"
check_equal "where from is noted as a claim" "192.0.2.77 50022 192.0.2.1 22" \
	"$(ctl -j history | jq -r '.result.items[0].who.claimed_from')"
check_match "and shown" '192\.0\.2\.77' "$(ctl history --limit 1)"

section "the journal"
journal_start
check "a write" ctl rule disable bad
check_exit "and a refusal" 5 as 7001 rule enable bad
check_soon "are in the journal" 5 grep -q '^FWD_RESULT=permission' "$lab_dir/journal"
check_equal "with fields" "FWD_UID=0 FWD_RESULT=ok FWD_UID=65534 FWD_RESULT=permission" \
	"$(grep -E '^FWD_(UID|RESULT)=' "$lab_dir/journal" | xargs)"
check_match "and what was asked for" '^FWD_COMMAND=rule.disable \{"id":"bad"\}' "$(cat "$lab_dir/journal")"

section "no room"
now=$(value revision)
inside sh -c "head -c 1M /dev/zero >$lab_dir/state/fill" 2>/dev/null
check "an edit works" ctl rule add '{"id": "full", "match": {"proto": "tcp", "dport": 9}, "action": "drop"}'
check_match "and says what is missing" "revision $((now + 1)) is not on disk: No space left on device: there is no rollback" "$output"
check_equal "it is a revision" $((now + 1)) "$(value revision)"
check_match "that is said not to be kept" "revision $((now + 1)) is not on disk: No space left" \
	"$(value history_trouble)"
for _ in {1..25}; do
	ctl unblock ::1 >/dev/null 2>&1
done
check_exit "health shows" 7 ctl health
check_match "of both" 'history is not kept.*audit log is not written' "$output"
check_equal "nothing half is there" "" "$(inside sh -c "cd $lab_dir/state/revisions && find . -name '.*.new' -o -name $((now + 1))")"
check "it can be shown all the same" ctl show
inside rm "$lab_dir/state/fill"
check "with room again" ctl rule delete full
check_equal "revisions are kept" null "$(value history_trouble)"
check "and health is well" ctl health
check "that one is on disk" inside test -s "$lab_dir/state/revisions/$((now + 2))"
inside mount -o remount,ro "$lab_dir/state"
check "read-only: an edit works" ctl rule delete feed
check_match "and is reported" 'Read-only file system' "$(value history_trouble)"
inside mount -o remount,rw "$lab_dir/state"
fwd_clear

section "no room for the config"
mkdir -p "$lab_dir/small"
fwd_file=$lab_dir/small/fwd.json
cat >"$lab_dir/start" <<SH
#!/bin/sh
exec "$lab_dir/mounts.small" "\$@"
SH
sed "s|exec \"$keep\"|cp $lab_dir/first.json $lab_dir/small/fwd.json; cp $lab_dir/feed.txt $lab_dir/small; &|" \
	"$lab_dir/mounts" >"$lab_dir/mounts.small"
chmod 755 "$lab_dir/start" "$lab_dir/mounts.small"
fwd_binary=$lab_dir/start
fwd_up || test_end
fwd_binary=$keep
check "an edit" ctl rule delete telnet
inside sh -c "head -c 1M /dev/zero >$lab_dir/small/fill" 2>/dev/null
check_exit "full: save fails" 1 ctl save
check_match "and says so" 'No space left.*it is as it was' "$output"
check_equal "it is" "$(md5sum <"$lab_dir/first.json")" "$(inside cat "$fwd_file" | md5sum)"
inside rm "$lab_dir/small/fill"
inside mount -o remount,ro "$lab_dir/small"
check_exit "read-only: save fails" 1 ctl save
check_match "and says that, too" 'Read-only file system' "$output"
inside mount -o remount,rw "$lab_dir/small"
check "with room it works" ctl save
check_equal "and is what runs" "bad feed" "$(inside cat "$fwd_file" | jq -r '[.rules[].id] | join(" ")')"
check_equal "nothing is left next to it" "feed.txt fwd.json" "$(inside ls -A "$lab_dir/small" | xargs)"

fwd_clear
test_end
