#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Boots a router and its LAN with real programs of Debian 12, between network namespaces, and captures
# what comes in at both of the router's interfaces.
#
#	tests/boots/capture.sh [-b BASE] [-k FOLDER] [SCENARIO...]
#
# It writes captured.txt next to itself, a line of text and one of hex for each kind of packet; reduce.py
# has the kinds. SCENARIO is one of networkd, ifupdown, dhcpcd, NetworkManager; by default all. BASE is a
# folder with the packages that an earlier run has left there, FOLDER where the captures go.
# To be run by hand, by root: it installs about 150 MB into an overlay of this machine's root, which is
# gone at the end together with its processes and namespaces.
set -euo pipefail

here=$(realpath "$(dirname "$0")")
packages="tcpdump systemd-resolved dnsmasq radvd kea-dhcp4-server kea-dhcp6-server isc-dhcp-client
	ifupdown dhcpcd5 network-manager chrony lldpd keepalived avahi-daemon dbus bind9-dnsutils
	iproute2 nftables iputils-ping traceroute curl"

base='' keep=''
while getopts b:k: option; do
	case $option in
	b) base=$OPTARG ;;
	k) keep=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
scenarios=("${@:-all}")
[ "${scenarios[0]}" != all ] || scenarios=(networkd ifupdown dhcpcd NetworkManager)

# Everything below is in namespaces of its own, so that nothing is left behind.
if [ -z "${FWD_BOOTS_INSIDE:-}" ]; then
	export FWD_BOOTS_INSIDE=1
	exec unshare --mount --pid --fork --kill-child --mount-proc -- \
		"$0" ${base:+-b "$base"} ${keep:+-k "$keep"} "${scenarios[@]}"
fi
mount -t tmpfs tmpfs /run
mkdir /run/netns
work=/mnt
mount -t tmpfs tmpfs $work

# ---- the packages ----

install_base() {
	base=$work/base
	mkdir $base $work/base.work $work/base.root
	mount -t overlay overlay -o "lowerdir=/,upperdir=$base,workdir=$work/base.work" $work/base.root
	mount -t proc proc $work/base.root/proc
	mount --rbind /dev $work/base.root/dev
	printf '#!/bin/sh\nexit 101\n' >$work/base.root/usr/sbin/policy-rc.d
	chmod +x $work/base.root/usr/sbin/policy-rc.d
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive chroot $work/base.root sh -c "apt-get -q update &&
		apt-get -q -y install --no-install-recommends $(echo $packages)" >&2
	umount -R $work/base.root/dev $work/base.root/proc
	umount $work/base.root
}

# ---- namespaces and the machines in them ----

namespace() {
	ip netns add "$1"
	nsenter --net="/run/netns/$1" ip link set lo up
}

# machine NAME: a namespace with a root of its own
machine() {
	local root=$work/$1.root

	namespace "$1"
	mkdir -p "$work/$1.upper" "$work/$1.work" "$root"
	mount -t overlay overlay -o "lowerdir=$base:/,upperdir=$work/$1.upper,workdir=$work/$1.work" "$root"
	mount -t proc proc "$root/proc"
	mount --rbind /dev "$root/dev"
	mount -t tmpfs tmpfs "$root/run"
	# Read-only, it says that there is no udev to wait for.
	nsenter --net="/run/netns/$1" mount -t sysfs -o ro sysfs "$root/sys"
	mkdir -p "$root"/run/{dbus,kea,chrony,lldpd,NetworkManager,network,lock/kea,avahi-daemon} \
		"$root"/run/systemd/{netif/{links,leases,lldp},resolve} "$root/var/lib/kea"
	chroot "$root" chown -R systemd-network: /run/systemd/netif
	chroot "$root" chown systemd-resolve: /run/systemd/resolve
	echo "$1" >"$root/etc/hostname"
	md5sum <<<"$1" | cut -c 1-32 >"$root/etc/machine-id"
	rm -f "$root/etc/resolv.conf"
	: >"$root/etc/resolv.conf"
}

# in_machine NAME COMMAND...
in_machine() {
	nsenter --net="/run/netns/$1" chroot "$work/$1.root" "${@:2}"
}

