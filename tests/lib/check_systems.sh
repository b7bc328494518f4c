# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# Parts of check.sh that need more than a program: namespaces, an emulated machine, an installation.

# Three at a time, as they mostly wait.
netns() {
	tests/netns/run.sh -b "$check_dir/release" -j 3 -r
}

# Only when asked for: three minutes that seldom find more.
netns_sanitize() {
	tests/netns/run.sh -b "$check_dir/sanitize" -j 2 -r
}

# The emulated machine is slow: it runs beside other parts, and only what depends on the kernel
# and on the dispatcher. (tests/vm/run.sh tests/netns/run.sh runs all there.) Then another machine,
# which is put to sleep.
vm_tests="survive attach syn_cookie dispatcher try explain packets" # the longest first
vm_pid=
vm_machines() {
	local code=0 machine

	trap 'kill "$machine"; exit 143' TERM
	# shellcheck disable=SC2086
	FWD_VM_TIMEOUT=2400 tests/vm/run.sh tests/netns/run.sh -b "$check_dir/release" -j 2 -r $vm_tests \
		>"$log_dir/vm-output.log" 2>&1 &
	machine=$!
	wait "$machine" || code=$?
	FWD_VM_TIMEOUT=1600 tests/vm/run.sh env FWD_BUILD="$check_dir/release" \
		tests/netns/test_clock.sh >"$log_dir/vm-clock.log" 2>&1 &
	machine=$!
	wait "$machine" || code=$?
	return $code
}

vm_start() {
	vm_machines </dev/null &
	vm_pid=$!
}

vm_wait() {
	[ -n "$vm_pid" ] || vm_start
	vm_code=0
	wait "$vm_pid" || vm_code=$?
	vm_pid=
}

vm() {
	local log i sum=(0 0 0) numbers

	for log in vm-output vm-clock; do
		cat "$log_dir/$log.log"
		# One that broke off has no counts.
		read -r -a numbers < <(tail -n 1 "$log_dir/$log.log" |
			sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped.*/\1 \2 \3/p') || true
		[ ${#numbers[@]} = 3 ] || numbers=(0 1 0)
		for i in 0 1 2; do sum[i]=$((sum[i] + numbers[i])); done
	done
	counts "${sum[@]}"
	return "$vm_code"
}

# The machine is only left if nobody waited for it.
finish() {
	[ -z "$vm_pid" ] || ! kill "$vm_pid" 2>/dev/null || wait "$vm_pid" || true
	vm_pid=
}

# The files of an installation.
install_files() {
	local root=$check_dir/root path good=0 bad=0

	rm -rf "$root"
	DESTDIR=$root cmake --install "$check_dir/release"
	while read -r path; do
		if compgen -G "$root$path" >/dev/null; then
			good=$((good + 1))
		else
			bad=$((bad + 1))
			echo "FAIL  $path is not installed"
		fi
	done <tests/install.list
	if [ "$(find "$root" -name '*.a' -o -name 'unit_*' -o -name '*.bpf.o')" ]; then
		echo "FAIL  what only the build needs is installed"
		bad=$((bad + 1))
	fi
	# What the operator wrote stays when a new version is installed.
	echo "FWD_LOG_KEEP=3" >"$root/etc/default/fwd"
	echo "{}" >"$root/etc/fwd/fwd.json"
	DESTDIR=$root cmake --install "$check_dir/release" >/dev/null
	if [ "$(cat "$root/etc/default/fwd" "$root/etc/fwd/fwd.json")" = "FWD_LOG_KEEP=3"$'\n'"{}" ]; then
		good=$((good + 1))
	else
		bad=$((bad + 1))
		echo "FAIL  a second installation overwrites the operator's files"
	fi
	# What was installed runs by itself.
	if "$root/usr/bin/fwctl" check "$root/usr/share/doc/fwd/examples/default.json"; then
		good=$((good + 1))
	else
		bad=$((bad + 1))
		echo "FAIL  the installed fwctl does not accept the installed default.json"
	fi
	counts $good $bad 0
	[ $bad = 0 ]
}
