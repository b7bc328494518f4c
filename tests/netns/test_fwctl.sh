#!/bin/bash
# SPDX-License-Identifier: MIT
# fwctl: every verb in words and in JSON, and each way in which it can fail.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router

# No test waits for ever.
timed_ctl() {
	timeout "$(scaled 30)" "$fwctl_binary" -s "$lab_dir/sock" "$@"
}

# check_ctl NAME CODE REGEX ARGS...: exit code, and what is said (stdout and stderr)
check_ctl() {
	local code=0 text

	text=$(timed_ctl "${@:4}" 2>&1) || code=$?
	if [ "$code" != "$2" ]; then
		fail "$1" "exit $code, expected $2: fwctl ${*:4}"$'\n'"$text"
	else
		check_match "$1" "$3" "$text"
	fi
}

# check_json NAME CODE JQ ARGS...: exit code, one line on stdout, nothing on stderr, and the
# filter holds
check_json() {
	local code=0 text lines

	text=$(timed_ctl -j "${@:4}" 2>"$lab_dir/stderr") || code=$?
	lines=$(wc -l <<<"$text")
	if [ "$code" = "$2" ] && [ "$lines" = 1 ] && [ ! -s "$lab_dir/stderr" ] &&
		jq -e "$3" >/dev/null 2>&1 <<<"$text"; then
		ok "$1"
	else
		fail "$1" "exit $code, expected $2, and $3: fwctl -j ${*:4}"$'\n'"$text
$(cat "$lab_dir/stderr")"
	fi
}

nothing_is_blocked() {
	ctl blocks | grep -q 'nothing is blocked'
}

is_degraded() {
	ctl health
	[ $? = 7 ]
}

# ---- what needs no fwd ----

section "without fwd"
check_ctl "help" 0 'usage: fwctl' --help
check_ctl "help of an object" 0 'rule delete ID' rule --help
check_ctl "help as a word" 0 'rule delete ID' rule help
check_ctl "help of a verb" 0 'usage: fwctl rule add JSON \[--before ID\]' rule add --help
check_ctl "version" 0 '^fwctl [0-9]' --version
check_json "version, as JSON" 0 '.ok and (.result.fwctl | test("^[0-9]"))' --version
check_equal "that of fwd" true "$("$fwd_binary" --version -j | jq '.ok and (.result.fwd | test("^[0-9]"))')"
check_ctl "no command" 2 'no command is given'
check_ctl "an unknown command" 2 'did you mean "status"\?' statsu
check_ctl "an unknown verb" 2 'did you mean "list"\?' rule lsit
check_ctl "an unknown option" 2 'unknown option --frobnicate' status --frobnicate
check_ctl "a missing argument" 2 'ID is missing' rule delete
check_ctl "an argument too many" 2 'unexpected word' status now
check_json "usage errors in JSON" 2 '.ok == false and .error.code == "bad_request"' rule lsit
check_ctl "nobody listens" 4 'is it running' status
check_json "nobody listens, in JSON" 4 '.error.code == "unreachable"' status
check_ctl "version shows its own, even then" 4 '^fwctl [0-9]' version
for shell in bash zsh fish; do
	check_ctl "completion for $shell" 0 fwctl completion $shell
done
check "the script for bash is bash" bash -n <("$fwctl_binary" completion bash)
check_ctl "completion for another shell" 2 'SHELL cannot be "ksh"' completion ksh

section "check"
cat >"$lab_dir/good.json" <<JSON
{"interfaces": {"eth0": {}}, "rules": [{"id": "a", "match": {"proto": "tcp"}, "action": "drop"}]}
JSON
cat >"$lab_dir/bad.json" <<JSON
{
  "rules": [{"id": "a", "match": {"dport": "10-5"}, "action": "dorp"}],
  "sets": {"s": {"elements": ["10.0.0.1/8"]}}
}
JSON
check_ctl "a good file" 0 'good.json: good: 1 interface, 1 rule' check "$lab_dir/good.json"
check_json "a good file, in JSON" 0 '.ok and .result.files[0].rules == 1' check "$lab_dir/good.json"
check_ctl "a bad file" 3 'bad\.json:2:[0-9]+: error: .*\[E[0-9]{4}\]' check "$lab_dir/bad.json"
check_ctl "with a caret" 3 '^ +\^$' check "$lab_dir/bad.json"
check_json "all its errors" 3 '.error.code == "invalid" and (.error.errors | length) == 3 and
	(.error.errors | all(.file and .line and .column and .code and .message))' \
	check "$lab_dir/bad.json"
