package sigma_test

import (
	"fmt"
	"testing"

	"frostgate.io/frostgate/sigma"
)

// shapeCase is an event in one shape, and what a rule with that logsource must be
// able to say about it.
type shapeCase struct {
	name, source, search, event string
}

// Every built-in shape: an event as its origin writes it reaches the rules for it,
// and their fields are found under the names that SigmaHQ's rules use.
func TestBuiltinShapes(t *testing.T) {
	t.Parallel()
	cases := append(windowsShapes(), cloudShapes()...)
	cases = append(cases, otherShapes()...)
	for _, c := range cases {
		rule := fmt.Sprintf("title: T\nlogsource: {%s}\ndetection:\n  s: {%s}\n  condition: s\n", c.source, c.search)
		rules := sigma.Parse(c.name, []byte(rule))
		if len(rules.Refused) > 0 {
			t.Fatalf("%s: %+v", c.name, rules.Refused)
		}
		set, err := sigma.Compile(rules, sigma.Options{})
		if err != nil {
			t.Fatal(err)
		}
		m := set.NewMatcher()
		found, err := m.Match([]byte(c.event))
		if err != nil || len(found) != 1 {
			t.Errorf("%s: %d matches (pipeline %q, error %v)", c.name, len(found), m.Pipeline(), err)
		}
		old := newOracle(rules, sigma.Builtin())
		if naive, _, err := old.match([]byte(c.event)); err != nil || len(naive) != 1 {
			t.Errorf("%s: the oracle has %d matches, error %v", c.name, len(naive), err)
		}
	}
}

const (
	starts  = "product: windows, category: process_creation"
	started = `Image|endswith: \a.exe, ParentImage: p.exe, CommandLine: x, EventID: 1, Provider_Name: Microsoft-Windows-Sysmon, Computer: h`
)

func windowsShapes() []shapeCase {
	return []shapeCase{
		{"evtx", starts, started, `{"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":1,
			"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"h"},"EventData":{"Image":"C:\\a.exe","ParentImage":"p.exe","CommandLine":"x"}}}`},
		{"evtx qualified number", starts, `Image: a`, `{"Event":{"System":{"EventID":{"#text":1,"#attributes":{"Qualifiers":0}},
			"Channel":"microsoft-windows-sysmon/operational"},"EventData":{"Image":"a"}}}`},
		{"evtx inner", starts, started, `{"System":{"Provider":{"Name":"Microsoft-Windows-Sysmon"},"EventID":"1",
			"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"h"},"EventData":{"Image":"C:\\a.exe","ParentImage":"p.exe","CommandLine":"x"}}`},
		{"nxlog", starts, started, `{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"SourceName":"Microsoft-Windows-Sysmon",
			"Hostname":"h","Image":"C:\\a.exe","ParentImage":"p.exe","CommandLine":"x"}`},
		{"winlogbeat 7", starts, started, `{"winlog":{"channel":"Microsoft-Windows-Sysmon/Operational","event_id":"1","provider_name":"Microsoft-Windows-Sysmon",
			"computer_name":"h","event_data":{"ParentImage":"p.exe","CommandLine":"x"}},"process":{"executable":"C:\\a.exe"}}`},
		{"winlogbeat 6", starts, started, `{"log_name":"Microsoft-Windows-Sysmon/Operational","event_id":1,"source_name":"Microsoft-Windows-Sysmon",
			"computer_name":"h","event_data":{"Image":"C:\\a.exe","ParentImage":"p.exe","CommandLine":"x"}}`},
		{"4688", starts, `Image: a, ParentImage: b, LogonId: null, SubjectLogonId: '0x3e7'`, `{"Event":{"System":{"Channel":"security","EventID":4688},
			"EventData":{"NewProcessName":"a","ParentProcessName":"b","MandatoryLabel":"S-1-16-12288","SubjectLogonId":"0x3e7"}}}`},
		{"user data", "product: windows, service: system", `EventID: 104, Channel: Security`, `{"Event":{"System":{"Channel":"System","EventID":104},
			"UserData":{"LogFileCleared":{"Channel":"Security"}}}}`},
		{"antivirus", "category: antivirus", `Signature|startswith: Trojan, Filename|contains: tmp`, `{"Event":{"System":{"EventID":1116,
			"Channel":"Microsoft-Windows-Windows Defender/Operational"},"EventData":{"Threat Name":"Trojan:X","Path":"file:_C:\\tmp\\x"}}}`},
		{"registry", "product: windows, category: registry_delete", `TargetObject: k`, `{"Event":{"System":{"EventID":12,
			"Channel":"Microsoft-Windows-Sysmon/Operational"},"EventData":{"EventType":"DeleteValue","TargetObject":"k"}}}`},
		{"script block", "product: windows, category: ps_script", `ScriptBlockText|contains: x`, `{"Channel":"PowerShellCore/Operational","EventID":"4104","ScriptBlockText":"axb"}`},
		{"unnamed data", "product: windows, category: ps_classic_start", `Data|contains: HostApplication=x`, `{"Event":{"System":{"Channel":"Windows PowerShell","EventID":400},
			"EventData":{"Data":["a","b","HostApplication=x"]}}}`},
		{"rpc firewall", "product: rpc_firewall, category: application", `EventLog: RPCFW, EventID: 3`, `{"Event":{"System":{"Channel":"RPCFW","EventID":3}}}`},
		{"kernel file", "product: windows, category: file_access", `FileName: f`, `{"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Kernel-File"}},
			"Channel":"x","EventID":12},"EventData":{"FileName":"f"}}}`},
		{"any windows event", "product: windows", `X: y`, `{"Event":{"System":{"Channel":"Whatever","EventID":9},"EventData":{"X":"y"}}}`},
		{"sysmon for linux", "product: linux, category: process_creation", `Image: /bin/a`, `{"Event":{"System":{"Channel":"Linux-Sysmon/Operational","EventID":1},"EventData":{"Image":"/bin/a"}}}`},
	}
}