# run NAME COMMAND...: in the background, its output in a file
run() {
	in_machine "$@" >>"$work/$1.log" 2>&1 &
}

cable() { # NAMESPACE IF NAMESPACE IF [MAC of the second]
	ip link add "$2" netns "$1" type veth peer name "$4" ${5:+address "$5"} netns "$3"
	nsenter --net="/run/netns/$1" ip link set "$2" up
}

# switch NAME: a bridge with STP, which asks for members of multicast groups
switch() {
	namespace "$1"
	nsenter --net="/run/netns/$1" ip link add br0 type bridge stp_state 1 forward_delay 200 \
		mcast_querier 1 mcast_query_interval 500 mcast_startup_query_interval 300
	nsenter --net="/run/netns/$1" ip link set br0 up
}

plug() { # SWITCH IF
	nsenter --net="/run/netns/$1" ip link set "$2" master br0
}

in_ns() {
	nsenter --net="/run/netns/$1" "${@:2}"
}

put() { # MACHINE FILE <TEXT
	mkdir -p "$(dirname "$work/$1.root$2")"
	cat >"$work/$1.root$2"
}

dbus() {
	run "$1" dbus-daemon --system --nofork --nopidfile
	for _ in {1..50}; do
		[ ! -S "$work/$1.root/run/dbus/system_bus_socket" ] || return 0
		sleep 0.1
	done
}

# ---- the provider ----

provider() { # kea or dnsmasq
	in_ns isp ip address add 192.88.98.1/24 dev isp0
	in_ns isp ip address add 2a00:2::1/64 dev isp0 nodad
	in_ns isp ip address add 192.88.99.7/32 dev lo
	in_ns isp ip address add 2a00:1::7/128 dev lo
	in_ns isp ip address add fe80::1/64 dev isp0 nodad
	in_ns isp sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	put isp /etc/dnsmasq.d/names.conf <<-'CONF'
		no-resolv
		no-hosts
		bind-dynamic
		address=/example.net/192.88.99.7
		address=/example.net/2a00:1::7
		address=/ntp.example.net/192.88.99.7
		local-ttl=5
	CONF
	"provider_$1"
	put isp /etc/chrony/chrony.conf <<-'CONF'
		local stratum 3
		allow all
	CONF
	run isp chronyd -x -d -f /etc/chrony/chrony.conf
	run isp python3 -m http.server 80 --bind ::
	run isp lldpd -d -I isp0
	put isp /etc/keepalived/keepalived.conf <<-'CONF'
		vrrp_instance isp {
			state MASTER
			interface isp0
			virtual_router_id 9
			priority 200
			advert_int 1
			virtual_ipaddress { 192.88.98.254/24 }
		}
	CONF
	run isp keepalived -n -l
}

provider_kea() {
	put isp /etc/kea/dhcp4.json <<-'JSON'
		{"Dhcp4": {"interfaces-config": {"interfaces": ["isp0"]}, "valid-lifetime": 30, "renew-timer": 10, "rebind-timer": 20,
		 "lease-database": {"type": "memfile", "persist": false},
		 "subnet4": [{"subnet": "192.88.98.0/24", "interface": "isp0", "pools": [{"pool": "192.88.98.50 - 192.88.98.60"}],
		  "option-data": [{"name": "routers", "data": "192.88.98.1"},
		   {"name": "domain-name-servers", "data": "192.88.99.7"}, {"name": "ntp-servers", "data": "192.88.99.7"}]}]}}
	JSON
	put isp /etc/kea/dhcp6.json <<-'JSON'
		{"Dhcp6": {"interfaces-config": {"interfaces": ["isp0"]}, "valid-lifetime": 60, "preferred-lifetime": 40,
		 "renew-timer": 15, "rebind-timer": 30, "lease-database": {"type": "memfile", "persist": false},
		 "subnet6": [{"subnet": "2a00:2::/64", "interface": "isp0", "rapid-commit": false,
		  "pools": [{"pool": "2a00:2::100-2a00:2::1ff"}],
		  "pd-pools": [{"prefix": "2a00:3::", "prefix-len": 48, "delegated-len": 56}],
		  "option-data": [{"name": "dns-servers", "data": "2a00:1::7"}]}]}}
	JSON
	put isp /etc/radvd.conf <<-'CONF'
		interface isp0 {
			AdvSendAdvert on; AdvManagedFlag on; AdvOtherConfigFlag on;
			MinRtrAdvInterval 5; MaxRtrAdvInterval 10; AdvDefaultLifetime 60;
			prefix 2a00:2::/64 { AdvAutonomous on; };
			RDNSS 2a00:1::7 { };
		};
	CONF
	run isp kea-dhcp4 -c /etc/kea/dhcp4.json
	run isp kea-dhcp6 -c /etc/kea/dhcp6.json
	run isp radvd -n -C /etc/radvd.conf -p /run/radvd.pid
	run isp dnsmasq -k -C /etc/dnsmasq.d/names.conf
}

