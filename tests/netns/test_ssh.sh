#!/bin/bash
# SPDX-License-Identifier: MIT
# A change that would cut off the SSH connection by which it is asked for is refused, whatever the
# environment says: by a real sshd.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION SSH_CLIENT
lab_open
lab_router

# sshd of the lab, for root, on port 2022
start_sshd() {
	ssh-keygen -q -t ed25519 -N "" -f "$lab_dir/host"
	ssh-keygen -q -t ed25519 -N "" -f "$lab_dir/key"
	# Root's own files are nobody's business; what sshd reads must not be writable for others.
	cat >"$lab_dir/sshd.conf" <<-CONF
	Port 2022
	HostKey $lab_dir/host
	AuthorizedKeysFile $lab_dir/key.pub
	PidFile none
	PermitRootLogin prohibit-password
	StrictModes no
	UsePAM no
	UseDNS no
	CONF
	mkdir -p /run/sshd
	lab_start router /usr/sbin/sshd -D -e -f "$lab_dir/sshd.conf" 2>"$lab_dir/sshd.log"
	eventually 10 grep -q "listening on" "$lab_dir/sshd.log" || cat "$lab_dir/sshd.log" >&2
}

# ssh_in ADDRESS COMMAND: from the client; no terminal
ssh_in() {
	lab_in client ssh "${ssh_options[@]}" -F none -p 2022 -i "$lab_dir/key" -o BatchMode=yes -o IdentitiesOnly=yes \
		-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
		-o "ConnectTimeout=$(scaled 20)" "root@$1" "${@:2}"
}
ssh_options=()
fwctl="$fwctl_binary -s $lab_dir/sock"

policy() {
	cat <<-JSON
	{"enforce": true, "interfaces": {"eth0": {"zone": "wan"}},
	 "management": {"allow": [{"src": "203.0.113.7", "proto": "tcp", "dport": 22}]},
	 "sets": {"live": {"live": true}, "inline": {"elements": ["198.18.0.0/15"]}},
	 "rules": [{"id": "live", "match": {"src": "@live"}, "action": "drop"},
	           {"id": "inline", "match": {"src": "@inline"}, "action": "drop"}${1:+, $1}]}
	JSON
}
no_ssh='{"id": "no-ssh", "match": {"proto": "tcp", "dport": 2022}, "action": "drop"}'

fwd_config < <(policy "")
policy "$no_ssh" >"$lab_dir/bad.json"
policy '{"id": "other", "match": {"proto": "tcp", "dport": 23}, "action": "drop"}' >"$lab_dir/good.json"
fwd_up || test_end
start_sshd
check "a login" ssh_in 192.0.2.1 true

section "as under sudo, without SSH_CONNECTION"
bare="env -u SSH_CONNECTION -u SSH_CLIENT -u SSH_TTY $fwctl"
check_exit "apply" 1 ssh_in 192.0.2.1 "$bare apply $lab_dir/bad.json"
check_match "names the connection and the rule" \
	'cut off your SSH connection from 192.0.2.2, in by eth0: rule "no-ssh" drops it' "$output"
check_exit "over IPv6" 1 ssh_in 2001:db8:1::1 "$bare apply $lab_dir/bad.json"
check_match "too" 'your SSH connection from 2001:db8:1::2' "$output"
check_exit "a rule" 1 ssh_in 192.0.2.1 "$bare rule add '$no_ssh'"
check_exit "a block" 1 ssh_in 192.0.2.1 "$bare block 192.0.2.0/24"
check_exit "a live set" 1 ssh_in 192.0.2.1 "$bare set add live 192.0.2.2"
check_exit "an inline set" 1 ssh_in 192.0.2.1 "$bare set add inline 192.0.2.2"
fwd_config < <(policy "$no_ssh")
check_exit "a reload" 1 ssh_in 192.0.2.1 "$bare reload"
fwd_config < <(policy "")
check "what is forced for once" ctl apply "$lab_dir/bad.json"
bad=$(ctl -j status | jq .result.revision)
check "and left again" ctl apply "$lab_dir/good.json"
check_exit "a rollback to it" 1 ssh_in 192.0.2.1 "$bare rollback $bad"
check_equal "init lets it in" '["192.0.2.2"] [2022]' \
	"$(ssh_in 192.0.2.1 "$bare -j init --wan eth0" |
		jq -r '.result | "\(.management) \(.policy.management.allow[0].dport)"')"
