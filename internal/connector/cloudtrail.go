package connector

import (
	"bytes"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/jsondoc"
)

// trail maps CloudTrail records (AWS CloudTrail record contents, eventVersion
// 1.x; minor versions add members only).
//
// event_type is "auth" for ConsoleLogin and "cloudtrail" for everything else: the
// API call stands in `action` as "service:Operation", the spelling of IAM
// policies. A failed ConsoleLogin has failed_auths 1.
type trail struct {
	doc jsondoc.Doc
	lim jsondoc.Limits
	ids lineIDs
	buf []byte
}

func newTrailLines(opt Options) (LineParser, error) { return newTrail(opt), nil }

func newTrail(opt Options) *trail {
	return &trail{lim: opt.embedded()}
}

// ParseLine maps one record that stands on a line of its own.
func (p *trail) ParseLine(line []byte, number int64) (Record, error) {
	root, err := parseObject(&p.doc, line, p.lim, number)
	if err != nil {
		return Record{}, err
	}
	name, service := firstText(root, "eventName"), firstText(root, "eventSource")
	if name == "" || service == "" {
		return Record{}, reject(number, "no CloudTrail record: eventName or eventSource is missing")
	}
	timestamp, ok := trailTime(root)
	if !ok {
		return Record{}, reject(number, "eventTime is missing or no time")
	}
	add := added{root: root, buf: p.buf[:0]}
	failed := trailFailed(root)
	add.text("src_ip", address(firstText(root, "sourceIPAddress")))
	add.text("user", trailUser(root.Get("userIdentity")))
	add.text("action", strings.TrimSuffix(service, ".amazonaws.com")+":"+name)
	add.text("outcome", outcome(failed))
	eventType := "cloudtrail"
	if name == "ConsoleLogin" {
		eventType = "auth"
		if failed {
			add.number("failed_auths", 1)
		}
	}
	p.buf = add.buf
	id := firstText(root, "eventID")
	if id == "" || len(id) > maxID {
		id = p.ids.id(line, timestamp)
	}
	return Record{
		Source: "aws.cloudtrail", Timestamp: timestamp, EventType: eventType,
		SourceEventID: id, Payload: add.onto(line), Line: number,
	}, nil
}

// trailTime reads eventTime, or @timestamp where a log shipper moved it there.
func trailTime(root jsondoc.Value) (string, bool) {
	return utcText(firstText(root, "eventTime", "@timestamp"), time.UTC)
}

// trailUser names who acted: the user or role, the root account, or the service.
func trailUser(id jsondoc.Value) string {
	if s := firstText(id, "userName"); s != "" {
		return s
	}
	if s := firstText(id.Path("sessionContext", "sessionIssuer"), "userName"); s != "" {
		return s
	}
	if firstText(id, "type") == "Root" {
		return "root"
	}
	arn := firstText(id, "arn")
	if i := strings.LastIndexByte(arn, '/'); i >= 0 {
		return arn[i+1:]
	}
	return firstText(id, "invokedBy", "principalId")
}

// trailFailed reports an error of the call, or the answer "Failure" that sign-in
// events give under their own name.
func trailFailed(root jsondoc.Value) bool {
	if firstText(root, "errorCode", "errorMessage") != "" {
		return true
	}
	return firstText(root.Get("responseElements"), "ConsoleLogin", "CheckMfa") == "Failure"
}

func outcome(failed bool) string {
	if failed {
		return failure
	}
	return success
}

// oneLine replaces line breaks between the tokens of valid JSON by blanks; valid
// strings have none inside.
func oneLine(object []byte) []byte {
	if bytes.IndexByte(object, '\n') < 0 && bytes.IndexByte(object, '\r') < 0 {
		return object
	}
	object = bytes.Clone(object)
	for i, c := range object {
		if c == '\n' || c == '\r' {
			object[i] = ' '
		}
	}
	return object
}