provider_dnsmasq() {
	put isp /etc/dnsmasq.d/all.conf <<-'CONF'
		conf-file=/etc/dnsmasq.d/names.conf
		dhcp-range=192.88.98.50,192.88.98.60,2m
		dhcp-option=option:router,192.88.98.1
		dhcp-option=option:dns-server,192.88.99.7
		dhcp-range=2a00:2::100,2a00:2::1ff,64,2m
		dhcp-option=option6:dns-server,[2a00:1::7]
		enable-ra
		ra-param=isp0,5,60
		dhcp-authoritative
	CONF
	run isp dnsmasq -k -C /etc/dnsmasq.d/all.conf
}

# ---- the router ----

router_sysctls() {
	in_ns router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv6.conf.default.forwarding=1 net.ipv6.conf.eth0.accept_ra=2
	in_ns router nft -f - <<-'NFT'
		table ip nat {
			chain out {
				type nat hook postrouting priority 100;
				oifname "eth0" masquerade
			}
		}
	NFT
}

router_lan() { # by dnsmasq
	in_ns router ip link set eth1 up
	in_ns router ip address add 192.168.1.1/24 dev eth1
	in_ns router ip address add fd00:1::1/64 dev eth1
	put router /etc/dnsmasq.d/lan.conf <<-'CONF'
		bind-dynamic
		interface=eth1
		no-resolv
		server=192.88.99.7
		dhcp-range=192.168.1.100,192.168.1.150,2m
		dhcp-range=::100,::1ff,constructor:eth1,slaac,64,2m
		enable-ra
		ra-param=eth1,5,60
		dhcp-authoritative
		local-ttl=2
	CONF
	run router dnsmasq -k -C /etc/dnsmasq.d/lan.conf
}

router_networkd() {
	put router /etc/systemd/network/wan.network <<-'CONF'
		[Match]
		Name=eth0
		[Network]
		DHCP=yes
		IPv6AcceptRA=yes
		LLDP=yes
		EmitLLDP=yes
		[DHCPv6]
		PrefixDelegationHint=::/56
		WithoutRA=solicit
	CONF
	put router /etc/systemd/network/lan.network <<-'CONF'
		[Match]
		Name=eth1
		[Network]
		Address=192.168.1.1/24
		Address=fd00:1::1/64
		DHCPServer=yes
		IPv6SendRA=yes
		DHCPPrefixDelegation=yes
		MulticastDNS=yes
		[DHCPServer]
		EmitDNS=yes
		DNS=192.168.1.1
		PoolOffset=100
	CONF
	dbus router
	run router env SYSTEMD_LOG_LEVEL=info /lib/systemd/systemd-networkd
	run router /lib/systemd/systemd-resolved
}

router_ifupdown() {
	put router /etc/network/interfaces <<-'CONF'
		auto eth0
		iface eth0 inet dhcp
		iface eth0 inet6 dhcp
			accept_ra 2
			request_prefix 1
	CONF
	run router ifup -v eth0
	router_lan
}

router_dhcpcd() {
	put router /etc/dhcpcd.conf <<-'CONF'
		duid
		persistent
		option domain_name_servers, ntp_servers
		noipv6rs
		interface eth0
			ipv6rs
			ia_na 1
			ia_pd 2 eth1/0
		denyinterfaces eth1
	CONF
	in_ns router ip link set eth0 up
	run router dhcpcd -B -d eth0
	router_lan
}

