#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Configs and what fwd says of them.
#
#	tests/golden/check.sh [--update]
#
# bad/ is refused, warned/ accepted with warnings, good/ accepted without a word;
# each has the expected text next to it: what `fwctl check` prints, and for good/
# what the policy is (`fwd --compile`). --update writes these texts again.
# FWD_BUILD is the build folder whose fwd and fwctl are tested.
set -euo pipefail

cd "$(dirname "$0")"
source ../lib/test.sh
root=$(realpath ../..)
build=${FWD_BUILD:-${FWD_BUILD_DIR:-$root/build}/check/release}
fwctl=$build/cli/fwctl
fwd=$build/daemon/fwd
op_table=$build/tests/op_table
update=
[ "${1:-}" != --update ] || update=1

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# compare NAME FILE <TEXT: it is what the file holds; paths are those of any checkout
compare() {
	local text

	text=$(sed "s|$root/||g; s|$scratch/||g")
	if [ -n "$update" ]; then
		printf '%s\n' "$text" >"$2"
		ok "$1 (updated)"
	elif [ ! -e "$2" ]; then
		fail "$1" "there is no $2"$'\n'"$text"
	elif details=$(diff -u "$2" - <<<"$text"); then
		ok "$1"
	else
		fail "$1" "$details"
	fi
}

# reported FOLDER EXPECTED-EXIT CONFIG...: fwctl check says what NAME.txt in the folder says
reported() {
	local config name text code

	for config in "${@:3}"; do
		name=$(basename "$config" .json)
		code=0
		text=$(timeout 60 "$fwctl" check "$config" 2>&1 </dev/null) || code=$?
		if [ "$code" != "$2" ]; then
			fail "$1/$name" "exit $code, expected $2"$'\n'"$text"
		else
			compare "$1/$name" "$1/$name.txt" <<<"$text"
		fi
	done
}

# refused CONFIG...: by fwd, in the words of fwctl check, and with exit code 3
refused() {
	local config code=0 text odd=

	for config in "$@"; do
		code=0
		text=$(timeout 60 "$fwd" --compile "$config" 2>&1 </dev/null) || code=$?
		[ "$code" = 3 ] || odd+="$config: exit $code"$'\n'
		diff -q <("$fwctl" check "$config" 2>&1 | sed '$d') - <<<"$text" >/dev/null ||
			odd+="$config: $text"$'\n'
	done
	check_equal "fwd --compile refuses them all in the same words" "" "$odd"
}

