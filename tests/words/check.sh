#!/bin/bash
# SPDX-License-Identifier: MIT
# Spelling (codespell), and words that texts of fwd do not use (words.conf).
set -uo pipefail
here=$(realpath "$(dirname "$0")")
root=$(realpath "$here/../..")
. "$here/../lib/test.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$root" || exit 1

# spelling FILE...; "nd" is neighbour discovery and mdoc's .Nd, Asai an author
spelling() {
	codespell -q 3 --ignore-words-list nd,asai "$@"
}

# the sources, but for this check
sources() {
	find common daemon cli ebpf tests \( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' \) | sort |
		grep -v '^tests/words/'
}

section "this tree"
check "spelling" spelling README.md docs common daemon cli ebpf configs
[ "$test_failed" = 0 ] || printf '%s\n' "$output"
check "words" python3 "$here/words.py" README.md docs/*.md docs/man/* configs/*.json
[ "$test_failed" = 0 ] || grep -v '^ok' <<<"$output"
mapfile -t sources < <(sources)
check "words of sources" python3 "$here/words.py" "${sources[@]}"
[ "$test_failed" = 0 ] || grep -v '^ok' <<<"$output"
check "which are not few" [ "${#sources[@]}" -gt 800 ]

section "mistakes that are planted"
printf 'A line.\nfwd tells the\nrest.\n' >"$scratch/text"
check_exit "a word of the list" 1 python3 "$here/words.py" "$scratch/text"
check_match "with its place" "/text:2: 'tells': write reports" "$output"
printf 'A source with\nthe eyes of root.\n' >"$scratch/text"
check_exit "words on two lines" 1 python3 "$here/words.py" "$scratch/text"
check_match "with the place of the first" "/text:1: 'with the eyes of': write with the permissions of" "$output"
printf '/* A source with\n * the eyes of root. */\nint anew;\nchar text[] = "one\\ntells";\n' >"$scratch/text.c"
check_exit "words in C" 1 python3 "$here/words.py" "$scratch/text.c"
check_match "in a comment, with its place" "/text.c:1: 'with the eyes of'" "$output"
check_match "in a string" "/text.c:4: 'tells'" "$output"
check_equal "names of the code are not read" "" "$(grep anew <<<"$output")"
printf 'Untold: a teller retells.\n' >"$scratch/text"
check "parts of other words are allowed" python3 "$here/words.py" "$scratch/text"
printf 'recieve\n' >"$scratch/text"
check_exit "a spelling mistake" 65 spelling "$scratch/text"

test_end