router_NetworkManager() {
	put router /etc/NetworkManager/NetworkManager.conf <<-'CONF'
		[main]
		plugins=keyfile
		dhcp=internal
		[device]
		match-device=interface-name:eth0
		managed=1
		[keyfile]
		unmanaged-devices=interface-name:eth1
	CONF
	put router /etc/NetworkManager/system-connections/wan.nmconnection <<-'CONF'
		[connection]
		id=wan
		type=ethernet
		interface-name=eth0
		[ipv4]
		method=auto
		[ipv6]
		method=auto
	CONF
	chmod 600 "$work/router.root/etc/NetworkManager/system-connections/wan.nmconnection"
	dbus router
	run router NetworkManager -n --log-level=INFO
	router_lan
}

router_traffic() {
	put router /etc/chrony/chrony.conf <<-'CONF'
		server 192.88.99.7 iburst
	CONF
	run router chronyd -x -d -f /etc/chrony/chrony.conf
	in_machine router dig +tries=1 +time=2 @192.88.99.7 example.net || true
	in_machine router dig +tcp +tries=1 +time=2 @192.88.99.7 example.net || true
	in_machine router curl -s -m 5 -o /dev/null http://192.88.99.7/ || true
	in_machine router curl -s -m 5 -o /dev/null 'http://[2a00:1::7]/' || true
	in_machine router ping -c 1 -W 2 192.88.99.7 || true
	in_machine router ping -c 1 -W 2 2a00:1::7 || true
	in_machine router traceroute -n -q 1 -w 1 -m 3 192.88.99.7 || true
	in_machine router traceroute -6 -n -q 1 -w 1 -m 3 2a00:1::7 || true
	in_machine router curl -s -m 2 -o /dev/null http://192.88.99.7:81/ || true
} >/dev/null 2>&1

# ---- the LAN ----

# host1: systemd-networkd, -resolved, avahi, chrony; host2: ifupdown with dhclient, lldpd, keepalived;
# host3: dhcpcd; host4: NetworkManager
lan_hosts() {
	put host1 /etc/systemd/network/lan.network <<-'CONF'
		[Match]
		Name=h0
		[Network]
		DHCP=yes
		MulticastDNS=yes
		LLMNR=yes
		LLDP=yes
		EmitLLDP=yes
	CONF
	dbus host1
	run host1 /lib/systemd/systemd-networkd
	run host1 /lib/systemd/systemd-resolved
	put host2 /etc/network/interfaces <<-'CONF'
		auto h0
		iface h0 inet dhcp
		iface h0 inet6 dhcp
	CONF
	run host2 ifup -v h0
	run host2 lldpd -d
	put host2 /etc/keepalived/keepalived.conf <<-'CONF'
		vrrp_instance lan {
			state MASTER
			interface h0
			virtual_router_id 7
			priority 100
			virtual_ipaddress { 192.168.1.254/24 }
		}
		vrrp_instance lan6 {
			state MASTER
			interface h0
			virtual_router_id 8
			priority 100
			virtual_ipaddress { fe80::254/64 }
		}
	CONF
	run host2 keepalived -n -l
	in_ns host3 ip link set h0 up
	run host3 dhcpcd -B -d h0
	put host4 /etc/NetworkManager/system-connections/lan.nmconnection <<-'CONF'
		[connection]
		id=lan
		type=ethernet
		interface-name=h0
		[ipv4]
		method=auto
		[ipv6]
		method=auto
	CONF
	chmod 600 "$work/host4.root/etc/NetworkManager/system-connections/lan.nmconnection"
	dbus host4
	run host4 NetworkManager -n --log-level=INFO
}