check_ctl "several files: the bad one counts" 3 'good.json: good' check \
	"$lab_dir/good.json" "$lab_dir/bad.json"
check_ctl "a file that is not there" 3 'No such file' check "$lab_dir/none.json"
check_ctl "stdin" 0 '^stdin: good' check - <"$lab_dir/good.json"
check_ctl "a bad stdin" 3 'stdin:2:' check - <"$lab_dir/bad.json"

# As validate of Ansible's modules: a copy elsewhere, which is to be in place of the config.
mkdir -p "$lab_dir/place/conf.d" "$lab_dir/elsewhere"
echo 192.0.2.0/24 >"$lab_dir/place/feed.txt"
echo '{"sets": {"more": {"file": "feed.txt"}}}' >"$lab_dir/place/conf.d/more.json"
cat >"$lab_dir/elsewhere/new.json" <<JSON
{
  "include": ["conf.d/more.json"],
  "sets": {"feed": {"file": "feed.txt"}}
}
JSON
check_ctl "a copy is not where its files are" 3 'E0008' check "$lab_dir/elsewhere/new.json"
check_ctl "--folder: where it will be" 0 'new.json: good: .*2 sets with 2 elements' \
	check --folder "$lab_dir/place" "$lab_dir/elsewhere/new.json"
check_ctl "a relative one" 0 'new.json: good: .*2 sets with 2 elements' \
	check --folder "$(realpath --relative-to=. "$lab_dir/place")" "$lab_dir/elsewhere/new.json"
check_ctl "for stdin" 0 'stdin: good: .*1 set with 1 element' \
	check --folder "$lab_dir/place" - <<<'{"sets": {"feed": {"file": "feed.txt"}}}'
rm "$lab_dir/place/feed.txt"
check_ctl "a file that it lacks" 3 'place/feed.txt' \
	check --folder "$lab_dir/place" "$lab_dir/elsewhere/new.json"
check_ctl "a folder that is not there" 2 'none: No such file' \
	check --folder "$lab_dir/none" "$lab_dir/good.json"
check_ctl "one that is none" 2 'Not a directory' \
	check --folder "$lab_dir/good.json" "$lab_dir/good.json"
check_ctl "not with --lockout" 2 'does not go with' \
	check --folder "$lab_dir/place" --lockout "$lab_dir/good.json"

section "not quite fwd"
# fake KIND: it answers the next request
fake() {
	rm -f "$lab_dir/sock"
	background "$here/fake_fwd.py" "$lab_dir/sock" "$1"
	eventually 5 test -S "$lab_dir/sock"
}
while read -r kind code error; do
	fake "$kind"
	wait=20s
	[ "$kind" != silent ] || wait=1s
	check_ctl "$kind" "$code" 'fwctl: error: ' --wait $wait rule list
	fake "$kind"
	check_json "$kind, in JSON" "$code" ".error.code == \"$error\"" --wait $wait rule list
done <<-ROWS
	silent 8 timeout
	half 4 unreachable
	closes 4 unreachable
	other-protocol 4 unreachable
	other-version 4 unreachable
	no-json 4 unreachable
	no-object 4 unreachable
	huge 1 too_large
	empty 1 failed
	hostile-error 6 conflict
ROWS
fake endless-list
check_json "a list that does not end" 0 '.result.items == []' --wait 20s rule list
# Bytes of what is printed for a hostile reply that are not printable ASCII, newlines left out.
steering() {
	fake "$1"
	timed_ctl --color never "${@:2}" rule list >"$lab_dir/shown" 2>&1
	[ -s "$lab_dir/shown" ] || echo nothing
	LC_ALL=C tr -d '\n\40-\176' <"$lab_dir/shown" | od -An -c | tr -d ' \n'
}
for kind in hostile-error hostile-list; do
	check_equal "$kind: nothing steers the terminal" "" "$(steering $kind)"
	check_equal "$kind: nor in JSON" "" "$(steering $kind -j)"
