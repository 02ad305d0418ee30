package samples

import (
	"bytes"
	"fmt"
	"time"
)

const account = "000000000000"

// cloudTrail is a delivered file: reading calls of people and a role, then a
// console login after two failures that makes a key and stops the trail.
func (m *maker) cloudTrail() []byte {
	var out []entry
	add := func(at time.Time, service, name, user, from, more string) {
		text := fmt.Sprintf(`{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE%s","arn":"arn:aws:iam::%s:user/%s","accountId":"%s","userName":%s},`+
			`"eventTime":%s,"eventSource":"%s.amazonaws.com","eventName":%s,"awsRegion":"eu-central-1","sourceIPAddress":%s,"userAgent":%s,%s`+
			`"requestID":%s,"eventID":%s,"readOnly":%t,"eventType":%s,"managementEvent":true,"recipientAccountId":"%s","eventCategory":"Management"}`,
			user, account, user, account, q(user), q(at.Format(time.RFC3339)), service, q(name), q(from), q(m.pick("aws-cli/2.15", "console.amazonaws.com")), more,
			q(m.uuid()), q(m.uuid()), more == "", q(kindOf(service)), account)
		out = append(out, entry{at, text})
	}
	for range 60 {
		call := [][2]string{{"ec2", "DescribeInstances"}, {"s3", "ListBuckets"}, {"iam", "ListUsers"}, {"sts", "GetCallerIdentity"}, {"rds", "DescribeDBInstances"}, {"logs", "DescribeLogGroups"}}[m.rng.IntN(6)]
		add(m.moment(7, 19), call[0], call[1], m.user(), m.office(), "")
	}
	const intruder = "198.51.100.77"
	at := day().Add(21 * time.Hour)
	for i, result := range []string{"Failure", "Failure", "Success"} {
		more := fmt.Sprintf(`"requestParameters":null,"responseElements":{"ConsoleLogin":%s},"additionalEventData":{"MobileVersion":"No","MFAUsed":"No"},`, q(result))
		if result == "Failure" {
			more = `"errorMessage":"Failed authentication",` + more
		}
		add(at.Add(time.Duration(i)*20*time.Second), "signin", "ConsoleLogin", "jonas", intruder, more)
	}
	add(at.Add(3*time.Minute), "iam", "CreateAccessKey", "jonas", intruder, `"requestParameters":{"userName":"jonas"},`)
	add(at.Add(5*time.Minute), "cloudtrail", "StopLogging", "jonas", intruder, `"requestParameters":{"name":"arn:aws:cloudtrail:eu-central-1:`+account+`:trail/main"},`)
	add(at.Add(6*time.Minute), "s3", "DeleteBucket", "jonas", intruder, `"errorCode":"AccessDenied","errorMessage":"Access Denied",`)

	var b bytes.Buffer
	b.WriteString(`{"Records":[`)
	for i, e := range inOrder(out) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(e.text)
	}
	b.WriteString("]}\n")
	return b.Bytes()
}

func kindOf(service string) string {
	if service == "signin" {
		return "AwsConsoleSignIn"
	}
	return "AwsApiCall"
}

