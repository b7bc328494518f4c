#!/bin/bash
# SPDX-License-Identifier: MIT
# Big and broken set files and configs, given to a running fwd under traffic: a clear report in
# bounded time and memory, and the policy in force goes on.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

good=192.0.2.2,1000
bad=203.0.113.7,1000
rate=100
if [ -n "${FWD_IN_VM:-}" ]; then
	skip "big inputs" "the emulated machine is slow, and they ask nothing of the kernel"
	test_end
fi

lab_open
lab_router
feed=$lab_dir/feed.netset

# config_feed [KEYS]: of the set, next to its file
config_feed() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  "sets": {"feed": {"file": "feed.netset"${1:+, $1}}},
	  "rules": [{"id": "feed", "match": {"zone": "wan", "src": "@feed"}, "action": "drop"}]
	}
	JSON
}

# config_sets COUNT: so many sets from the one file
config_sets() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  "sets": {$(seq -s, -f '"s%g": {"file": "feed.netset"}' "$1")},
	  "rules": [{"id": "feed", "match": {"zone": "wan", "src": "@s1"}, "action": "drop"}]
	}
	JSON
}

# make KIND ARGS...: the set file, or with KIND "rules" and "values" the config
make() {
	local to=$feed

	[ "$1" != rules ] && [ "$1" != values ] || to=$fwd_file
	rm -rf "$to"
	"$here/make_input.py" "$@" >"$to"
}

generation() {
	ctl -j status | jq .result.generation
}

# The most memory that fwd has had since forget_peak, KiB.
forget_peak() {
	echo 5 >"/proc/$fwd_pid/clear_refs"
}

peak() {
	awk '/^VmHWM:/ {print $2}' "/proc/$fwd_pid/status"
}

resident() {
	awk '/^VmRSS:/ {print $2}' "/proc/$fwd_pid/status"
}

# reload_within NAME CODE SECONDS MIB: reload; it takes so long (with patience) and so much memory at
# most. Leaves what it said in $output.
reload_within() {
	local before since grown

	forget_peak
	before=$(resident)
	since=$(now_ms)
	check_exit "$1" "$2" ctl reload
	check_between "  in time, ms" 0 $(($3 * 1000 * test_patience)) $(($(now_ms) - since))
	grown=$(($(peak) - before))
	check_between "  in memory, KiB above $before" 0 $(($4 * 1024)) $((grown > 0 ? grown : 0))
}

# refused NAME SECONDS MIB REGEX...: a reload fails, says all of that, and changes nothing
refused() {
	local was regex

	was=$(generation)
	reload_within "$1 is refused" 3 "$2" "$3"
	text=$output
	for regex in "${@:4}"; do
		check_match "  says $regex" "$regex" "$(head -c 4000 <<<"$text"; tail -n 4 <<<"$text")"
	done
	check_between "  briefly, bytes" 1 200000 ${#text}
	check_equal "  and nothing has changed" "$was 0 5" "$(generation) $(probe $bad $good)"
}

# taken NAME SECONDS MIB: a reload that succeeds, with the set in force
taken() {
	local was

	was=$(generation)
	reload_within "$1 is taken" 0 "$2" "$3"
	text=$output
	check_equal "  and is in force" "$((was + 1)) 0 5" "$(generation) $(probe $bad $good)"
}

make lines 1000 0
config_feed
fwd_up || test_end
stream_start $rate $good $bad

section "a million lines"
make lines 1000000 0
taken "a million lines" 20 200
make lines 1000000 100
refused "a hundred broken ones among them" 20 100 \
	'^feed\.netset:1:1: error: .*\[E0203\]' '^feed\.netset:90001:1: error:' \
	'100 of 1000000 lines are bad, the first is line 1;'
check_equal "  shows ten of them" 10 "$(grep -c '^feed\.netset:[0-9]*:1: error' <<<"$text")"
config_feed '"bad_lines": "skip"'
taken "the rest, if the broken ones may be skipped," 20 200
check_match "  says how many" '100 of 1000000 lines are skipped, the first is line 1 ' "$text"
check_equal "  shows ten of them" 10 "$(grep -c '^feed\.netset:[0-9]*:1: warning' <<<"$text")"
config_feed '"on_error": "keep-last"'
taken "the set as it was, if it is to be kept," 20 200
check_match "  says so" 'keeps its last 999900 entries' "$text"
config_feed
make lines 1000000 1000000
refused "a million broken lines" 20 100 '1000000 of 1000000 lines are bad'
config_feed '"bad_lines": "skip"'
refused "a file with nothing but what is to be skipped" 20 100 'no valid line'

section "too many"
config_feed '"max": 1000'
make lines 1001 0
refused "a set over its max" 5 10 '^feed\.netset:1001:1: error: more entries.*\[E0214\]'
config_feed
make lines 1000001 0
refused "a set over the default max" 10 100 \
	'^feed\.netset:1000001:1: error: more entries.*\[E0214\]'
make lines 1000000 0
config_sets 5
refused "five sets of a million" 20 400 'more than 4000000 entries in all set files.*\[E0110\]'
config_feed
truncate -s 2G "$feed"
refused "2 GB" 5 10 'feed\.netset: is too large \[E0001\]'
rm "$feed"
truncate -s 250M "$feed"
refused "250 MB without a line" 10 10 '^feed\.netset:1:1: error: the line is too long'
make comments 20000000
refused "twenty million comments" 20 10 'feed\.netset: has too many lines \[E0001\]'
make rules 100000
refused "a config of 100000 rules" 20 400 'there can be 20480 of them \[E0403\]'
make values 5000000
refused "a config of five million values" 20 400 'more than 2000000 values in a config \[E0110\]'

section "not a text file"
config_feed
make lines 1000 0
taken "a small one again" 20 100
cp "$feed" "$lab_dir/good.netset"
for kind in fifo folder device loop nul long utf16 binary; do
	rm -rf "$feed"
	case $kind in
	fifo) mkfifo "$feed"; say='not a regular file' ;;
	folder) mkdir "$feed"; say='Is a directory' ;;
	device) mknod "$feed" c 1 5; say='not a regular file' ;;
	loop) ln -s feed.netset "$feed"; say='Too many levels of symbolic links' ;;
	nul)
		printf '203.0.113.7\n10.0.0.\0001\n' >"$feed"
		say='^feed\.netset:2:1: error: not an address'
		;;
	long)
		{
			cat "$lab_dir/good.netset"
			head -c 1000000 /dev/zero | tr '\0' 1
			echo
		} >"$feed"
		say='^feed\.netset:1001:1: error: the line is too long'
		;;
	utf16) iconv -t UTF-16 "$lab_dir/good.netset" >"$feed"; say='is UTF-16' ;;
	binary) head -c 3000000 "$fwd_binary" >"$feed"; say='lines are bad, the first is line 1;' ;;
	esac
	refused "$kind" 5 20 "$say"
