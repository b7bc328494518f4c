#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Run a program that has a /tmp of its own, in a folder of the run that run_begin began.
#
#	tests/lib/own_tmp.sh COMMAND...
#
# What it leaves there is seen and cannot be somebody else's. The checkout and the build folder stay
# where they are if they are below /tmp.
set -euo pipefail

if [ -z "${FWD_OWN_TMP:-}" ]; then
	FWD_OWN_TMP=$(mktemp -d "$FWD_RUN/own.XXXXXX")
	export FWD_OWN_TMP
	chmod 1777 "$FWD_OWN_TMP"
	exec unshare --mount "$0" "$@"
fi
own=$FWD_OWN_TMP
source_dir=$(realpath "$(dirname "$0")/../..")
for dir in "$source_dir" "$FWD_BUILD_DIR"; do
	[[ $dir == /tmp/* ]] || continue
	mkdir -p "$own${dir#/tmp}"
	mount --rbind "$dir" "$own${dir#/tmp}"
done
mount --rbind "$own" /tmp
unset FWD_OWN_TMP
export TMPDIR=/tmp
cd "$PWD"
exec "$@"
