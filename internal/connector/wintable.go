package connector

// winRule says what a Windows event is.
type winRule struct {
	eventType string
	action    string
	outcome   string // "success", "failure", winByStatus, "" when it is neither
	failures  int64  // failed_auths of a failure
}

// winByStatus takes the outcome from the Status member: 0x0 is success.
const winByStatus = "status"

// winKey is a channel in lower case and an event ID.
type winKey struct {
	channel string
	id      int64
}

const (
	winSecurity = "security"
	winSystem   = "system"
	winSysmon   = "microsoft-windows-sysmon/operational"
	winPwsh     = "microsoft-windows-powershell/operational"
	winPwshOld  = "windows powershell"
)

// winTable maps channels and event IDs to event types; everything else is
// "windows". Names are those of Sigma's log source categories where one exists.
//
// A failed logon counts on 4625 (and on a domain controller on 4771 and failed
// 4768); a failed 4776 counts nothing because a 4625 stands beside it.
func winTable() map[winKey]winRule {
	t := map[winKey]winRule{
		{winSecurity, 4624}: {typeAuth, "logon", success, 0},
		{winSecurity, 4625}: {typeAuth, "logon", failure, 1},
		{winSecurity, 4768}: {typeAuth, "kerberos_ticket", winByStatus, 1},
		{winSecurity, 4771}: {typeAuth, "kerberos_preauth", failure, 1},
		{winSecurity, 4776}: {typeAuth, "ntlm_validation", winByStatus, 0},
		{winSecurity, 4634}: {typeSession, "session_closed", success, 0},
		{winSecurity, 4647}: {typeSession, "session_closed", success, 0},
		{winSecurity, 4778}: {typeSession, "session_opened", success, 0},
		{winSecurity, 4779}: {typeSession, "session_closed", success, 0},
		{winSecurity, 4688}: {"process_creation", "process_created", success, 0},
		{winSecurity, 4689}: {"process_termination", "process_ended", success, 0},
		{winSecurity, 4697}: {"service_installation", "service_installed", success, 0},
		{winSystem, 7045}:   {"service_installation", "service_installed", success, 0},
		{winSecurity, 1102}: {"audit_log_cleared", "log_cleared", success, 0},
		{winSystem, 104}:    {"audit_log_cleared", "log_cleared", success, 0},
		{winSecurity, 5140}: {"file_share_access", "share_accessed", "", 0},
		{winSecurity, 5145}: {"file_share_access", "share_accessed", "", 0},
		{winSecurity, 5156}: {"network_connection", "connection_permitted", success, 0},
		{winSecurity, 5157}: {"network_connection", "connection_blocked", failure, 0},
		{winSecurity, 5136}: {"directory_change", "object_modified", success, 0},
		{winSecurity, 5137}: {"directory_change", "object_created", success, 0},
		{winSecurity, 5141}: {"directory_change", "object_deleted", success, 0},

		{winSysmon, 1}:  {"process_creation", "process_created", success, 0},
		{winSysmon, 2}:  {"file_event", "creation_time_changed", success, 0},
		{winSysmon, 3}:  {"network_connection", "connection", "", 0},
		{winSysmon, 5}:  {"process_termination", "process_ended", success, 0},
		{winSysmon, 6}:  {"driver_load", "driver_loaded", success, 0},
		{winSysmon, 7}:  {"image_load", "image_loaded", success, 0},
		{winSysmon, 8}:  {"create_remote_thread", "remote_thread_created", success, 0},
		{winSysmon, 9}:  {"raw_access_read", "raw_read", success, 0},
		{winSysmon, 10}: {"process_access", "process_accessed", success, 0},
		{winSysmon, 11}: {"file_event", "file_created", success, 0},
		{winSysmon, 12}: {"registry_event", "key_changed", success, 0},
		{winSysmon, 13}: {"registry_event", "value_set", success, 0},
		{winSysmon, 14}: {"registry_event", "key_renamed", success, 0},
		{winSysmon, 15}: {"create_stream_hash", "stream_created", success, 0},
		{winSysmon, 17}: {"pipe_event", "pipe_created", success, 0},
		{winSysmon, 18}: {"pipe_event", "pipe_connected", success, 0},
		{winSysmon, 19}: {"wmi_event", "filter_registered", success, 0},
		{winSysmon, 20}: {"wmi_event", "consumer_registered", success, 0},
		{winSysmon, 21}: {"wmi_event", "consumer_bound", success, 0},
		{winSysmon, 22}: {"dns_query", "dns_query", "", 0},
		{winSysmon, 23}: {"file_delete", "file_deleted", success, 0},
		{winSysmon, 25}: {"process_tampering", "process_tampered", success, 0},
		{winSysmon, 26}: {"file_delete", "file_deleted", success, 0},

		{winPwsh, 4103}:   {"ps_module", "pipeline_executed", "", 0},
		{winPwsh, 4104}:   {"ps_script", "script_block", "", 0},
		{winPwshOld, 400}: {"ps_classic_start", "engine_started", "", 0},
		{winPwshOld, 600}: {"ps_classic_provider_start", "provider_started", "", 0},
		{winPwshOld, 800}: {"ps_classic_script", "pipeline_executed", "", 0},
	}
	for id, action := range map[int64]string{
		4720: "user_added", 4722: "user_enabled", 4723: "password_change_tried", 4724: "password_reset",
		4725: "user_disabled", 4726: "user_deleted", 4738: "user_changed", 4740: "user_locked_out",
		4767: "user_unlocked", 4781: "user_renamed", 4728: "group_member_added", 4729: "group_member_removed",
		4732: "group_member_added", 4733: "group_member_removed", 4756: "group_member_added", 4757: "group_member_removed",
	} {
		t[winKey{winSecurity, id}] = winRule{typeAccount, action, "", 0}
	}
	for id, action := range map[int64]string{
		4698: "task_created", 4699: "task_deleted", 4700: "task_enabled", 4701: "task_disabled", 4702: "task_updated",
	} {
		t[winKey{winSecurity, id}] = winRule{"scheduled_task", action, success, 0}
	}
	return t
}
