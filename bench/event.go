package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// idWidth is the width of the number that makes each event unique.
const idWidth = 12

// template is a complete HTTP request with one event; see writer.
type template struct {
	bytes []byte
	body  int // length of the body
}

// Events come from 10,000 addresses and 1,000 users, and one in ten is the
// seventh failure in a row, for which blocking the address is proposed.
const eventMembers = `{"src_ip":"10.7.%[1]s","user":"user-%[2]s","failed_auths":%[3]s,"host":"gateway-17.eu-central.example",` +
	`"program":"sshd","pid":48213,"method":"password","port":51522,"protocol":"ssh2","service":"ssh","outcome":"failure",` +
	`"message":"Failed password for user-%[2]s from 10.7.%[1]s port 51522 ssh2","tty":"ssh","session_class":"interactive",` +
	`"client":{"version":"SSH-2.0-OpenSSH_9.6","kex":"curve25519-sha256","cipher":"chacha20-poly1305@openssh.com","mac":"implicit"},` +
	`"geo":{"country":"DE","region":"BE","city":"Berlin","asn":64512,"network":"EXAMPLE-NET"},` +
	`"host_facts":{"os":"debian","version":"13","kernel":"6.12.48","role":"bastion","owner":"platform","environment":"production"},` +
	`"labels":["ssh","bastion","internet-facing"],"collector":{"name":"frostgate-agent","version":"1.0.0","sequence":"%[4]s"},` +
	`"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","note":"made by the load generator; no such user, host or network exists"}`

// Marks stand for what changes; each occurs nowhere else.
const (
	markIP   = "AAA.BBB"
	markUser = "UUUU"
	markFail = "9"
	markID   = "IIIIIIIIIIII"
)

func eventText() string {
	return fmt.Sprintf(eventMembers, markIP, markUser, markFail, markID)
}

// defendBody is one event for POST /defend; at is its time.
func defendBody(at time.Time) string {
	return fmt.Sprintf(`{"source":"bench","timestamp":%q,"event_type":"auth","source_event_id":%q,"event":%s}`,
		at.UTC().Format("2006-01-02T15:04:05.000000Z"), markID, eventText())
}

// processMembers is a process creation as Sysmon tells it, which no rule minds.
const processMembers = `{"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon","Guid":"5770385F-C22A-43E0-BF4C-06F5698FFBD9"}},` +
	`"EventID":1,"Version":5,"Level":4,"Task":1,"Opcode":0,"Keywords":"0x8000000000000000","EventRecordID":6577,` +
	`"Execution":{"#attributes":{"ProcessID":1912,"ThreadID":3012}},"Channel":"Microsoft-Windows-Sysmon/Operational",` +
	`"Computer":"ws-%[2]s.corp.example","Security":{"#attributes":{"UserID":"S-1-5-18"}}},"EventData":{"RuleName":"-",` +
	`"UtcTime":"2026-01-01 08:00:00.000","ProcessGuid":"365ABB72-7CC1-5CC4-0000-%[3]s","ProcessId":4812,` +
	`"Image":"C:\\Program Files\\Ledger\\ledger.exe","FileVersion":"11.2.0.5","Description":"Ledger client","Product":"Ledger",` +
	`"Company":"Example GmbH","OriginalFileName":"ledger.exe",` +
	`"CommandLine":"\"C:\\Program Files\\Ledger\\ledger.exe\" --profile user-%[2]s --server ledger.corp.example --site 10.7.%[1]s",` +
	`"CurrentDirectory":"C:\\Program Files\\Ledger\\","User":"CORP\\user-%[2]s","LogonGuid":"365ABB72-7B40-5CC4-0000-0020F0A40000",` +
	`"LogonId":"0xa4f0","TerminalSessionId":1,"IntegrityLevel":"Medium","Hashes":"SHA256=8F4D2C17A09E5B6338C1D7E2F4A90B5C6D7E8F90A1B2C3D4E5F60718293A4B5C",` +
	`"ParentProcessGuid":"365ABB72-7B41-5CC4-0000-001056B30000","ParentProcessId":3380,"ParentImage":"C:\\Windows\\explorer.exe",` +
	`"ParentCommandLine":"C:\\Windows\\Explorer.EXE"}}}`

// processBody is one process creation for POST /defend.
func processBody(at time.Time) string {
	return fmt.Sprintf(`{"source":"bench","timestamp":%q,"event_type":"windows","source_event_id":%q,"event":%s}`,
		at.UTC().Format("2006-01-02T15:04:05.000000Z"), markID, processText())
}

func processText() string { return fmt.Sprintf(processMembers, markIP, markUser, markID) }

// policyBody is the same event as OPA's input: the values that the policy reads
// are given, the payload rides along.
func policyBody(tenant string) string {
	return fmt.Sprintf(`{"input":{"tenant_id":%q,"event_type":"auth","fail_count":9,"event":%s}}`, tenant, eventText())
}

// newTemplate makes a request with one event.
func newTemplate(address, path, key, body string) *template {
	auth := ""
	if key != "" {
		auth = "X-API-Key: " + key + "\r\n"
	}
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
		path, address, auth, len(body))
	return &template{bytes: []byte(head + body), body: len(body)}
}

// places finds every occurrence of a mark.
func places(text, mark string) []int {
	var out []int
	for from := 0; ; {
		i := strings.Index(text[from:], mark)
		if i < 0 {
			return out
		}
		out = append(out, from+i)
		from += i + len(mark)
	}
}

// writer makes new events out of one text by writing a few digits in place: the
// load generator shares the machine and should cost little.
type writer struct {
	buf            []byte
	ids, ips, user []int
	fails          []int
	rand           *rand.Rand
}

func newWriter(text []byte, seed uint64) *writer {
	s := string(text)
	w := &writer{
		buf: []byte(s), ids: places(s, markID), ips: places(s, markIP), user: places(s, markUser),
		rand: rand.New(rand.NewPCG(seed, 7)),
	}
	for _, m := range []string{`"failed_auths":` + markFail, `"fail_count":` + markFail} {
		for _, at := range places(s, m) {
			w.fails = append(w.fails, at+len(m)-1)
		}
	}
	return w
}

// next gives the request with event number id.
func (w *writer) next(id uint64) []byte {
	for _, at := range w.ids {
		digits(w.buf[at:at+idWidth], id)
	}
	r := w.rand.Uint64()
	host, user, fail := r%10_000, r>>16%1000, byte('1')
	if r>>32%10 == 0 {
		fail = '7'
	}
	for _, at := range w.ips {
		digits(w.buf[at:at+3], 100+host%100)
		digits(w.buf[at+4:at+7], 100+host/100)
	}
	for _, at := range w.user {
		digits(w.buf[at:at+4], 1000+user)
	}
	for _, at := range w.fails {
		w.buf[at] = fail
	}
	return w.buf
}

func digits(to []byte, n uint64) {
	for i := len(to) - 1; i >= 0; i-- {
		to[i] = byte('0' + n%10)
		n /= 10
	}
}
