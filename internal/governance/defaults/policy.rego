# The default policy: may the event's own action proceed?
package frostgate.defend

default allow := false

allow if count(reasons) == 0

# An event that belongs to nobody is nobody's to admit.
reasons contains "tenant_missing" if input.tenant_id == ""

reasons contains "bruteforce_threshold" if {
	input.event_type == "auth.bruteforce"
	input.fail_count >= 10
}

# A policy may also define obligations, what mitigations of an action need at
# least: obligations contains {"action": "block_ip", "gating":
# "require_approval", "reason": "..."}. The default has none.