done
rm -f "$lab_dir/sock"

# ---- all verbs ----

fwd_config <<JSON
{
  "enforce": true,
  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
  "management": {"allow": [{"src": "@noc", "proto": "tcp", "dport": 22}]},
  "sets": {
    "noc": {"elements": ["192.0.2.128/28"]},
    "bad": {"live": true, "timeout": "10m", "max": 70000},
    "feed": {"file": "feed.netset"}
  },
  "limits": {"icmp": {"rate": "100000/s", "burst": 1000, "per": "src/32"}},
  "rules": [
    {"id": "bad-sources", "match": {"zone": "wan", "src": ["@bad", "@feed"]}, "action": "drop"},
    {"id": "ping", "match": {"zone": "wan", "proto": "icmp"}, "limit": "icmp"},
    {"id": "probe", "match": {"proto": "udp", "dport": 9}, "action": "drop"}
  ]
}
JSON
echo 203.0.113.128/25 >"$lab_dir/feed.netset"
fwd_up || test_end

section "looking"
check_ctl "version" 0 '^fwd [0-9].*protocol 1' version
check_json "version, in JSON" 0 '.result.version and .result.fwctl and .result.protocol == 1' version
check_ctl "status" 0 '^mode +enforce' status
check_json "status, in JSON" 0 '.result.mode == "enforce" and .result.rules == 3 and
	(.result.interfaces | length) == 2' status
check_ctl "health" 0 '^healthy: 2 interfaces' health
check_json "health, in JSON" 0 .ok health
check_equal "traffic for the counters" 5 "$(pings 198.51.100.2)"
check_ctl "stats" 0 '^ping +5 ' stats
check_ctl "stats leave out what matched nothing" 0 'matched nothing; --all' stats
check_ctl "stats --all do not" 0 '^probe +0 ' stats --all
check_json "stats, in JSON" 0 '.result.rules[] | select(.id == "ping") | .packets == 5' stats
check_ctl "iface list" 0 '^eth0 +wan +(alone|dispatcher) +native' iface list
check_json "iface list, in JSON" 0 '.result.items | length == 2 and all(.attached)' iface list

section "rules"
telnet='{"id": "no-telnet", "match": {"proto": "tcp", "dport": 23}, "action": "drop"}'
check_ctl "rule list" 0 '^2 +bad-sources +drop .*zone=wan src=@bad,@feed$' rule list
check_ctl "rule add" 0 'rule no-telnet is added before ping \(revision [0-9]+\)' \
	rule add "$telnet" --before ping
check_ctl "an edit says that it is not saved" 0 'not saved: 2 live edits not in .*fwd.json' \
	rule add - <<<'{"id": "from-stdin", "match": {"proto": "udp", "dport": 77}, "action": "drop"}'
echo '{"id": "from-file", "match": {"proto": "sctp"}, "action": "drop"}' >"$lab_dir/rule.json"
check_json "rule add @FILE, in JSON" 0 '.result.generation > 1 and .result.unsaved == 3' \
	rule add "@$lab_dir/rule.json"
check_json "the order" 0 '[.result.items[].id] | index("no-telnet") + 1 == index("ping")' rule list
check_ctl "the same rule again" 0 'no-telnet is added \(nothing changed' rule add "$telnet"
check_json "the same rule again, in JSON" 0 '.result.changed == false' rule add "$telnet"
check_ctl "the same id for another rule" 6 'there is a rule "no-telnet" already' \
	rule add "${telnet/drop/pass}"
