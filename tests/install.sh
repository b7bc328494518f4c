#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Install the Debian packages that a group needs; those there are left alone.
#
#	tests/install.sh GROUP...	build, demo, lab, check, bench
#
# Nothing is downloaded when nothing is missing.
set -euo pipefail

declare -A packages=(
	[build]="cmake ninja-build gcc libc6-dev pkg-config clang bpftool libbpf-dev libxdp-dev
		zlib1g-dev libzstd-dev libcjson-dev libnl-3-dev libnl-route-3-dev libsystemd-dev
		libssl-dev libpcap-dev libcap-ng-dev libacl1-dev libseccomp-dev
		libncurses-dev"
	# Namespaces with traffic in them.
	[lab]="iproute2 iputils-ping curl iperf3 netcat-openbsd jq nftables ethtool python3 procps util-linux mount tmux
		xdp-tools openssh-server openssh-client"
	[demo]="curl hping3"
	[check]="libcriterion-dev clang-format valgrind mandoc shellcheck codespell git python3-jsonschema
		qemu-system-x86 busybox-static cpio kmod netbase"
	# What fwd is compared with.
	[bench]="nftables ethtool iproute2 xdp-tools jq"
)

missing() {
	local package

	for package in "$@"; do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			echo "$package"
	done
}

wanted=()
for group in "$@"; do
	if [ -z "${packages[$group]:-}" ]; then
		echo "usage: install.sh build|lab|demo|check|bench..." >&2
		exit 2
	fi
	read -r -d '' -a words <<<"${packages[$group]}" || true
	wanted+=("${words[@]}")
done

mapfile -t lacking < <(missing "${wanted[@]}")
[ ${#lacking[@]} -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ]; then
	echo "install.sh: missing, and only root can install: ${lacking[*]}" >&2
	exit 1
fi
echo "installing ${lacking[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q -y install --no-install-recommends "${lacking[@]}"
