#!/bin/bash
# SPDX-License-Identifier: MIT
# The cache of the emulated machine's kernel: made, shared, damaged, not to be written, without network.
set -uo pipefail
here=$(realpath "$(dirname "$0")")
. "$here/../lib/test.sh"

scratch=$(mktemp -d)
finish() {
	mountpoint -q "$scratch/fixed" && umount "$scratch/fixed"
	rm -rf "$scratch"
}
trap finish EXIT

# What stands for Debian's archive: a package is a list of files. $scratch/newest is what
# linux-image-amd64 depends on, and without $scratch/online nothing can be downloaded.
mkdir "$scratch/bin"
cat >"$scratch/bin/apt-cache" <<-END
	#!/bin/sh
	printf 'linux-image-amd64\n  Depends: %s\n' "\$(cat $scratch/newest)"
END
cat >"$scratch/bin/apt-get" <<-END
	#!/bin/sh
	for package; do :; done
	[ -e $scratch/online ] || exit 100
	[ \$package = update ] || { echo \$package >>$scratch/downloads; echo kernel >\$package.deb; }
END
cat >"$scratch/bin/dpkg" <<-END
	#!/bin/sh
	mkdir -p "\$3/boot" "\$3/lib/modules/6.1"
	cp "\$2" "\$3/boot/vmlinuz-6.1"
	touch "\$3/lib/modules/6.1/veth.ko"
END
chmod +x "$scratch"/bin/*

# find_kernel [NAME=VALUE...]: where the kernel is, or what is said
find_kernel() {
	# shellcheck disable=SC2016
	env PATH="$scratch/bin:$PATH:/usr/sbin" FWD_CACHE="$scratch/cache" FWD_BUILD_DIR="$scratch/build" "$@" \
		bash -euo pipefail -c '. "$1"; kernel_find || exit 125; echo "$kernel_dir"' \
		bash "$here/../vm/kernel.sh" 2>"$scratch/said"
}

downloads() {
	sort "$scratch/downloads" | xargs
	: >"$scratch/downloads"
}

first=linux-image-6.1.0-1-amd64 second=linux-image-6.1.0-20-amd64
: >"$scratch/downloads"
touch "$scratch/online"
echo $first >"$scratch/newest"

section "made once"
check_equal "it is in the cache" "$scratch/cache/vm/$first" "$(find_kernel)"
check_equal "downloaded" "$first" "$(downloads)"
check "with its modules' index" test -e "$scratch/cache/vm/$first/lib/modules/6.1/modules.dep"
check_equal "others read it" 755 "$(stat -c %a "$scratch/cache/vm/$first")"
check_equal "again" "$scratch/cache/vm/$first" "$(find_kernel)"
check_equal "nothing is downloaded" "" "$(downloads)"
check_equal "nothing is said" "" "$(cat "$scratch/said")"
check_equal "nothing else is there" "$first" "$(ls "$scratch/cache/vm")"

section "damaged"
# damaged NAME COMMAND...: run in the kernel's folder
damaged() {
	(cd "$scratch/cache/vm/$first" && "${@:2}")
	check_equal "$1: a whole one" "$scratch/cache/vm/$first" "$(find_kernel)"
	check_match "$1: is fetched" "$first is damaged, fetching it again" "$(cat "$scratch/said")"
	check_equal "$1: once" "$first" "$(downloads)"
	check_equal "$1: nothing else is there" "$first" "$(ls "$scratch/cache/vm")"
	check_equal "$1: it is as it was" kernel "$(cat "$scratch/cache/vm/$first/boot/vmlinuz-6.1")"
}
damaged "a kernel cut short" truncate -s 3 boot/vmlinuz-6.1
damaged "a module that is gone" rm lib/modules/6.1/veth.ko
damaged "no list" rm sums
damaged "an empty list" truncate -s 0 sums
damaged "an older format" rm -r sums boot lib
rm -rf "$scratch/cache/vm/$first"
touch "$scratch/cache/vm/$first"
check_equal "a file in its place" "$scratch/cache/vm/$first" "$(find_kernel)"
downloads >/dev/null

section "a newer one"
echo $second >"$scratch/newest"
check_equal "is taken" "$scratch/cache/vm/$second" "$(find_kernel)"
check_equal "and fetched" $second "$(downloads)"
check_equal "another may still use the old one" "$first $second" "$(cd "$scratch/cache/vm" && echo *)"
check_equal "which can be asked for" "$scratch/cache/vm/$first" "$(find_kernel FWD_VM_KERNEL=$first)"
touch -d '-40 days' "$scratch/cache/vm/$first/sums"
mkdir "$scratch/cache/vm/part.killed"
touch -d '-2 days' "$scratch/cache/vm/part.killed"
rm "$scratch/cache/vm/$second/sums"
find_kernel >/dev/null
check_equal "what none has used for long goes with the next one" $second "$(cd "$scratch/cache/vm" && echo *)"
downloads >/dev/null

section "several at the same time"
rm -r "$scratch/cache"
pids=()
for i in 1 2 3 4; do
	find_kernel >"$scratch/found.$i" 2>/dev/null &
	pids+=($!)
done
wait "${pids[@]}"
check_equal "all have the same" "$scratch/cache/vm/$second" "$(sort -u "$scratch"/found.*)"
check_equal "and nothing else is there" $second "$(ls "$scratch/cache/vm")"
downloads >/dev/null

section "a cache that cannot be written"
mkdir "$scratch/fixed"
mount --bind "$scratch/cache" "$scratch/fixed"
mount -o remount,ro,bind "$scratch/fixed"
check_equal "is used" "$scratch/fixed/vm/$second" "$(find_kernel FWD_CACHE="$scratch/fixed")"
check_equal "without a download" "" "$(downloads)"
echo $first >"$scratch/newest"
check_equal "what it lacks is below the build folder" "$scratch/build/check/vm/$first" \
	"$(find_kernel FWD_CACHE="$scratch/fixed")"
check_equal "fetched" $first "$(downloads)"
check_equal "and taken from there" "$scratch/build/check/vm/$first $(downloads)" \
	"$(find_kernel FWD_CACHE="$scratch/fixed") "
rm "$scratch/cache/vm/$second/boot/vmlinuz-6.1"
check_equal "what is damaged there, too" "$scratch/build/check/vm/$second" \
	"$(find_kernel FWD_CACHE="$scratch/fixed" FWD_VM_KERNEL=$second)"
umount "$scratch/fixed"
rm -r "$scratch/build"
touch "$scratch/file"
check_equal "a file where the cache should be" "$scratch/build/check/vm/$first" \
	"$(find_kernel FWD_CACHE="$scratch/file")"
downloads >/dev/null

section "without network"
rm "$scratch/online"
rm -r "$scratch/build" "$scratch/cache"
check_exit "with nothing" 125 find_kernel
check_match "says so" "cannot download $first" "$(cat "$scratch/said")"
touch "$scratch/online"
find_kernel >/dev/null
rm "$scratch/online"
echo $second >"$scratch/newest"
check_equal "the newest that is there" "$scratch/cache/vm/$first" "$(find_kernel)"
check_match "says which" "^run.sh: taking $first$" "$(cat "$scratch/said")"
: >"$scratch/newest"
check_equal "also if apt knows of none" "$scratch/cache/vm/$first" "$(find_kernel)"
truncate -s 3 "$scratch/cache/vm/$first/boot/vmlinuz-6.1"
check_exit "a damaged one is not taken" 125 find_kernel
test_end
