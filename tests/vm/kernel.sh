# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
#
# The kernel of the emulated machine: Debian's package, downloaded and unpacked once for all checkouts.
#
#	FWD_CACHE	it is kept in vm/ below this folder (/var/cache/fwd)
#	FWD_VM_KERNEL	package to take (what linux-image-amd64 depends on)
#
# A kernel is a folder with a list of its files and their checksums, in `sums`. It is made aside and comes
# by a rename, so that several runs can fill a cache at the same time. One whose files are not those of
# its list is removed and fetched again. From a cache that cannot be written kernels are only taken; what
# it lacks is kept below the build folder.

kernel_say() {
	echo "run.sh: $*" >&2
}

# kernel_cache_open: sets kernel_shared, the cache, and kernel_cache, where a new kernel is put
kernel_cache_open() {
	local build=${FWD_BUILD_DIR:-$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")/build} part

	kernel_shared=${FWD_CACHE:-/var/cache/fwd}/vm
	kernel_cache=$kernel_shared
	if mkdir -p "$kernel_cache" 2>/dev/null &&
		part=$(mktemp -d "$kernel_cache/part.XXXXXX" 2>/dev/null); then
		rmdir "$part"
		return
	fi
	kernel_cache=$build/check/vm
	kernel_say "cannot write to $kernel_shared, taking $kernel_cache"
	mkdir -p "$kernel_cache"
}

# kernel_whole DIR: its files are those of its list
kernel_whole() {
	[ -s "$1/sums" ] && (cd "$1" && sha256sum --check --quiet --strict sums) >/dev/null 2>&1
}

# kernel_take PACKAGE: sets kernel_dir if a cache has it, whole; one that is not is removed
kernel_take() {
	local dir

	for dir in "$kernel_shared/$1" "$kernel_cache/$1"; do
		[ -e "$dir" ] || continue
		if kernel_whole "$dir"; then
			kernel_dir=$dir
			touch "$dir/sums" 2>/dev/null # it is in use
			return 0
		fi
		kernel_say "$dir is damaged, fetching it again"
		mv -T "$dir" "$dir.damaged.$$" 2>/dev/null
		rm -rf "$dir.damaged.$$"
	done
	return 1
}

# The newest kernel that is unpacked already; for when nothing can be downloaded.
kernel_take_newest() {
	local package

	for package in $(find "$kernel_shared" "$kernel_cache" -mindepth 1 -maxdepth 1 \
		-name 'linux-image-*-amd64' -printf '%f\n' 2>/dev/null | sort -Vru); do
		! kernel_take "$package" || return 0
	done
	return 1
}

# What linux-image-amd64 stands for, if apt has a list.
kernel_newest() {
	apt-cache depends linux-image-amd64 2>/dev/null |
		sed -n 's/^ *Depends: \(linux-image-6[^ ]*-amd64\)$/\1/p' | head -1
}

# A package that an old list names can be gone: look again before giving up. As root, because apt's
# own user need not be able to write here.
kernel_download() {
	local get="apt-get -q -o APT::Sandbox::User=root"

	$get download "$1" || { $get update && $get download "$1"; }
}

# kernel_make PACKAGE DIR: download and unpack it there, in root/, with its list. Not by `set -e`, which
# a caller that looks at the result switches off.
kernel_make() (
	cd "$2" &&
		kernel_download "$1" >&2 &&
		dpkg -x ./*.deb root &&
		depmod -b "$2/root" "$(ls root/lib/modules)" &&
		ls root/boot/vmlinuz-* >/dev/null &&
		cd root &&
		find . -type f ! -path ./sums -print0 | xargs -0 sha256sum >../sums &&
		mv ../sums .
)

# kernel_fetch PACKAGE: sets kernel_dir to a new one
kernel_fetch() {
	local part

	# What runs have left that were killed, and what none has used for a month.
	find "$kernel_cache" -mindepth 1 -maxdepth 1 -name 'part.*' -mtime +1 -exec rm -rf {} +
	find "$kernel_cache" -mindepth 2 -maxdepth 2 -name sums -mtime +30 -printf '%h\0' | xargs -0r rm -rf
	part=$(mktemp -d "$kernel_cache/part.XXXXXX") || return 1
	kernel_say "fetching $1"
	if ! kernel_make "$1" "$part"; then
		rm -rf "$part"
		return 1
	fi
	kernel_dir=$kernel_cache/$1
	# Another run may have been quicker; then there is one already.
	mv -T "$part/root" "$kernel_dir" 2>/dev/null || true
	rm -rf "$part"
	kernel_whole "$kernel_dir"
}

# kernel_find: sets kernel_dir to the kernel to boot, or fails with a sentence
kernel_find() {
	local package=${FWD_VM_KERNEL:-}

	kernel_cache_open
	[ -n "$package" ] || package=$(kernel_newest)
	if [ -z "$package" ]; then
		apt-get -q update >&2
		package=$(kernel_newest)
	fi
	if [ -n "$package" ]; then
		! kernel_take "$package" || return 0
		! kernel_fetch "$package" || return 0
		kernel_say "cannot download $package"
	else
		kernel_say "no kernel package known: apt-get update may help"
	fi
	kernel_take_newest || return 1
	kernel_say "taking ${kernel_dir##*/}"
}
