package frostgate.defend_test

import data.frostgate.defend

event := {"tenant_id": "tn_a", "event_type": "auth", "fail_count": 0}

test_plain_event_is_allowed if {
	defend.allow with input as event
	count(defend.reasons) == 0 with input as event
}

test_missing_tenant_is_denied if {
	ev := object.union(event, {"tenant_id": ""})
	not defend.allow with input as ev
	defend.reasons == {"tenant_missing"} with input as ev
}

test_bruteforce_from_ten_is_denied if {
	ev := object.union(event, {"event_type": "auth.bruteforce", "fail_count": 10})
	not defend.allow with input as ev
	defend.reasons == {"bruteforce_threshold"} with input as ev
}

test_bruteforce_below_ten_is_allowed if {
	defend.allow with input as object.union(event, {"event_type": "auth.bruteforce", "fail_count": 9})
}

test_ten_failures_of_another_type_are_allowed if {
	defend.allow with input as object.union(event, {"fail_count": 10})
}