# Each code that input can cause is in one of the texts.
every_code() {
	local code codes

	codes=$(sed -n 's/.*X([A-Z0-9_]*, "\([EW][0-9]*\)").*/\1/p' "$root/common/base/errors/error_codes.h")
	[ -n "$codes" ] || fail "the list of error codes"
	for code in $codes; do
		# What the kernel refuses or lacks is no mistake of the input's, nor is what a
		# policy would cut off: tests/netns/test_lockout.sh and test_confirm.sh.
		# How a set file has changed, and what the host needs of it: tests/netns/test_feeds.sh.
		[[ $code != ?09* && $code != ?05* && $code != W0318 && $code != W0322 ]] || continue
		if grep -qs "\[$code\]" bad/*.txt warned/*.txt; then
			ok "a golden file has $code"
		else
			fail "a golden file has $code"
		fi
	done
}

# Every text belongs to a config that is still there.
no_strays() {
	local text name stray=

	for text in bad/*.txt warned/*.txt good/*.txt; do
		name=$(basename "$text" .txt)
		[ -e "${text%.txt}.json" ] || [ -e "$scratch/$name.json" ] ||
			[ -e "$root/configs/$name.json" ] || [ "$name" = no-such-file ] ||
			stray+="$text "
	done
	check_equal "no text without its config" "" "$stray"
}

# good NAME CONFIG: accepted in silence, and compiled to what the text says
good() {
	local text

	if ! text=$("$fwctl" check "$2" 2>&1) || grep -Eq 'warning|error' <<<"$text"; then
		fail "$1 is accepted" "$text"
		return
	fi
	ok "$1 is accepted"
	if text=$("$fwd" --compile "$2" 2>&1); then
		compare "$1 compiles" "good/$(basename "$2" .json).txt" <<<"$text"
	else
		fail "$1 compiles" "$text"
	fi
}

section "bad"
python3 generate.py "$scratch"
reported bad 3 bad/*.json bad/no-such-file.json "$scratch"/gen-*.json
refused bad/*.json bad/no-such-file.json "$scratch"/gen-too-many-[il]*.json
check_between "distinct bad configs" 50 1000 \
	"$(find bad "$scratch" -maxdepth 1 -name '*.json' -exec md5sum {} + 2>/dev/null |
		awk '{print $1}' | sort -u | wc -l)"

section "warned"
reported warned 0 warned/*.json

section "good"
for config in good/*.json "$root"/configs/{default,strict,edge-router}.json; do
	good "$(realpath --relative-to="$root" "$config")" "$config"
done

section "codes"
every_code
no_strays

section "schema"
python3 schema.py >"$scratch/rows" || fail "schema.py runs to its end"
while read -r verdict text; do
	"$verdict" "$text"
done <"$scratch/rows"

# reference DOCUMENT: the same with what the table of ops has to say after its mark
reference() {
	sed '/^<!-- From here on/q' "$1"
	"$op_table" markdown
}

section "protocol"
compare "docs/protocol.md is as the table of ops" "$root/docs/protocol.md" < <(reference "$root/docs/protocol.md")
sed '/^### set.test/d' "$root/docs/protocol.md" >"$scratch/protocol.md"
check_match "a line that it lacks is found" '^\+### set.test' \
	"$(reference "$scratch/protocol.md" | diff -u "$scratch/protocol.md" - || true)"

section "documents"
# The members of hostile.json are made up.
mapfile -t replies < <(printf '%s\n' cli/*.json | grep -v /hostile)
python3 documented.py "${replies[@]}" >"$scratch/rows" || fail "documented.py runs to its end"
check_equal "a row for each reply" "${#replies[@]}" "$(wc -l <"$scratch/rows")"
while read -r verdict text; do
	"$verdict" "$text"
done <"$scratch/rows"
echo '{"items": [{"match": {"src": "::1"}, "no_such_member": 1}]}' >"$scratch/made-up.json"
check_equal "a member that is in none is found" \
	"fail made-up.json: not in the documents: no_such_member" \
	"$(python3 documented.py "$scratch/made-up.json")"

section "events"
# between FILE: what the file has between the marks of what is from the descriptors
between() {
	sed -n '/From the descriptors:/,/End of what is from/{//!p}' "$1"
}

# described FORM FILE: what the file has between its marks is what the descriptors say
described() {
	if [ -n "$update" ]; then
		"$build/tests/describe_events" "$1" >"$scratch/$1"
		sed -i -e '/From the descriptors:/,/End of what is from/{//!d}' \
			-e "/From the descriptors:/r $scratch/$1" "$root/$2"
	fi
	check_equal "$2 has the events as the descriptors say" \
		"$("$build/tests/describe_events" "$1")" "$(between "$root/$2")"
}
described markdown docs/events.md
described manual docs/man/fwd.8
compare "the schema of events" "$root/configs/fwd-events.schema.json" \
	< <("$build/tests/describe_events" schema)
python3 events.py "$root/configs/fwd-events.schema.json" events/events.jsonl >"$scratch/rows" ||
	fail "events.py runs to its end"
check_equal "a row for each event" "$(wc -l <events/events.jsonl)" "$(wc -l <"$scratch/rows")"
while read -r verdict text; do
	"$verdict" "$text"
done <"$scratch/rows"
sed 's/"drop"/"dropped"/; s/"level":/"levels":/' events/events.jsonl >"$scratch/other.jsonl"
check_between "events that suit no type are found" 8 "$(wc -l <events/events.jsonl)" \
	"$(python3 events.py "$root/configs/fwd-events.schema.json" "$scratch/other.jsonl" | grep -c ^fail)"

section "commands"
# disagrees NAME FILE SED-SCRIPT REGEX: with this change to a copy of the file, a row fails
disagrees() {
	local copy=$scratch/$1

	mkdir -p "$copy/docs/man"
	cp "$root"/docs/man/*.* "$copy/docs/man"
	sed -i "$3" "$copy/$2"
	check_match "$1 is found" "^fail .*$4" "$(python3 commands.py "$fwctl" "$copy")"
}
python3 commands.py "$fwctl" >"$scratch/rows" || fail "commands.py runs to its end"
check_between "verbs" 50 1000 "$(wc -l <"$scratch/rows")"
while read -r verdict text; do
	"$verdict" "$text"
done <"$scratch/rows"
disagrees "a verb that the man page lacks" docs/man/fwctl.1 '/It Cm set test/d' 'fwctl\(1\) lacks set test'
disagrees "an option that the man page lacks" docs/man/fwctl.1 '/It Cm block/s/Op Fl -reason Ar text//' \
	'fwctl\(1\) lacks reason'
disagrees "an option that only the man page has" docs/man/fwctl.1 '/It Cm unblock/s/$/ Op Fl -all/' \
	'only fwctl\(1\) has all'
test_end