done
rm -rf "$feed"
sed 's/$/\r/; 1s/^/\xef\xbb\xbf/' "$lab_dir/good.netset" >"$feed"
taken "a file with CR LF and a byte order mark" 20 100
chmod 600 "$feed"
fwd_for_others
setpriv --reuid 65534 --clear-groups "$fwctl_binary" check "$fwd_file" >"$lab_dir/out" 2>&1
check_equal "a file that may not be read fails a check" 3 $?
check_match "  says so" 'Permission denied' "$(cat "$lab_dir/out")"

section "while it is read"
exec {writer}>>"$feed"
refused "a file that is open for writing" 5 20 'feed.netset: may be incomplete: a process has it open'
exec {writer}>&-
taken "the same, when nobody writes it any more" 20 100

# Whatever is done to the file meanwhile: all of it is in force, or what was before.
config_feed '"on_shrink": "keep-last"'
background "$here/change_input.py" "$feed" "$lab_dir/good.netset"
changer=$lab_pid
taken_count=0 refused_count=0 torn=0
for ((i = 0; i < 300; i++)); do
	# How often it is caught is up to the machine; until both were seen, each is waited for.
	[ $i -lt 30 ] || [ $taken_count = 0 ] || [ $refused_count = 0 ] || break
	if out=$(ctl reload 2>&1); then
		taken_count=$((taken_count + 1))
	elif grep -qE 'changed while it was read|may be incomplete' <<<"$out"; then
		refused_count=$((refused_count + 1))
	else
		echo "$out" | head -n 5
		torn=$((torn + 1))
	fi
	case $(ctl -j set list | jq '.result.items[0].entries') in
	1000 | 200000 | 400000) ;;
	*)
		ctl set list
		torn=$((torn + 1))
		;;
	esac
done
lab_stop $changer
check_equal "a file that changes is taken whole or refused" 0 $torn
check_between "  refused at times" 1 299 $refused_count
check_between "  taken at times" 1 299 $taken_count
check_equal "  the set is in force all the time" "0 5" "$(probe $bad $good)"

section "again and again"
make lines 100000 0
for ((i = 0; i < 5; i++)); do ctl reload >/dev/null 2>&1; done
before=$(resident)
for ((i = 0; i < 40; i++)); do ctl reload >/dev/null 2>&1; done
check_between "forty reloads of 100000 prefixes leave no memory behind, KiB" -20000 8192 \
	$(($(resident) - before))

stream_stop
check_between "packets went on all the time" 100 10000000 "${streamed[0]}"
check_equal "no denied one passed" 0 "${streamed[2]}"
check_equal "no allowed one was lost" "${streamed[0]}" "${streamed[1]}"
fwd_clear
test_end
