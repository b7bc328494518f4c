# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# Go on in memory: for what must not need the machine's disk any more, because it suspends it. (The
# emulated machine's is virtio-9p, which does not come back.)

memory_tools="awk bash cat chmod date dirname env grep head ip jq ls mkdir mktemp mount mountpoint
	nsenter ps realpath rm rtcwake sed seq sh sleep sysctl tail timeout touch tr wc xargs"

# memory_enter DIR SCRIPT FILE...: copy what the script needs (tools, libraries, files and folders)
# to DIR, which is in memory, and run it there. Does not return.
memory_enter() {
	local root=$1 script=$2 tool files=()

	for tool in $memory_tools; do
		files+=("$(command -v "$tool")") || { echo "memory.sh: no $tool" >&2; exit 1; }
	done
	mkdir -p "$root"/{proc,sys,dev,run,tmp,etc}
	mapfile -t -O ${#files[@]} files < <(ldd "${files[@]}" "${@:3}" 2>/dev/null |
		grep -o '/[^ ]*\.so[^ ]*' | grep -v ':$' | sort -u)
	cp -L --parents -r "${files[@]}" "$script" "${@:3}" /etc/passwd /etc/group "$root"
	# What was reached by /bin and /lib is in /usr.
	for tool in bin sbin lib lib64; do
		[ ! -d "$root/$tool" ] || continue
		[ ! -L "/$tool" ] || ln -s "$(readlink "/$tool")" "$root/$tool"
	done
	mount --rbind /proc "$root/proc"
	mount --rbind /sys "$root/sys"
	mount --rbind /dev "$root/dev"
	exec chroot "$root" /usr/bin/env FWD_IN_MEMORY=1 bash "$script"
}
