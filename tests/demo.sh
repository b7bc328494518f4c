#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The main job, on the screen: a router with fwd, real traffic, live edits.
#
#	sudo [FWD_BUILD_DIR=FOLDER] tests/demo.sh [--keep]
#
# Installs what is missing, builds, makes three network namespaces (client, router,
# server), runs fwd on the router with configs/edge-router.json --drop-packets, and shows
# what passes, what is dropped and why, what is limited to which rate. What it claims
# it checks: it ends with exit code 1 if anything was not so. --keep leaves the lab up.
set -uo pipefail

root=$(realpath "$(dirname "$0")/..")
keep=
case ${1:-} in
--keep) keep=yes ;;
'') ;;
*)
	echo "usage: demo.sh [--keep]" >&2
	exit 2
	;;
esac
. "$root/tests/lib/run.sh"
run_begin demo.sh

# Where check.sh builds, too: whichever runs second has less to build.
export FWD_BUILD=$FWD_BUILD_DIR/check/release
lab_prefix=fwd-demo
. "$root/tests/lib/lab.sh"
. "$root/tests/lib/test.sh"
. "$root/tests/lib/fwd.sh"

# ---- the story ----

bold='' dim='' green='' red='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi

chapter() {
	printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

say() {
	printf '  %s\n' "$*"
}

# Show a command as one would type it, with its output.
show() {
	printf '  %s$ %s%s\n' "$dim" "$*" "$plain"
}

indent() {
	sed 's/^/    /'
}

# fwctl ARGS...: shown, and run
fwctl() {
	show fwctl "$*"
	ctl "$@" 2>&1 | indent
	return "${PIPESTATUS[0]}"
}

# claim SENTENCE TEST...: the sentence with a mark; a false one fails the demo
claim() {
	if "${@:2}"; then
		test_passed=$((test_passed + 1))
		printf '  %s✓%s %s\n' "$green" "$plain" "$1"
	else
		test_failed=$((test_failed + 1))
		printf '  %s✗ %s%s  (%s)\n' "$red" "$1" "$plain" "${*:2}"
	fi
}

between() {
	[ "$2" -ge "$1" ] && [ "$2" -le "$3" ]
}

# ---- getting ready ----

prepare() {
	chapter "Getting ready"
	say "Debian packages ..."
	bash "$root/tests/install.sh" build lab demo >"$FWD_RUN/packages" 2>&1 || {
		cat "$FWD_RUN/packages"
		exit 1
	}
	say "build ..."
	{ cmake -S "$root" -B "$FWD_BUILD" -G Ninja -DCMAKE_BUILD_TYPE=Release \
		-DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_INSTALL_SYSCONFDIR=/etc &&
		cmake --build "$FWD_BUILD" --target fwd fwctl; } \
		>"$FWD_BUILD_DIR/demo.log" 2>&1 || {
		tail -n 30 "$FWD_BUILD_DIR/demo.log"
		exit 1
	}
}

open_lab() {
	chapter "The lab"
	run_bpffs
	lab_open
	trap 'lab_close; run_close' EXIT
	lab_router
	cp "$root"/configs/edge-router.* "$lab_dir/"
	fwd_file=$lab_dir/edge-router.json
	mkdir "$lab_dir/www"
	head -c 1000000 /dev/zero >"$lab_dir/www/megabyte"
	lab_start server python3 -m http.server -d "$lab_dir/www" 80 >/dev/null 2>&1
	lab_start server python3 -m http.server -d "$lab_dir/www" 8080 >/dev/null 2>&1
	lab_start server iperf3 -s -p 5201 >/dev/null 2>&1
	cat <<-'PICTURE' | indent
	client  192.0.2.2 ──── eth0 [ router: fwd ] eth1 ──── 198.51.100.2  server
	         (internet)     wan                  lan       web, iperf3
	PICTURE
	eventually 10 lab_in server curl -s -o /dev/null http://127.0.0.1:80/
	eventually 10 lab_in server curl -s -o /dev/null http://127.0.0.1:8080/
}

# wget-like: prints the HTTP code; 000 if there was no answer
http() {
	lab_in client curl -s -o /dev/null -m 3 -w '%{http_code}' "http://198.51.100.2:$1/megabyte"
}

# hping ARGS...: raw packets from the client, quietly
hping() {
	show hping3 "$*"
	lab_in client timeout 20 hping3 -q "$@" >/dev/null 2>&1
}

# ---- the acts ----

act_start() {
	chapter "fwd starts on the router, and enforces"
	show "fwd -c edge-router.json --drop-packets --log-format jsonl --log-file events.jsonl"
	if ! fwd_up --drop-packets --log-format jsonl --log-file "$lab_dir/events.jsonl"; then
		exit 1
	fi
	fwctl status
}

act_passes() {
	local rate

	chapter "What should pass passes"
	claim "ping: 5 of 5 came back" test "$(pings 198.51.100.2)" = 5
	claim "ping over IPv6: 5 of 5" test "$(pings 2001:db8:2::2)" = 5
	claim "curl fetched a megabyte from the web server" test "$(http 80)" = 200
	say "iperf3 for 4 seconds, under the limit \"speedtest\" of 50 Mbit/s:"
	lab_in client timeout 30 iperf3 -J -c 198.51.100.2 -p 5201 -t 4 -u -b 200M \
		>"$lab_dir/iperf.json" 2>/dev/null
	rate=$(jq '.end.sum | (.bits_per_second * (1 - .lost_percent / 100) / 1e6) | floor' \
		"$lab_dir/iperf.json")
	say "offered 200 Mbit/s of UDP, arrived $rate Mbit/s"
	claim "limited to what the limit says (its burst is 1 MB: 2 Mbit/s over 4 seconds)" \
		between 42 "${rate:-0}" 54
}

act_drops() {
	chapter "What should not, does not"
	hping -2 -a 10.1.2.3 -p 9000 -c 100 -i u1000 198.51.100.2
	claim "100 packets from a bogon source: rule \"bogons\" dropped them" \
		between 100 "$(stat_rule bogons)" 100
	claim "203.0.113.7 is in the feed configs/edge-router.netset: 0 pings of 5" \
		test "$(pings -I 203.0.113.7 198.51.100.2)" = 0
	hping -2 -s 1900 -k -p 9000 -c 100 -i u1000 198.51.100.2
	claim "100 SSDP replies that nobody asked for: rule \"amp-others\"" \
		between 100 "$(stat_rule amp-others)" 100
	hping -F -P -U -p 80 -c 50 -i u1000 198.51.100.2
	claim "50 packets of a Christmas tree scan: rule \"scan-flags\"" \
		between 50 "$(stat_rule scan-flags)" 50
	hping -S -p 3306 -c 50 -i u1000 198.51.100.2
	claim "50 connections to the database port: rule \"no-new-connections\"" \
		between 50 "$(stat_rule no-new-connections)" 60
	say "and frames that no stack would send, 20 of each:"
	lab_in client "$root/tests/lib/odd_frames.py" c0 20 | sed 's/^/    - /'
	ctl -j stats | jq -r '.result.interfaces[] | select(.name == "eth0") | .reasons[] |
		select(.outcome == "drop" and .packets > 0) | "\(.packets)\t\(.reason)"' |
		awk -F'\t' '{printf "    %6d dropped: %s\n", $1, $2}'
	claim "VLAN tags hide nothing: 40 more bogons" between 140 "$(stat_rule bogons)" 140
	claim "malformed frames have each their own reason" malformed_counted
}

malformed_counted() {
	local reason

	for reason in ipv4_bad_ihl ipv4_bad_length tcp_bad_offset fragment_tiny \
		fragment_overlap ipv6_too_many_extensions; do
		[ "$(stat_reason eth0 $reason drop)" = 20 ] || return 1
	done
}

# Packets a second that the limit of DNS replies let through, over two seconds; fwctl measures the
# time, as a busy machine takes long to start a program.
passed_per_second() {
	ctl -j top --count 1 --interval 2s |
		jq '[.limits[] | select(.name == "dns_replies") | .passed.packets_per_s] | add // 0 | round'
}

burst_is_used() {
	[ "$(stat_limit dns_replies over)" -gt 0 ]
}

act_floods() {
	local flood rate over

	chapter "Floods are held to their limit, others do not notice"
	say "DNS replies from everywhere, about 5000/s; the limit is 500/s, burst 1000:"
	show hping3 -2 -s 53 -k --rand-source -p 9000 -c 25000 -i u200 198.51.100.2
	lab_start client timeout 20 hping3 -q -2 -s 53 -k --rand-source -p 9000 -c 25000 -i u200 \
		198.51.100.2 >/dev/null 2>&1
	flood=$lab_pid
	eventually 10 burst_is_used
	claim "meanwhile ping: 5 of 5" test "$(pings 198.51.100.2)" = 5
	claim "meanwhile curl" test "$(http 80)" = 200
	rate=$(passed_per_second)
	say "behind the burst $rate a second passed"
	claim "that is the limit, within 5 %" between 475 "$rate" 525
	wait "$flood"
	over=$(stat_limit dns_replies over)
	claim "the rest was dropped: $over packets" between 5000 "$over" 25000
	fwctl limit show dns_replies
}

act_edit() {
	chapter "Rules, edited live"
	claim "http on port 8080 works" test "$(http 8080)" = 200
	fwctl rule add '{"id":"no-8080","match":{"proto":"tcp","dport":8080},"action":"drop"}' \
		--before web-syn
	claim "it does not any more" test "$(http 8080)" = 000
	fwctl explain "in eth0 tcp 192.0.2.2:40000 > 198.51.100.2:8080 syn"
	fwctl rule delete no-8080
	claim "and again it does" test "$(http 8080)" = 200
}

act_block() {
	chapter "A block with an end"
	lab_address client c0 192.0.2.77/24
	claim "192.0.2.77 can ping the server" test "$(pings -I 192.0.2.77 198.51.100.2)" = 5
	fwctl block 192.0.2.77 --for 4s --reason demo
	claim "now it cannot" test "$(pings -I 192.0.2.77 198.51.100.2)" = 0
	fwctl blocks
	sleep 4
	claim "4 seconds later it can, by itself" test "$(pings -I 192.0.2.77 198.51.100.2)" = 5
}

act_mistake() {
	local code=0

	chapter "A mistake in the file changes nothing"
	cp "$fwd_file" "$lab_dir/good.json"
	sed -i 's/"action": "drop"},/"action": "dorp"},/; s/"10.0.0.0\/8"/"10.0.0.1\/8"/' "$fwd_file"
	fwctl reload || code=$?
	claim "the reload is refused, with both mistakes and their places" test $code = 3
	claim "traffic goes on" test "$(pings 198.51.100.2)" = 5
	cp "$lab_dir/good.json" "$fwd_file"
	claim "the file repaired, it reloads" reloads
}

reloads() {
	ctl reload >/dev/null 2>&1
}

act_kill() {
	local before after sent

	chapter "kill -9"
	before=$(stat_rule bogons)
	lab_stop "$fwd_pid" KILL
	say "fwd is gone; what it loaded is not:"
	count_start fwd-demo-dead
	sent=$(lab_in client "$root/tests/lib/flood.py" send c0 10.1.2.3 198.51.100.2 9000 10 500 "" \
		fwd-demo-dead 1 500 | cut -d' ' -f1)
	count_stop
	claim "$sent packets from a bogon source: $counted arrived" test "$counted" = 0
	claim "ping: 5 of 5" test "$(pings 198.51.100.2)" = 5
	fwd_up --drop-packets --log-format jsonl --log-file "$lab_dir/events.jsonl" || exit 1
	after=$(stat_rule bogons)
	claim "a new fwd takes over, with the counters: rule \"bogons\" from $before to $after" \
		test "$after" = $((before + sent))
}

act_end() {
	chapter "What fwd saw"
	fwctl stats
	say "the last events of events.jsonl:"
	tail -n 3 "$lab_dir/events.jsonl" | cut -c1-150 | indent
}

act_gone() {
	fwd_clear
	lab_close
	chapter "The end"
	claim "nothing of it is left: no process, namespace, pin, mount or file" run_is_clean
	run_left >"$FWD_RUN/left"
	indent <"$FWD_RUN/left"
	printf '\n  %d claims held, %d did not\n' $test_passed $test_failed
}

keep_up() {
	chapter "The lab stays up"
	cat <<-END | indent
	fwctl:   $fwctl_binary -s $lab_dir/sock status
	client:  nsenter --net=/run/netns/$lab_id-client ping 198.51.100.2
	config:  $fwd_file
	Press Ctrl-C to take it down.
	END
	trap 'exit 0' INT
	sleep infinity &
	wait $!
}

main() {
	prepare
	open_lab
	act_start
	act_passes
	act_drops
	act_floods
	act_edit
	act_block
	act_mistake
	act_kill
	act_end
	[ -z "$keep" ] || keep_up
	act_gone
	[ $test_failed = 0 ]
}

main
