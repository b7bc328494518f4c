#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Run a script as root on Debian's stock kernel, in QEMU.
#
#	tests/vm/run.sh SCRIPT [ARGS]
#
# The machine sees this one's files at the same paths, read-only below an
# overlay: what the script writes is gone afterwards. Its output is streamed,
# its exit code returned, both by serial lines: a machine that slept has no files any more. Own exit
# codes: 124 it took too long, 125 the machine did not start or died (the end of its console is shown).
#
#	FWD_VM_TIMEOUT	seconds until it is ended (600)
#	FWD_VM_MEMORY	megabytes (2048)
#	FWD_VM_KERNEL, FWD_CACHE	which kernel, and where it is kept (tests/vm/kernel.sh)
#
# Needs root and the packages qemu-system-x86, busybox-static, cpio, kmod.
set -euo pipefail

. "$(dirname "$0")/kernel.sh"
timeout=${FWD_VM_TIMEOUT:-600}
memory=${FWD_VM_MEMORY:-2048}
# In load order: each needs only what stands before it.
modules="netfs fscache 9pnet 9p virtio_ring virtio 9pnet_virtio virtio_pci_modern_dev
	virtio_pci_legacy_dev virtio_pci overlay"

fail() {
	echo "run.sh: $*" >&2
	exit 125
}

[ $# -ge 1 ] || { sed -n '3,19s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ "$(id -u)" = 0 ] || fail "must be root"
for tool in qemu-system-x86_64 busybox cpio depmod dpkg apt-get; do
	command -v $tool >/dev/null || PATH=$PATH:/usr/sbin:/sbin command -v $tool >/dev/null ||
		fail "$tool is missing"
done
export PATH=$PATH:/usr/sbin:/sbin

make_initramfs() {
	local root=$work/initramfs module path

	mkdir -p "$root"/{bin,modules,proc,sys,dev,host,upper,new}
	cp "$(command -v busybox)" "$root/bin/busybox"
	for module in $modules; do
		path=$(find "$kernel_dir/lib/modules" -name "$module.ko*" | head -1)
		[ -n "$path" ] || continue # built in, or not split off in this version
		cp "$path" "$root/modules/$module.ko"
	done
	cat >"$root/init" <<-INIT
		#!/bin/busybox sh
		/bin/busybox --install -s /bin
		mount -t proc proc /proc
		mount -t sysfs sysfs /sys
		mount -t devtmpfs dev /dev
		for module in $(echo $modules); do
			[ ! -e /modules/\$module.ko ] || insmod /modules/\$module.ko
		done
		mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=loose,ro host /host
		mount -t tmpfs tmpfs /upper
		mkdir /upper/files /upper/work
		mount -t overlay -o lowerdir=/host,upperdir=/upper/files,workdir=/upper/work root /new
		for dir in proc sys dev run; do mkdir -p /new/\$dir; done
		mount -t proc proc /new/proc
		mount -t sysfs sysfs /new/sys
		mount -t bpf bpf /new/sys/fs/bpf
		mount -t cgroup2 cgroup2 /new/sys/fs/cgroup
		mount -t devtmpfs dev /new/dev
		mkdir -p /new/dev/pts /new/dev/shm
		ln -s /proc/self/fd /new/dev/fd
		mount -t devpts devpts /new/dev/pts
		mount -t tmpfs tmpfs /new/dev/shm
		mount -t tmpfs tmpfs /new/run
		cp /bin/busybox /new/run/busybox
		exec switch_root /new /bin/bash $work/job
	INIT
	chmod +x "$root/init"
	(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initramfs.gz"
}

# What process 1 of the machine does.
make_job() {
	local kernel_version

	kernel_version=$(ls "$kernel_dir/lib/modules")
	cat >"$work/job" <<-JOB
		export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
		export FWD_IN_VM=1
		mkdir -p /lib/modules/$kernel_version
		mount --bind $(printf %q "$kernel_dir")/lib/modules/$kernel_version /lib/modules/$kernel_version
		ip link set lo up
		for tty in ttyS1 ttyS2; do /run/busybox stty -F /dev/\$tty raw -echo; done
		echo started >/dev/ttyS2
		cd $(printf %q "$PWD")
		$(printf '%q ' "$@") </dev/null >/dev/ttyS1 2>&1
		echo status \$? >/dev/ttyS2
		# Waits until all is out.
		for tty in ttyS1 ttyS2; do /run/busybox stty -F /dev/\$tty raw -echo; done
		echo o >/proc/sysrq-trigger
		/run/busybox sleep 60
	JOB
}

qemu_pid=
finish() {
	[ -z "$qemu_pid" ] || kill "$qemu_pid" 2>/dev/null || true
	rm -rf "$work"
}

kernel_find || fail "no kernel to boot"
work=$(mktemp -d /tmp/fwd-vm.XXXXXX)
trap finish EXIT
trap 'exit 130' INT TERM
script=$(command -v "$1") || fail "$1: not a program"
shift
make_initramfs
make_job "$(realpath "$script")" "$@"

# Sets code: of qemu, or of timeout. no_timer_check: on a busy host the kernel finds its emulated
# timer too slow and panics.
boot() {
	code=0
	timeout --foreground "$timeout" qemu-system-x86_64 -accel tcg,thread=multi -cpu max \
		-m "$memory" -smp 2 -display none -no-reboot -monitor none -nic none \
		-kernel "$kernel_dir"/boot/vmlinuz-* -initrd "$work/initramfs.gz" \
		-append "console=ttyS0 panic=-1 quiet mitigations=off no_timer_check" \
		-serial "file:$work/console" -chardev stdio,id=out,signal=off -serial chardev:out \
		-serial "file:$work/result" \
		-fsdev local,id=host,path=/,security_model=none,multidevs=remap,readonly=on \
		-device virtio-9p-pci,fsdev=host,mount_tag=host </dev/null &
	qemu_pid=$!
	wait $qemu_pid || code=$?
	qemu_pid=
}

# A machine that dies before it comes to the script may do better the next time.
for _ in 1 2 3; do
	boot
	! grep -q started "$work/result" && [ $code != 124 ] || break
	tail -n 5 "$work/console" >&2 || true
	echo "run.sh: the machine did not start (qemu: $code)" >&2
done

status=$(sed -n 's/^status \([0-9]*\).*/\1/p' "$work/result")
[ -z "$status" ] || exit "$status"
tail -n 30 "$work/console" >&2 || true
[ $code != 124 ] || { echo "run.sh: ended after $timeout s" >&2; exit 124; }
fail "the machine died before the script ended (qemu: $code)"
