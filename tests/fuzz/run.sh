#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Fuzz the config reader for some seconds (60), with ASan and UBSan:
#
#	tests/fuzz/run.sh [SECONDS]
#
# Inputs that led further are kept in build/fuzz/corpus for the next run; one
# that crashed is left in build/fuzz. Needs clang's libFuzzer.
set -euo pipefail

root=$(realpath "$(dirname "$0")/../..")
dir=$root/build/fuzz
mkdir -p "$dir/corpus"
cd "$dir"

clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	-D_GNU_SOURCE -std=gnu11 -I"$root"/common{,/errors,/prefix} \
	-I"$root"/daemon/config{,/document,/sets,/limits} \
	-I"$root"/daemon/policy{,/addresses,/tables} \
	"$root"/tests/fuzz/config.c \
	"$root"/common/{array,clock,progress,replace_file,units}.c \
	"$root"/common/{errors/errors,prefix/prefix,prefix/prefix_content}.c \
	"$root"/daemon/config/{,document/,sets/,limits/}*.c \
	"$root"/daemon/policy/{,addresses/,tables/}*.c -lcjson -lm -o config

# The words of a config, so that they need not be guessed.
grep -ohE '"[^"\\]+"' "$root"/configs/*.json "$root"/tests/golden/good/*.json |
	sort -u | sed 's/^"\(.*\)"$/"\\"\1\\""/' >words
./config -dict=words -max_total_time="${1:-60}" -max_len=16384 -timeout=10 -print_final_stats=1 \
	corpus "$root/configs" "$root/tests/golden/good" "$root/tests/golden/bad"