func cloudShapes() []shapeCase {
	const trail, azure, m365 = "product: aws, service: cloudtrail", "product: azure", "product: m365"
	return []shapeCase{
		{"cloudtrail", trail, `eventName: A, userIdentity.type: Root, errorCode: null`, `{"eventVersion":"1.08","eventSource":"iam.amazonaws.com","eventName":"A","userIdentity":{"type":"Root"}}`},
		{"cloudtrail in lower case", trail, `eventName: A, userIdentity.type: Root`, `{"eventversion":"1.08","eventsource":"iam.amazonaws.com","eventname":"A","useridentity":{"type":"Root"}}`},
		{"cloudtrail by eventbridge", trail, `eventName: A`, `{"detail-type":"AWS API Call via CloudTrail","detail":{"eventSource":"iam.amazonaws.com","eventName":"A"}}`},
		{"cloudtrail by elastic", trail, `eventName: A, userIdentity.arn: n`, `{"event":{"dataset":"aws.cloudtrail","action":"A","provider":"s"},"aws":{"cloudtrail":{"user_identity":{"arn":"n"}}}}`},
		{
			"azure activity", azure + ", service: activitylogs", `operationName: MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE`,
			`{"category":"Administrative","operationName":"Microsoft.Authorization/roleAssignments/write","resourceId":"/subscriptions/1"}`,
		},
		{"azure activity by api", azure + ", service: activitylogs", `operationName: MICROSOFT.A/B/WRITE`, `{"eventDataId":"1","operationName":{"value":"Microsoft.A/b/write","localizedValue":"Write"}}`},
		{
			"azure activity table", azure + ", service: activitylogs", `OperationNameValue: Microsoft.A/b/write, CategoryValue: Administrative`,
			`{"TimeGenerated":"2026-01-01T00:00:00Z","OperationName":"Write b","OperationNameValue":"MICROSOFT.A/B/WRITE","CategoryValue":"Administrative","Type":"AzureActivity"}`,
		},
		{
			"entra audit", azure + ", service: auditlogs", `properties.message: Add owner to application, Category: ApplicationManagement, Status: success`,
			`{"category":"AuditLogs","operationName":"Add owner to application","properties":{"category":"ApplicationManagement","result":"success","loggedByService":"Core Directory","activityDisplayName":"Add owner to application"}}`,
		},
		{
			"entra audit table", azure + ", service: auditlogs", `OperationName: Update user, TargetResources|contains: abc`,
			`{"TimeGenerated":"2026-01-01T00:00:00Z","Type":"AuditLogs","OperationName":"Update user","TargetResources":[{"displayName":"xabcx"}]}`,
		},
		{
			"entra audit by graph", azure + ", service: auditlogs", `properties.message: Delete user, TargetResources.ModifiedProperties.NewValue|contains: '0'`,
			`{"activityDisplayName":"Delete user","targetResources":[{"modifiedProperties":[{"newValue":"[0]"}]}]}`,
		},
		{
			"entra sign-in", azure + ", service: signinlogs", `ResultType: 50053, AuthenticationRequirement: singleFactorAuthentication, DeviceDetail.trusttype: ''`,
			`{"category":"SignInLogs","operationName":"Sign-in activity","resultType":"50053","properties":{"authenticationRequirement":"singleFactorAuthentication","deviceDetail":{"trustType":""}}}`,
		},
		{
			"entra sign-in by device code", azure + ", service: signinlogs", `properties.message: ROPC`,
			`{"category":"NonInteractiveUserSignInLogs","operationName":"Sign-in activity","properties":{"authenticationProtocol":"ropc"}}`,
		},
		{
			"entra sign-in by graph", azure + ", service: signinlogs", `ResultType: 0, Username: u, userAgent|contains: hound`,
			`{"createdDateTime":"x","userPrincipalName":"u","appDisplayName":"a","status":{"errorCode":0},"userAgent":"azurehound/2"}`,
		},
		{"entra risk", azure + ", service: riskdetection", `riskEventType: anonymizedIPAddress`, `{"category":"UserRiskEvents","operationName":"User Risk Detection","properties":{"riskEventType":"anonymizedIPAddress"}}`},
		{
			"m365", m365 + ", service: audit", `Operation: UserLoggedIn, RequestType: 'Cmsi:Cmsi'`,
			`{"Operation":"UserLoggedIn","Workload":"AzureActiveDirectory","ExtendedProperties":[{"Name":"RequestType","Value":"Cmsi:Cmsi"}]}`,
		},
		{"m365 exchange", m365 + ", service: exchange", `eventSource: Exchange, eventName: Add-FederatedDomain`, `{"Operation":"Add-FederatedDomain","Workload":"Exchange"}`},
		{
			"m365 alert", m365 + ", service: threat_management", `eventSource: SecurityComplianceCenter, eventName: Impossible travel activity`,
			`{"Operation":"AlertTriggered","Workload":"SecurityComplianceCenter","Name":"Impossible travel activity"}`,
		},
		{
			"okta", "product: okta, service: okta", `eventType: user.session.start, actor.alternateId: a, target.displayName: t`,
			`{"eventType":"user.session.start","uuid":"u","actor":{"id":"1","alternateId":"a"},"target":[{"displayName":"s"},{"displayName":"t"}]}`,
		},
		{"okta in lower case", "product: okta, service: okta", `eventType: e, securityContext.isProxy: 'true'`, `{"eventtype":"e","uuid":"u","actor":{"id":"1"},"securitycontext":{"isProxy":true}}`},
		{
			"kubernetes", "product: kubernetes, service: audit", `verb: create, objectRef.resource: pods, hostPath: '*'`,
			`{"verb":"create","objectRef":{"resource":"pods"},"requestObject":{"spec":{"volumes":[{"name":"v"},{"hostPath":{"path":"/"}}]}}}`,
		},
		{
			"kubernetes as an application", "category: application, product: kubernetes, service: audit", `capabilities: '*'`,
			`{"apiVersion":"audit.k8s.io/v1","kind":"Event","requestObject":{"spec":{"containers":[{"securityContext":{"capabilities":{"add":["SYS_ADMIN"]}}}]}}}`,
		},
		{"github", "product: github, service: audit", `action: org.add_member`, `{"action":"org.add_member","actor":"a","org":"o"}`},
		{
			"gcp", "product: gcp, service: gcp.audit", `gcp.audit.method_name: v1.compute.firewalls.insert, data.protoPayload.serviceName: s`,
			`{"protoPayload":{"methodName":"v1.compute.firewalls.insert","serviceName":"s"}}`,
		},
		{
			"gcp wrapped", "product: gcp, service: gcp.audit", `data.protoPayload.authorizationInfo.granted: 'true'`,
			`{"data":{"protoPayload":{"methodName":"m","serviceName":"s","authorizationInfo":[{"granted":true}]}}}`,
		},
		{
			"workspace", "product: gcp, service: google_workspace.admin", `eventService: admin.googleapis.com, eventName: ADD_APPLICATION`,
			`{"protoPayload":{"serviceName":"admin.googleapis.com","methodName":"m","metadata":{"event":[{"eventName":"ADD_APPLICATION"}]}}}`,
		},
	}
}