check "what does not concern it" ssh_in 192.0.2.1 "$bare apply $lab_dir/good.json"
check_equal "is not warned of" "" "$(grep "not checked" <<<"$output")"

section "by the terminal"
ssh_options=(-tt)
check_exit "with a terminal" 1 ssh_in 192.0.2.1 "$bare apply $lab_dir/bad.json"
check_exit "through shells and a session of its own" 1 ssh_in 192.0.2.1 \
	"sh -c 'setsid -w env -u SSH_CONNECTION sh -c \"$fwctl apply $lab_dir/bad.json\"'"
ssh_options=()

section "a wrong claim"
check_exit "another connection" 1 ssh_in 192.0.2.1 \
	"SSH_CONNECTION='192.0.2.2 1 192.0.2.1 22' $fwctl apply $lab_dir/bad.json"
check_match "hides nothing" "your SSH connection from 192.0.2.2" "$output"

section "not found"
# Its terminal is a pseudo-terminal of script, which nobody is known to sit at.
detached() {
	setsid -w script -qec "$*" /dev/null </dev/null
}
for change in "block 192.0.2.98" "set add live 192.0.2.97" "set add inline 192.0.2.96" \
	"set delete live 192.0.2.97" "rollback $((bad - 1))"; do
	check "$change" detached "$fwctl $change"
	check_match "is warned of" "it was not checked whether this cuts off your SSH connection: the origin of its terminal .*W0503" "$output"
done
check "a rule" detached "$fwctl rule add '{\"id\": \"x\", \"match\": {\"dport\": 77}, \"action\": \"drop\"}'"
check_match "is warned of" "W0503" "$output"
check "another" detached "$fwctl rule add '{\"id\": \"y\", \"match\": {\"dport\": 78}, \"action\": \"drop\"}'"
check_match "is warned of again" "W0503" "$output"

section "capabilities"
# fwd_with CAPABILITIES: with these alone, as systemd starts it
fwd_with() {
	local bounding=-all name

	for name in $1; do bounding+=,+${name,,}; done
	cat >"$lab_dir/fwd-with" <<-SCRIPT
	#!/bin/sh
	exec setpriv --bounding-set ${bounding//cap_/} --no-new-privs "$fwd_binary" "\$@"
	SCRIPT
	chmod +x "$lab_dir/fwd-with"
	fwd_down
	fwd_binary=$lab_dir/fwd-with fwd_up
}
unit_caps=$(sed -n 's/^CapabilityBoundingSet=//p' "$fwd_source/configs/systemd/fwd.service.in")
fwd_with "$unit_caps" || test_end
check_exit "those of the unit find the connection" 1 ssh_in 192.0.2.1 "$bare apply $lab_dir/bad.json"
check_match "of root's sshd" "your SSH connection from 192.0.2.2" "$output"
fwd_with "${unit_caps/CAP_SYS_PTRACE/}" || test_end
check "without CAP_SYS_PTRACE it is not found" ssh_in 192.0.2.1 "$bare block 192.0.2.95 2>&1 >/dev/null"
check_match "which is said" "not checked.*sockets of sshd cannot be read: Permission denied.*CAP_SYS_PTRACE" "$output"

section "unattended"
check "without a terminal or a login" setsid -w "$fwctl_binary" -s "$lab_dir/sock" apply "$lab_dir/good.json" </dev/null
check_equal "nothing is warned of" "" "$(grep "not checked" <<<"$output")"

fwd_clear
test_end