lan_traffic() {
	local dns

	dbus_avahi
	put host1 /etc/chrony/chrony.conf <<-'CONF'
		server 192.88.99.7 iburst
	CONF
	run host1 chronyd -x -d -f /etc/chrony/chrony.conf
	for dns in 192.168.1.1 fd00:1::1; do
		in_machine host1 dig +tries=1 +time=2 "@$dns" example.net || true
		in_machine host1 dig +tcp +tries=1 +time=2 "@$dns" example.net || true
	done
	in_machine host1 ping -c 1 -W 2 192.168.1.1 || true
	in_machine host1 ping -c 1 -W 2 fd00:1::1 || true
	in_machine host1 ping -c 1 -W 2 192.88.99.7 || true
	in_machine host1 curl -s -m 5 -o /dev/null http://192.88.99.7/ || true
	in_machine host1 traceroute -n -q 1 -w 1 -m 3 192.88.99.7 || true
	in_machine host1 resolvectl query --protocol=llmnr-ipv4 host9 || true
	in_machine host1 resolvectl query --protocol=mdns-ipv6 host9.local || true
	# A member of a group that nothing else here is in, and its leave.
	in_ns host1 timeout 3 python3 -c '
import socket, struct, time
four = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
four.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                socket.inet_aton("239.1.2.3") + socket.inet_aton("0.0.0.0"))
six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
               socket.inet_pton(socket.AF_INET6, "ff05::1:3") + struct.pack("@I", socket.if_nametoindex("h0")))
four.sendto(b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n", ("239.255.255.250", 1900))
time.sleep(1)' || true
} >/dev/null 2>&1

dbus_avahi() {
	run host1 avahi-daemon --no-drop-root --no-chroot
	sleep 2
}

# ---- one boot ----

clear_machines() {
	local pids

	# Our jobs, and what they have left: the PID namespace has nothing else but this script.
	jobs -p >$work/jobs
	mapfile -t pids < <(cat $work/jobs
		ps -e -o pid=,ppid= | awk -v me=$$ '$1 != 1 && $1 != me && $2 != me {print $1}')
	kill -KILL "${pids[@]}" 2>/dev/null || true
	wait 2>/dev/null || true
	for name in isp router host1 host2 host3 host4; do
		umount -R -l "$work/$name.root" 2>/dev/null || true
		rm -rf "${work:?}/$name".*
	done
	for name in /run/netns/*; do
		ip netns delete "${name##*/}"
	done
}

# What goes out of a switch's port comes in at the router: there it can be seen before the router's
# link is up.
listen() { # SWITCH PORT
	nsenter --net="/run/netns/$1" chroot $work/isp.root tcpdump -Z root -i "$2" -Q out -U -w - \
		2>>$work/tcpdump.log &
}

boot() { # SCENARIO
	local provider=kea folder=$work/captures host

	case $1 in
	ifupdown | NetworkManager) provider=dnsmasq ;;
	esac
	mkdir -p "$folder"
	for host in isp router host1 host2 host3 host4; do
		machine $host
	done
	switch wanswitch
	switch lanswitch
	cable wanswitch p0 isp isp0 02:00:00:00:01:01
	cable wanswitch p1 router eth0 02:00:00:00:01:02
	cable lanswitch p0 router eth1 02:00:00:00:02:01
	for host in 1 2 3 4; do
		cable lanswitch "p$host" "host$host" h0 "02:00:00:00:02:0$((host + 1))"
	done
	for host in 0 1; do plug wanswitch p$host; done
	for host in 0 1 2 3 4; do plug lanswitch p$host; done
	in_ns isp ip link set isp0 up
	listen wanswitch p1 >"$folder/$1.wan.pcap"
	listen lanswitch p0 >"$folder/$1.lan.pcap"
	provider $provider
	sleep 3
	router_sysctls
	"router_$1"
	sleep 12
	router_traffic
	lan_hosts
	sleep 15
	lan_traffic
	sleep 10
	in_ns router ip -br address >&2
	in_ns router ip -6 route >&2
	in_ns host1 ip -br address >&2
	in_ns host3 ip -br address >&2
	[ -z "$keep" ] || cp "$work"/*.log "$keep" 2>/dev/null || true
	clear_machines
}

[ -n "$base" ] || install_base
for scenario in "${scenarios[@]}"; do
	echo "capture.sh: $scenario" >&2
	boot "$scenario"
done
[ -z "$keep" ] || cp $work/captures/* "$keep"
for package in $packages; do
	dpkg-query --admindir="$base/var/lib/dpkg" -W -f '${Package} ${Version}\n' "$package"
done | paste -s -d ';' | sed 's/;/, /g' | fold -s -w 95 >$work/versions
"$here/reduce.py" $work/captures $work/versions >"$here/captured.txt"
