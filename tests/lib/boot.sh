# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# A start with a config file that cannot be used: policies, and what they filter. After lab_open.

good=192.0.2.2,1000
bad=203.0.113.7,1000
state=$lab_dir/state

# policy [RULES [TOP]]: drops `bad`; RULES begin with a comma, so do further keys of the top
policy() {
	cat <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "management": {"allow": [{"src": "192.0.2.2", "proto": "udp", "dport": 7}]}${2:-},
	  "rules": [
	    {"id": "bad", "match": {"src": "203.0.113.0/24"}, "action": "drop"}${1:-}
	  ]
	}
	JSON
}

# reboot: as a machine does to fwd: nothing is left in the kernel
reboot() {
	fwd_clear
}

# broken: the file gets a comma too many
broken() {
	policy ',' >"$fwd_file"
}

# first: a new state, the policy runs, and has run for good
first() {
	[ -z "$fwd_pid" ] || fwd_down
	fwd_clear
	rm -rf "$state"
	fwd_config < <(policy "$@")
	fwd_up || test_end
}

# runs: what runs instead of the file, as each reply says; null: the file
runs() {
	ctl -j version | jq -r '.config_fault.runs'
}

filters() {
	check_equal "$1: it filters" "5 0" "$(probe $good $bad)"
}
