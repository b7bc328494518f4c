#!/bin/bash
# SPDX-License-Identifier: MIT
# The includes of this tree, and that arrows.py finds what is planted in a copy of it.
set -uo pipefail
here=$(realpath "$(dirname "$0")")
root=$(realpath "$here/../..")
. "$here/../lib/test.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

section "this tree"
check_exit "includes go where arrows.conf says" 0 python3 "$here/arrows.py" "$root"
[ "$test_failed" = 0 ] || grep -v '^ok' <<<"$output"

# planted NAME REGEX: the copy has a mistake, and is clean again afterwards
planted() {
	check_exit "$1" 1 python3 "$here/arrows.py" "$scratch"
	check_match "$1: with its place" "$2" "$output"
	fresh
}

# fresh: a copy of what the check reads
fresh() {
	rm -rf "${scratch:?}"/*
	mkdir -p "$scratch/tests"
	cp -r "$root"/{common,ebpf,daemon,cli} "$scratch"
	cp -r "$here" "$scratch/tests/arrows"
}

# include FILE NAME: at its end, so the line is the last
include() {
	printf '#include %s\n' "$2" >>"$scratch/$1"
}

conf=$scratch/tests/arrows/arrows.conf
section "mistakes that are planted"
fresh
include common/base/units.c '"common/policy/config/config.h"'
planted "an arrow upwards" '^      \| common/base/units\.c:[0-9]+: common/policy/config/config\.h is not allowed: common/base -> common/policy/config$'
include cli/text/human.c '"daemon/fwd/live/live.h"'
planted "fwctl includes the daemon" 'cli/text/human\.c:[0-9]+: .* is not allowed: cli/text -> daemon/fwd/live$'
include ebpf/parse/parse_ip4.h '"daemon/fwd/live/live.h"'
planted "a program of the datapath includes the daemon" 'is not allowed: ebpf/parse -> daemon/fwd/live$'
include common/base/units.c '"clock.h"'
planted "an include without a path" 'units\.c:[0-9]+: clock\.h has no path from the root of the source$'
include common/base/units.c '"../base/clock.h"'
planted "an include with .." '\.\./base/clock\.h has no path from the root of the source$'
include common/base/units.c '"common/base/no_such.h"'
planted "a header that is not there" 'common/base/no_such\.h is not there$'
include daemon/fwd/datapath/maps/maps.c '"ebpf/no_such.skel.h"'
planted "a skeleton of no program" 'ebpf/no_such\.skel\.h is not there$'
include daemon/fwd/control/table.c '"daemon/fwd/live/live_internal.h"'
planted "a private header of another folder" 'live_internal\.h is private to daemon/fwd/live$'
include daemon/fwd/control/table.c '<bpf/bpf.h>'
planted "BPF outside the datapath" 'bpf/bpf\.h is not allowed in daemon/fwd/control$'
mkdir "$scratch/daemon/fwd/unknown"
include daemon/fwd/unknown/new.c '"common/base/units.h"'
planted "a folder that arrows.conf does not have" 'is not allowed: daemon/fwd/unknown -> common/base$'
include common/base/units.c '"common/policy/config/config.h"'
sed -i 's|^common/base:.*|& common/policy/config|' "$conf"
planted "a circle that arrows.conf allows" '^      \| circle: .*common/base.* common/policy/config'
sed -i 's|^common/base:.*|& cli/top|' "$conf"
planted "an arrow that no file needs" 'common/base -> cli/top: no file needs it$'
echo 'common/base: common/abi' >>"$conf"
planted "a folder twice" 'arrows\.conf:[0-9]+: common/base stands there twice$'
echo 'common/base common/abi' >>"$conf"
planted "a line without a colon" 'arrows\.conf:[0-9]+: no colon in: common/base common/abi$'

test_end
