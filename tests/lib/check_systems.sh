# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# Parts of check.sh that need more than a program: namespaces, an emulated machine, an installation.

# Three at a time, as they mostly wait.
netns() {
	tests/netns/run.sh -b "$check_dir/release" -j 3 -r
}

# Only with --long: it seldom finds more.
netns_sanitize() {
	tests/netns/run.sh -b "$check_dir/sanitize" -j 2 -r
}

# The emulated machine is slow: only what depends on the kernel and on the dispatcher.
# (tests/vm/run.sh tests/netns/run.sh runs all there.)
vm_tests="dispatcher survive packets" # the longest first
vm_long_tests="stack survive attach syn_cookie dispatcher try explain packets"

# machine NAME TIMEOUT COMMAND...: run it there
machine() {
	local log=$log_dir/$1.log code=0

	FWD_VM_TIMEOUT=$2 tests/vm/run.sh env FWD_LONG="$long" "${@:3}" >"$log" 2>&1 || code=$?
	cat "$log"
	return $code
}

# Then another machine, which is put to sleep.
vm() {
	local tests code=0

	read -r -a tests <<<"$(sized "$vm_tests" "$vm_long_tests")"
	machine vm-output "$(sized 2400 7200)" tests/netns/run.sh -b "$check_dir/release" -j 2 -r \
		"${tests[@]}" || code=$?
	machine vm-clock 1600 FWD_BUILD="$check_dir/release" tests/netns/test_clock.sh || code=$?
	add_counts "$log_dir"/vm-{output,clock}.log
	return $code
}

# The files of an installation.
install() {
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
