#!/bin/bash
# SPDX-License-Identifier: MIT
# The files on disk are no longer what runs: health and status report it.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
lab_open
lab_router

# policy [RULES]: RULES begin with a comma
policy() {
	cat <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "include": ["conf.d/*.json"],
	  "sets": {"feed": {"file": "feed"}},
	  "rules": [
	    {"id": "bad", "match": {"src": "203.0.113.0/24"}, "action": "drop"}${1:-}
	  ]
	}
	JSON
}

# broken: the file gets a comma too many
broken() {
	policy ',' >"$fwd_file"
}

parts=$lab_dir/conf.d feed=$lab_dir/feed
mkdir "$parts"
echo 198.51.100.7 >"$feed"
echo '{"rules": [{"id": "one", "match": {"dport": 1, "proto": "udp"}, "action": "drop"}]}' >"$parts/1.json"
fwd_config < <(policy)
fwd_up || test_end

# differs NAME REGEX: health and status report it, and nothing else
differs() {
	check_exit "$1" 7 ctl health
	check_match "health: $1" "$2" "$output"
	check_match "status: $1" "problem +.*$2" "$(ctl status)"
	check_equal "one problem: $1" 1 "$(ctl -j status | jq '.result.problems | length')"
}

# touched FILE COMMAND...: it is run, and leaves the file with the times that it had
touched() {
	touch -r "$1" "$lab_dir/times"
	"${@:2}"
	touch -r "$lab_dir/times" "$1"
}
write() {
	echo "$2" >"$1"
}

section "a file that has changed, or was not loaded"
check "healthy" ctl health
check "a live edit is no fault" ctl rule add '{"id": "port", "match": {"proto": "udp", "dport": 2000}, "action": "drop"}'
check "healthy" ctl health
check_match "status has it" '1 live edit' "$(ctl status)"
ctl reload --discard >/dev/null 2>&1
policy >"$fwd_file.new"
mv "$fwd_file.new" "$fwd_file"
check "the same text in a new file" ctl health
policy ',{"id": "x", "match": {"dport": 5, "proto": "udp"}, "action": "drop"}' >"$fwd_file"
check_exit "another text" 7 ctl health
check_match "is reported" 'has changed since it was read, and is not loaded' "$output"
ctl reload --discard >/dev/null 2>&1
check "until it is loaded" ctl health
broken
check_exit "a broken one cannot be" 3 ctl reload
check_exit "which is reported" 7 ctl health
check_match "with the place" 'could not be loaded at .*fwd\.json:7:[0-9]+: .*E0002' "$output"
check_equal "in the status, too" 7 "$(ctl -j status | jq '.result.config_errors[0].line')"
check_equal "but not in every reply" null "$(ctl -j version | jq .config_fault.runs)"
policy >"$fwd_file"
ctl reload --discard >/dev/null 2>&1
check "until it can" ctl health
section "included files"
changed="config file .*, or what it includes, has changed since it was read, and is not loaded"
echo '{"rules": []}' >"$parts/2.json"
differs "a new file that the pattern finds" "$changed"
rm "$parts/2.json"
check "it is gone again" ctl health
mv "$parts/1.json" "$parts/3.json"
differs "a file of another name" "$changed"
mv "$parts/3.json" "$lab_dir/3.json"
differs "a file that is gone" "$changed"
cp "$lab_dir/3.json" "$parts/1.json"
check "it is back" ctl health
touched "$parts/1.json" sed -i 's/"dport": 1/"dport": 2/' "$parts/1.json"
differs "another text of the same size, with the old times" "$changed"
ln -sf ../3.json "$parts/1.json"
check "a link to the text that was read" ctl health
sed -i 's/"dport": 1/"dport": 3/' "$lab_dir/3.json"
differs "a link to another text" "$changed"
echo '{"rules": []}' >"$parts/2.json"
ctl reload --discard >/dev/null 2>&1
check "all of it is loaded" ctl health
rm "$parts/2.json"
differs "an included file of no rules is gone" "$changed"
ctl reload --discard >/dev/null 2>&1

section "files of sets"
changed="file of set \"feed\", $feed, has changed since it was read, and is not loaded"
check "healthy" ctl health
echo 198.51.100.7 >"$feed"
check "the same text, written again" ctl health
touched "$feed" write "$feed" 198.51.100.8
differs "another text of the same size, with the old times" "$changed"
check "a live edit" ctl rule disable bad
differs "reads no file" "$changed"
ctl reload --discard >/dev/null 2>&1
check "a reload does" ctl health
check_match "the set is the file's" '^198.51.100.8' "$(ctl set show feed)"
echo "# no other entry" >>"$feed"
differs "a comment more" "$changed"
check "set reload reads it" ctl set reload feed
check "though no entry is another" ctl health
echo 198.51.100.8 >"$feed"
differs "a comment less" "$changed"
check "set reload reads it" ctl set reload feed
echo 198.51.100.9 >"$feed.new"
mv "$feed.new" "$feed"
differs "another file in its place" "$changed"
echo 198.51.100.8 >"$feed.new"
ln -sf feed.new "$feed"
check "a link to the text that was read" ctl health
ln -sf nowhere "$feed"
differs "a link to nothing" "file of set \"feed\", $feed, cannot be read any more: No such file"
rm "$feed"
echo 198.51.100.8 >"$feed"
check "it is back" ctl health
fwd_down
fwd_up || test_end
check "after a restart" ctl health
echo 198.51.100.10 >"$feed"
differs "another text after a restart" "$changed"
fwd_clear
test_end