check_json "the same, in JSON" 6 '.error.code == "conflict"' rule add "${telnet/drop/pass}"
check_ctl "a bad rule" 3 'argument:1:[0-9]+: error: .*\[E' rule add '{"id": "x", "action": "dorp"}'
check_json "a bad rule, in JSON" 3 '.error.errors[0].line == 1' rule add '{"id": "x"}'
check_ctl "rule show" 0 '"dport":.*23' rule show no-telnet
check_json "rule show, in JSON" 0 '.result.match.dport == 23' rule show no-telnet
check_ctl "no such rule" 1 'no rule "nope"$' rule show nope
check_ctl "nearly a rule" 1 'no rule "prob"; did you mean "probe"' rule delete prob
check_ctl "rule disable" 0 'no-telnet is disabled' rule disable no-telnet
check_json "it is" 0 '.result.enabled == false' rule show no-telnet
check_ctl "once more" 0 'no-telnet is disabled \(nothing changed' rule disable no-telnet
check_ctl "rule enable" 0 'no-telnet is enabled' rule enable no-telnet
check_ctl "rule delete" 0 'no-telnet is deleted' rule delete no-telnet
check_ctl "it is gone" 1 'no rule' rule delete no-telnet
check_ctl "management cannot be edited" 6 'management.allow' rule delete management/0

section "sets"
check_ctl "set list" 0 '^bad +live +0 +70000 +10m' set list
check_json "set list, in JSON" 0 '[.result.items[].kind] == ["inline", "live", "file"]' set list
check_ctl "set add to a live set" 0 'set bad: 2 added' set add bad 203.0.113.7 2001:db8:bad::/48 \
	--timeout 1h
check_equal "it drops" 0 "$(pings -I 203.0.113.7 198.51.100.2)"
check_ctl "set show" 0 '^203\.0\.113\.7 +[0-9]+s +(1h|59m)' set show bad
check_json "set show, in JSON" 0 '.result.kind == "live" and (.result.items | length) == 2' \
	set show bad
check_ctl "set test" 0 'is in set bad, as part of 2001:db8:bad::/48' set test bad 2001:db8:bad::7
check_json "set test of a stranger" 0 '.result.contained == false' set test bad 192.0.2.2
check_ctl "find" 0 '^bad +live +2001:db8:bad::/48 +[0-9]+s +(1h|59m)' find 2001:db8:bad::7
check_json "find, in JSON" 0 '[.result.items[] | .set, .kind] == ["bad", "live"]' find 203.0.113.7
check_ctl "find a stranger" 0 'is not blocked, and in no set$' find 198.51.100.77
check_ctl "find what is no address" 2 'nonsense' find nonsense
check_ctl "set add to an inline set" 0 'set noc: 1 added \(revision' set add noc 192.0.2.4
check_ctl "set add to a file's set" 6 'edit that file' set add feed 192.0.2.4
check_ctl "host bits" 2 'meant 10\.0\.0\.0/8' set add bad 10.0.0.1/8
check_json "bad lines of stdin, with their places" 2 '[.error.errors[].line] == [2, 3]' set add bad - \
	< <(printf '192.0.2.1\n10.0.0.1/8\n  nonsense # really\n')
check_json "nothing of it was added" 0 '.result.items | length == 2' set show bad
/usr/bin/python3 -c 'for i in range(60000): print(f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}")' \
	>"$lab_dir/many"
check_json "60000 prefixes from stdin" 0 '.result.added == 60000' set add bad - <"$lab_dir/many"
check_json "set show of 60002, over many pages" 0 \
	'.result.total == 60002 and (.result.items | length) == 60002' set show bad
check_ctl "a full set" 6 'is full' set add bad - \
	< <(sed 's/^10/11/' "$lab_dir/many")
check_ctl "set delete" 0 'set bad: 60000 removed' set delete bad - <"$lab_dir/many"
check_ctl "what is not there" 0 'set bad: 0 removed \(nothing changed' set delete bad 192.0.2.99
check_ctl "set flush" 0 'set bad: [0-9]+ removed' set flush bad
check_json "it is empty" 0 '.result.items == []' set show bad
check_ctl "flush of an inline set" 6 'not live' set flush noc
check_equal "and passes again" 5 "$(pings -I 203.0.113.7 198.51.100.2)"