// windows is events of two hosts: logons and processes, then failed logons over
// RDP, a suspicious command and a cleared log.
func (m *maker) windows() []byte {
	var out []entry
	add := func(at time.Time, host, channel string, id int, data string) {
		out = append(out, entry{at, fmt.Sprintf(`{"Event":{"System":{"Provider":{"#attributes":{"Name":%s}},"EventID":%d,"Version":2,"Level":0,`+
			`"Keywords":"0x8020000000000000","TimeCreated":{"#attributes":{"SystemTime":%s}},"EventRecordID":%%d,"Channel":%s,"Computer":%s,"Security":null},"EventData":{%s}}}`,
			q(provider(channel)), id, q(at.Format("2006-01-02T15:04:05.000000Z")), q(channel), q(host), data)})
	}
	const security, sysmon = "Security", "Microsoft-Windows-Sysmon/Operational"
	hosts := []string{"FG-WS01.corp.example", "FG-SRV01.corp.example"}
	logon := func(user, from string, kind int) string {
		return fmt.Sprintf(`"SubjectUserName":"-","TargetUserName":%s,"TargetDomainName":"CORP","LogonType":%d,"IpAddress":%s,"IpPort":"%d"`, q(user), kind, q(from), m.port())
	}
	process := func(user, image, command string) string {
		return fmt.Sprintf(`"UtcTime":"2026-03-14 00:00:00.000","ProcessId":%d,"Image":%s,"CommandLine":%s,"User":%s,"ParentImage":"C:\\Windows\\explorer.exe"`,
			1000+4*m.rng.IntN(5000), q(image), q(command), q(`CORP\`+user))
	}
	for range 40 {
		at, user := m.moment(6, 20), m.user()
		add(at, m.pick(hosts...), security, 4624, logon(user, m.office(), 3))
		image := m.pick(`C:\Windows\System32\notepad.exe`, `C:\Program Files\Editor\editor.exe`, `C:\Windows\System32\mmc.exe`)
		add(at.Add(3*time.Second), m.pick(hosts...), sysmon, 1, process(user, image, `"`+image+`"`))
	}
	at := day().Add(23 * time.Hour)
	for i := range 9 {
		add(at.Add(time.Duration(i)*3*time.Second), hosts[1], security, 4625, `"Status":"0xc000006d","SubStatus":"0xc000006a",`+logon("administrator", "198.51.100.23", 10))
	}
	add(at.Add(40*time.Second), hosts[1], security, 4624, logon("administrator", "198.51.100.23", 10))
	add(at.Add(90*time.Second), hosts[1], sysmon, 1, process("administrator", `C:\Windows\System32\vssadmin.exe`, "vssadmin delete shadows /all /quiet"))
	add(at.Add(2*time.Minute), hosts[1], security, 1102, `"SubjectUserName":"administrator"`)

	out = inOrder(out)
	for i := range out { // record numbers rise with time
		out[i].text = fmt.Sprintf(out[i].text, 5000+i)
	}
	return joined(out)
}

func provider(channel string) string {
	if channel == "Security" {
		return "Microsoft-Windows-Security-Auditing"
	}
	return "Microsoft-Windows-Sysmon"
}

// native is requests as a client would send them: ordinary traffic, brute forces
// under different personas and rings, and an event of every built-in scenario.
func (m *maker) native() []byte {
	var out []entry
	n := 0
	add := func(at time.Time, source, kind, more, event string) {
		n++
		out = append(out, entry{at, fmt.Sprintf(`{"source":%s,"timestamp":%s,"event_type":%s,"source_event_id":"sample-%03d",%s"event":{%s}}`,
			q(source), q(at.Format("2006-01-02T15:04:05.000Z")), q(kind), n, more, event)})
	}
	for range 40 {
		add(m.moment(6, 20), "edge-proxy", "http_request", "", fmt.Sprintf(`"src_ip":%s,"user":%s,"method":"GET","path":%s,"status":200`,
			q(m.office()), q(m.user()), q(m.pick("/", "/reports", "/api/items", "/login"))))
	}
	for i := range 6 {
		add(m.moment(8, 18), "vpn", "auth", "", fmt.Sprintf(`"src_ip":%s,"user":%s,"failed_auths":%d`, q(m.office()), q(m.user()), i%3))
	}
	failed := func(from, user string, count int) string {
		return fmt.Sprintf(`"src_ip":%s,"user":%s,"failed_auths":%d`, q(from), q(user), count)
	}
	at := day().Add(22 * time.Hour)
	add(at, "vpn", "auth", "", failed("203.0.113.12", "root", 6))
	add(at.Add(time.Minute), "vpn", "auth.bruteforce", "", failed("203.0.113.13", "admin", 11))
	add(at.Add(2*time.Minute), "bastion", "auth", `"persona":"guardian","classification":"SECRET",`, failed("203.0.113.77", "ops-lead", 7))
	add(at.Add(3*time.Minute), "bastion", "auth", "", `"user":"ops-lead","failed_auths":9`)
	add(at.Add(4*time.Minute), "assistant", "suspicious_llm_usage", "", `"user":"tilda","model":"internal","prompt_tokens":180000`)
	add(at.Add(5*time.Minute), "vpn", "auth.bruteforce", "", `"src_ip":"203.0.113.14","user":"admin"`)
	add(at.Add(6*time.Minute), "badge-reader", "door_opened", "", `"door":"lab-2","user":"pia"`)
	return joined(inOrder(out))
}