func otherShapes() []shapeCase {
	return []shapeCase{
		{"sshd", "product: linux, service: sshd", `message|contains: Corrupted`, `{"message":"fatal: Corrupted MAC","program":"sshd","host":"h"}`},
		{"sudo", "product: linux, service: sudo", `USER: '#-*'`, `{"message":"m","program":"sudo","host":"h","user":"bob","run_as":"#-1"}`},
		{"cron", "product: linux, service: cron", `message|contains: REPLACE`, `{"MESSAGE":"x","message":"(root) REPLACE (root)","SYSLOG_IDENTIFIER":"crontab"}`},
		{"auth", "product: linux, service: auth", `message: x`, `{"message":"x","program":"su","host":"h"}`},
		{"auditd", "product: linux, service: auditd", `type: EXECVE, a0: curl`, `{"type":"EXECVE","msg":"audit(1.2:3)","a0":"curl"}`},
		{"auditd by filebeat", "product: linux, service: auditd", `type: EXECVE, a0: curl`, `{"auditd":{"log":{"record_type":"EXECVE","a0":"curl"}}}`},
		{
			"auditbeat", "product: linux, service: auditd", `type: EXECVE, a1: -x, exe: /bin/curl`,
			`{"auditd":{"message_type":"execve","data":{}},"process":{"executable":"/bin/curl","args":["curl","-x"]}}`,
		},
		{
			"ecs process", "product: linux, category: process_creation", `Image: /bin/a, CommandLine|contains: b, User: root`,
			`{"event":{"category":["process"],"type":["start"]},"host":{"os":{"type":"linux"}},"process":{"executable":"/bin/a","command_line":"a b"},"user":{"name":"root"}}`,
		},
		{
			"ecs web", "category: webserver", `cs-method: POST, cs-uri-query|contains: cmd, sc-status: 200`,
			`{"event":{"category":"web"},"http":{"request":{"method":"POST"},"response":{"status_code":200}},"url":{"original":"/x?cmd=1"}}`,
		},
		{"ecs dns", "category: dns", `query: a.b`, `{"event":{"category":"network"},"dns":{"question":{"name":"a.b"}}}`},
		{
			"ocsf process", "product: windows, category: process_creation", `Image: a, CommandLine: b`,
			`{"class_uid":1007,"activity_id":1,"metadata":{"version":"1.3.0"},"device":{"os":{"type_id":100}},"process":{"file":{"path":"a"},"cmd_line":"b"}}`,
		},
		{
			"ocsf api call", "product: aws, service: cloudtrail", `eventName: A, eventSource: s`,
			`{"class_uid":6003,"metadata":{"version":"1.1.0"},"cloud":{"provider":"AWS"},"api":{"operation":"A","service":{"name":"s"}}}`,
		},
		{"zeek", "product: zeek, service: http", `c-uri|contains: x, method: GET`, `{"_path":"http","ts":1,"uri":"/x","method":"GET"}`},
		{"opencanary", "product: opencanary, category: application", `logtype: 4002`, `{"logtype":4002,"node_id":"n"}`},
		{"bitbucket", "product: bitbucket, service: audit", `auditType.action: a`, `{"auditType":{"category":"c","action":"a"}}`},
		{"onelogin", "product: onelogin, service: onelogin.events", `event_type_id: 532`, `{"event_type_id":532}`},
		{"duo", "product: cisco, service: duo", `reason: bypass_user`, `{"event_type":"authentication","access_device":{},"auth_device":{},"reason":"bypass_user"}`},
		{"explicit", "product: fortigate, service: event", `action: Add`, `{"logsource":{"product":"fortigate","service":"event"},"action":"Add"}`},
		{
			"explicit in the common schema", "product: fortigate, service: event", `action: Add`,
			`{"logsource":{"product":"fortigate","service":"event"},"event":{"category":"network"},"action":"Add"}`,
		},
		{"ai agent", "product: ai, service: agent", `gen_ai.tool.name: bash`, `{"gen_ai":{"operation":{"name":"execute_tool"},"tool":{"name":"bash"}}}`},
		{"ai agent by opentelemetry", "product: ai, service: agent", `gen_ai.tool.name: bash`, `{"attributes":{"gen_ai.operation.name":"execute_tool","gen_ai.tool.name":"bash"}}`},
		{"explicit, less said", "product: jvm", `message|contains: x`, `{"logsource":{"product":"JVM","category":"application"},"message":"axb"}`},
	}
}