section "limits"
check_ctl "limit list" 0 '^icmp +100k/s +1000 +src/32,128 +drop' limit list
check_ctl "limit add" 0 'limit slow is added' limit add slow '{"rate": "5/s", "per": "rule"}'
check_json "limit show, in JSON" 0 '.result.rate == "5/s"' limit show slow
check_ctl "limit show" 0 '^slow +5/s' limit show slow
check_ctl "a bad limit" 3 'argument:1:' limit add fast '{"rate": "5/fortnight"}'
check_ctl "a limit that is used" 6 'used by rule "ping"' limit delete icmp
check_ctl "limit delete" 0 'limit slow is deleted' limit delete slow
check_ctl "no such limit" 1 'no limit' limit show slow
check_ctl "nearly a limit" 1 'did you mean "icmp"' limit show icpm
check_ctl "nearly a set" 1 'no set "bda"; did you mean "bad"' set add bda 192.0.2.9

section "blocks"
check_ctl "no blocks yet" 0 'nothing is blocked' blocks
check_ctl "block" 0 '^203\.0\.113\.7 is blocked for 10m' block 203.0.113.7 --for 10m \
	--reason "port scan"
check_equal "it drops" 0 "$(pings -I 203.0.113.7 198.51.100.2)"
check_ctl "blocks" 0 '^203\.0\.113\.7 +[0-9]+s +(10m|9m[0-9]+s) +port scan' blocks
check_ctl "find finds it" 0 '^block +203\.0\.113\.7 +[0-9]+s +(10m|9m[0-9]+s) +port scan' find 203.0.113.7
check_json "blocks, in JSON" 0 '.result.items[0] | .reason == "port scan" and .expires_in_s > 500' \
	blocks
check_ctl "what is not blocked" 0 'was not blocked' unblock 203.0.113.8
check_json "the same in JSON" 0 '.result.changed == false' unblock 203.0.113.8
check_ctl "unblock" 0 'no longer blocked' unblock 203.0.113.7
check_equal "and passes again" 5 "$(pings -I 203.0.113.7 198.51.100.2)"
check_ctl "a bad time" 2 'not a time' block 203.0.113.7 --for soon
check_json "a short block" 0 '.result.new' block 203.0.113.7 --for 1s
check_soon "ends by itself" 3 nothing_is_blocked

section "explain"
check_ctl "a drop" 0 '^the packet is dropped' explain "in eth0 udp 192.0.2.7:1 > 198.51.100.2:9"
check_ctl "its rule" 0 'rule: +probe' explain "in eth0 udp 192.0.2.7:1 > 198.51.100.2:9"
check_json "in JSON" 0 '.result.verdict == "drop" and .result.rule == "probe"' explain \
	"in eth0 udp 192.0.2.7:1 > 198.51.100.2:9"
check_ctl "words may stand apart" 0 '^the packet passes' explain in eth0 udp 192.0.2.7:1 '>' \
	198.51.100.2:10
arp="ffffffffffff 020000000001 0806 0001080006040001 020000000001 c0000202 000000000000 c0000201"
check_json "hex" 0 '.result.reason == "link" and .result.packet.kind == "arp"' explain -i eth0 \
	--hex "$arp"
check_ctl "a mistake is shown" 2 '^ +\^$' explain "in eth0 udp 192.0.2.7:x > 198.51.100.2:9"
check_ctl "neither words nor hex" 2 'give a packet' explain

section "monitor"
stream_start 50 192.0.2.2,9
check_ctl "--count" 0 'drop eth0 udp 192\.0\.2\.2:[0-9]+ > 198\.51\.100\.2:9.*: rule probe' \
	monitor --count 2
check_equal "-j: an object a line" 3 \
	"$(timed_ctl -j monitor --count 3 | jq -c 'select(.rule == "probe" and .outcome == "drop")' | wc -l)"
check_exit "filters that let nothing through" 124 timeout 1 \
	"$fwctl_binary" -s "$lab_dir/sock" monitor --src 203.0.113.0/24
check_ctl "filters that let it through" 0 'rule probe' monitor -n1 --src 192.0.2.0/24 --rule probe \
	--outcome drop --reason rule --interface eth0 --dst 198.51.100.2
