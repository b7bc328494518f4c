# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# A run of the demo or of the check: where it builds, and that it leaves nothing behind.
#
#	FWD_BUILD_DIR	folder to build in (build/ of the checkout)
#	FWD_RUN		set for all that a run starts: a folder of this run. A process that has it in its
#			environment is the run's own, whatever else runs on the machine.
#
# Temporary files of a run are below $FWD_RUN/tmp. What cannot be put there is named after a process
# and registered with run_own.

export PATH=$PATH:/usr/sbin:/sbin
run_pins=/sys/fs/bpf

# run_begin NAME: as root, with a folder to build in; else one line says why not, and the script ends
run_begin() {
	local reason is_new=

	run_name=$1 run_mounted='' run_locker=
	run_root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
	if [ "$(id -u)" != 0 ]; then
		echo "$run_name: must be root (packages, namespaces, BPF)" >&2
		exit 1
	fi
	# The tests run programs as other users, which must be able to read what was built.
	umask 022
	FWD_BUILD_DIR=$(realpath -m -- "${FWD_BUILD_DIR:-$run_root/build}")
	[ -e "$FWD_BUILD_DIR" ] || is_new=yes
	if ! reason=$(mkdir -p "$FWD_BUILD_DIR" 2>&1 && mktemp -d "$FWD_BUILD_DIR/.run.XXXXXX" 2>&1); then
		echo "$run_name: cannot build in $FWD_BUILD_DIR (${reason##*: });" \
			"set FWD_BUILD_DIR to a folder that can be written" >&2
		exit 1
	fi
	rmdir "$reason"
	run_lock
	# `cmake -B build` afterwards, without sudo, writes there, too.
	[ -z "$is_new" ] || chown --reference="$(dirname "$FWD_BUILD_DIR")" "$FWD_BUILD_DIR"
	run_sweep
	FWD_RUN=$(mktemp -d "/tmp/fwd-run-$$.XXXXXX")
	chmod 755 "$FWD_RUN"
	mkdir -m 1777 "$FWD_RUN/tmp"
	chmod 1777 "$FWD_RUN/tmp" # apt's own user writes there, too
	: >"$FWD_RUN/names"
	export FWD_BUILD_DIR FWD_RUN TMPDIR=$FWD_RUN/tmp PYTHONDONTWRITEBYTECODE=1
	trap run_close EXIT
	trap 'exit 130' INT TERM HUP
}

# run_lock: no other run builds in this folder, else one line says so, and the script ends. A process
# of its own has the lock, which ends with this shell: what a run leaves behind does not keep it.
run_lock() {
	local answer=

	# shellcheck disable=SC2016
	read -r answer < <(cd / && exec env -u FWD_RUN setpriv --pdeathsig KILL \
		flock --nonblock --no-fork "$FWD_BUILD_DIR" \
		sh -c 'echo "$$"; exec sleep infinity >/dev/null' 2>/dev/null </dev/null) || true
	if [ -z "$answer" ]; then
		echo "$run_name: another run builds in $FWD_BUILD_DIR;" \
			"wait for its end, or set FWD_BUILD_DIR to another folder" >&2
		exit 1
	fi
	run_locker=$answer
}

# run_unlock: the next run may begin
run_unlock() {
	[ -n "${run_locker:-}" ] || return 0
	kill -KILL "$run_locker"
	while [ -d "/proc/$run_locker" ]; do sleep 0.05; done
	run_locker=
}

# run_bpffs: mount the BPF file system if nobody has
run_bpffs() {
	mountpoint -q $run_pins && return
	mount -t bpf bpf $run_pins && run_mounted=yes
}

# Folders of runs that were killed.
run_sweep() {
	local folder

	for folder in /tmp/fwd-run-*; do
		[[ $folder =~ -([0-9]+)\.[^.]*$ ]] || continue
		[ -d "/proc/${BASH_REMATCH[1]}" ] || rm -rf "$folder"
	done
}

# run_own NAME: namespaces, pins and files that begin with this name are of this run, if there is one
run_own() {
	[ ! -d "${FWD_RUN:-}" ] || echo "$1" >>"$FWD_RUN/names"
}

# The pids of what this run has started and is still there. Not this shell and its subshells: they
# began before it.
run_pids() {
	local file

	for file in $(env -u FWD_RUN grep -lzsxF "FWD_RUN=$FWD_RUN" /proc/[0-9]*/environ); do
		file=${file#/proc/}
		echo "${file%/environ}"
	done
}

# The mounts of this run, and those of its namespaces' names.
run_mounts() {
	local name

	while read -r name; do
		grep -E "[/ ]${name}[-. /]" /proc/self/mountinfo
	done < <(cat "$FWD_RUN/names"; basename "$FWD_RUN") | awk '{print $5}' | sort -u
}

# run_left: what is still there of this run, a line each. Not into a pipe: what reads it would be one.
run_left() {
	local pid name path

	for pid in $(run_pids); do
		echo "process $pid: $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | cut -c1-200)"
	done
	run_mounts | sed 's/^/mount /'
	sort -u "$FWD_RUN/names" | while read -r name; do
		for path in /run/netns $run_pins /tmp; do
			# Not what begins with a longer number.
			find "$path" -mindepth 1 -maxdepth 1 \( -name "$name" -o -name "${name}[-.]*" \)
		done
	done
	find "$FWD_RUN/tmp" -mindepth 1 -maxdepth 1
	# What is in a /tmp of own_tmp.sh, but for its mount points.
	for path in "$FWD_RUN"/own.*/*; do
		name=/tmp/${path##*/}
		[ ! -e "$path" ] || [[ $run_root/ == "$name"/* || $FWD_BUILD_DIR/ == "$name"/* ]] ||
			echo "$path"
	done
}

# run_is_clean: nothing is left, now or in a moment; what ends may need one
run_is_clean() {
	local end=$((SECONDS + 30))

	while [ "$(run_left)" ]; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
}

# run_close: end and remove what is left; on exit
run_close() {
	local pid path

	trap - EXIT
	set +e # the exit code is that of the run
	[ -d "${FWD_RUN:-}" ] || { run_unlock; return 0; }
	for pid in $(run_pids); do
		kill -KILL "$pid"
	done
	for path in $(run_mounts); do
		umount "$path"
	done
	run_left | grep '^/' | while read -r path; do
		rm -rf "$path"
	done
	# It was nobody's before; by now somebody may have pinned something.
	[ -z "$run_mounted" ] || [ "$(find $run_pins -mindepth 1 ! -name '*.debug')" ] ||
		umount $run_pins
	rm -rf "$FWD_RUN"
	run_unlock
} 2>/dev/null