check_ctl "a reason that there is not" 2 'did you mean "rule"' monitor --reason rul
check_ctl "a rule" 1 'there is no rule "prob"; did you mean "probe"' monitor --rule prob
check_ctl "a limit" 1 'there is no limit "x"' monitor --limit x
check_json "an interface" 1 '.error.code == "not_found" and
	(.error.message | test("no interface .eth9.; did you mean"))' monitor --interface eth9
background "$fwctl_binary" -s "$lab_dir/sock" -j monitor >"$lab_dir/events"
pid=$lab_pid
eventually 5 test -s "$lab_dir/events"
kill -INT $pid
wait $pid
check_equal "SIGINT ends it" 0 $?
check "between two lines" jq -c . "$lab_dir/events"
timeout "$(scaled 30)" "$fwctl_binary" -s "$lab_dir/sock" monitor | head -n 1 >/dev/null
check_equal "and so does a reader who leaves" 0 "$((PIPESTATUS[0] == 124))"
stream_stop

section "completion in bash"
# shellcheck disable=SC1090
. <("$fwctl_binary" completion bash)
fwctl() {
	ctl "$@"
}
compopt() {
	:
}
# completes WORD...: what the last word can become
completes() {
	COMP_WORDS=(fwctl "$@") COMP_CWORD=$#
	_fwctl
	echo "${COMPREPLY[*]}"
}
check_equal "objects and verbs" "rule reload rollback" "$(completes r)"
check_equal "once each" "status stats" "$(completes stat)"
check_equal "verbs of an object" "delete disable" "$(completes rule d)"
check_equal "a verb that is an object, too" "reset" "$(completes stats "")"
check_equal "what that takes" "probe" "$(completes stats reset pr)"
check_equal "more of it" "probe" "$(completes stats reset ping pr)"
check_equal "its own options" "--all --total" "$(completes stats --a) $(completes stats --t)"
check_equal "those of the other" "" "$(completes stats reset --a)"
check_equal "rules that there are" "probe" "$(completes rule show pr)"
check_equal "sets" "noc" "$(completes -j set add no)"
check_equal "an option's value" "native generic" "$(completes iface attach eth9 --mode "")"
check_equal "options" "--reason" "$(completes block 192.0.2.1 --for 1m --rea)"
check_equal "words that stand for no names" "" "$(completes set test noc "")"
unset -f fwctl compopt

section "interfaces and reload"
check_ctl "iface detach" 0 'eth1 is detached' iface detach eth1
check_json "it is gone" 0 '.result.items | length == 1' iface list
check_ctl "iface attach" 0 'eth1 is attached, native mode' iface attach eth1 --zone lan
check_json "it is back" 0 '.result.items | any(.name == "eth1" and .attached and .zone == "lan")' \
	iface list
check_ctl "no such interface" 1 'no network interface' iface attach eth7
check_ctl "reload" 0 'live edits gone, which the file did not have' reload --discard
check_json "reload, in JSON" 0 '.result.rules == 3 and .result.unsaved == 0' reload
echo '{"rules": [' >"$fwd_file.broken"
cp "$fwd_file" "$lab_dir/saved"
cp "$fwd_file.broken" "$fwd_file"
check_ctl "reload of a broken file" 3 'fwd\.json:[0-9]+:[0-9]+: error' reload
check_json "changes nothing" 0 '.result.rules == 3' status
cp "$lab_dir/saved" "$fwd_file"

section "who may"
fwd_for_others
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$fwctl_binary" -s "$lab_dir/sock" "$@"
}
check_exit "others may not even look" 5 as_nobody status
check_match "and the error names who may" 'fwd-admin' "$output"
check_exit "in JSON" 5 as_nobody -j status
check_match "too" '"code":"permission"' "$output"

section "degraded"
lab_in router ip link delete eth1
check_soon "health" 3 is_degraded
check_json "health, in JSON" 7 '.error.code == "degraded" and (.error.message | test("eth1"))' health

fwd_clear
test_end
