package connector

import (
	"strconv"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/jsondoc"
)

// jsonLog reads audit logs that other systems write as JSON lines: the object is
// the payload as it is, so that detections see what the system wrote, and the
// usual names are added. Where the same thing stands in another place in each
// product, the first place that holds a text counts.
type jsonLog struct {
	doc  jsondoc.Doc
	lim  jsondoc.Limits
	zone *time.Location
	ids  lineIDs
	buf  []byte
}

func newJSONLog(opt Options) (LineParser, error) {
	return &jsonLog{lim: opt.embedded(), zone: opt.Zone}, nil
}

// jsonOrigin recognises a product by members that its events have.
type jsonOrigin struct {
	source string
	has    []string
}

// jsonOrigins are tried in order.
func jsonOrigins() []jsonOrigin {
	return []jsonOrigin{
		{"okta", []string{"eventType", "actor", "outcome"}},
		{"okta", []string{"eventtype", "actor", "outcome"}},
		{"kubernetes.audit", []string{"verb", "objectRef"}},
		{"kubernetes.audit", []string{"auditID", "stage"}},
		{"microsoft365", []string{"Operation", "Workload"}},
		{"microsoft365", []string{"Operation", "RecordType"}},
		{"azure", []string{"operationName", "category"}},
		{"gcp.audit", []string{"protoPayload"}},
		{"google.workspace", []string{"kind", "actor", "ipAddress"}},
		{"ai.agent", []string{"gen_ai"}},
		{"ai.agent", []string{"gen_ai.operation.name"}},
		{"ai.agent", []string{"ai_agent"}},
		{"ai.agent", []string{"ai_agent.event"}},
		{"ocsf", []string{"class_uid"}},
		{"ecs", []string{"@timestamp", "event"}},
		{"slack", []string{"action", "actor", "entity"}},
		{"github", []string{"action", "actor"}},
	}
}

// Where the usual things stand, as paths; a list gives its first element.
func jsonTimes() []string {
	return []string{
		"published", "@timestamp", "requestReceivedTimestamp", "stageTimestamp", "CreationTime", "time", "timestamp", "eventTime", "created_at",
		"id.time", "date_create", "date", "receiveTimestamp", "p_event_time",
	}
}

func jsonAddresses() []string {
	return []string{
		"src_ip", "client.ipAddress", "sourceIPs", "callerIpAddress", "ActorIpAddress", "ClientIP", "actor_ip", "ipAddress", "properties.ipAddress",
		"protoPayload.requestMetadata.callerIp", "source.ip", "src_endpoint.ip", "client.ip", "context.ip_address", "ipaddr", "data.ip", "remote_ip",
	}
}

func jsonUsers() []string {
	return []string{
		"actor.alternateId", "user.username", "user.name", "UserId", "properties.userPrincipalName", "properties.initiatedBy.user.userPrincipalName",
		"userPrincipalName", "identity.claims.name", "protoPayload.authenticationInfo.principalEmail", "actor.email", "actor.user.email", "actor.user.name",
		"actor", "actor_user_name", "user_name", "user",
	}
}

func jsonActions() []string {
	return []string{
		"eventType", "eventtype", "operationName", "Operation", "protoPayload.methodName", "ai_agent.event", "event.action", "action", "activity_name", "name",
		"gen_ai.operation.name",
	}
}

func jsonOutcomes() []string {
	return []string{"outcome.result", "event.outcome", "ResultStatus", "resultType", "properties.result", "status", "responseStatus.code", "protoPayload.status.code"}
}

func jsonIDs() []string {
	return []string{"uuid", "auditID", "Id", "insertId", "insertid", "_document_id", "event.id", "metadata.uid", "id.uniqueQualifier", "log_id", "id"}
}

// ParseLine maps one event.
func (p *jsonLog) ParseLine(line []byte, number int64) (Record, error) {
	root, err := parseObject(&p.doc, line, p.lim, number)
	if err != nil {
		return Record{}, err
	}
	at, ok := p.time(root)
	if !ok {
		return Record{}, reject(number, "no time: none of %s holds one", strings.Join(jsonTimes(), ", "))
	}
	rec := Record{Source: "json", Timestamp: at, Line: number}
	for _, o := range jsonOrigins() {
		if hasAll(root, o.has) {
			rec.Source = o.source
			break
		}
	}
	rec.EventType = rec.Source
	action, result := jsonAction(root), jsonOutcome(root)
	if action == "UserLoginFailed" || action == "login_failure" {
		result = failure // Microsoft 365 says ResultStatus Success of them
	}
	add := added{root: root, buf: p.buf[:0]}
	for _, path := range jsonAddresses() {
		if ip := address(textAt(root, path)); ip != "" {
			add.text("src_ip", ip)
			break
		}
	}
	add.text(freeName(root, "user", "user_name"), firstAt(root, jsonUsers()))
	add.text(freeName(root, "host", "host_name"), firstAt(root, []string{"host.name", "hostname", "device.hostname"}))
	add.text("action", action)
	if isSignIn(root, action) {
		rec.EventType = typeAuth
		if result == failure {
			add.number("failed_auths", 1)
		}
	}
	add.text(freeName(root, "outcome", "result"), result)
	p.buf = add.buf
	if rec.SourceEventID = firstAt(root, jsonIDs()); rec.SourceEventID == "" || len(rec.SourceEventID) > maxID {
		rec.SourceEventID = p.ids.id(line, at)
	}
	rec.Payload = add.onto(line)
	return rec, nil
}

// time reads the first member that holds a time: text, or milliseconds or seconds
// since 1970 as GitHub and OCSF write it.
func (p *jsonLog) time(root jsondoc.Value) (string, bool) {
	for _, path := range jsonTimes() {
		text := textAt(root, path)
		if at, ok := utcText(text, p.zone); ok {
			return at, true
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			continue
		}
		t := time.UnixMilli(n)
		if len(text) <= 10 {
			t = time.Unix(n, 0)
		}
		if n > 0 && writable(t.UTC()) {
			return t.UTC().Format("2006-01-02T15:04:05.000Z"), true
		}
	}
	return "", false
}

func jsonAction(root jsondoc.Value) string {
	if verb := textAt(root, "verb"); verb != "" {
		return strings.TrimSpace(verb + " " + textAt(root, "objectRef.resource"))
	}
	return firstAt(root, jsonActions())
}

// jsonOutcome reads a result in any of the words and codes in use; empty where
// there is none.
func jsonOutcome(root jsondoc.Value) string {
	for _, path := range jsonOutcomes() {
		text := strings.ToLower(textAt(root, path))
		if n, err := strconv.Atoi(text); err == nil {
			// HTTP statuses of Kubernetes; 0 is success for Microsoft and Google.
			return outcome(n != 0 && (n < 100 || n >= 400))
		}
		switch text {
		case "success", "succeeded", "allow", "true", "partiallysucceeded":
			return success
		case "failure", "failed", "fail", "deny", "denied", "false", "error":
			return failure
		}
	}
	return ""
}

// isSignIn recognises people's logins.
func isSignIn(root jsondoc.Value, action string) bool {
	switch action {
	case "user.session.start", "user.authentication.auth_via_mfa", "UserLoggedIn", "UserLoginFailed", "Sign-in activity", "login_success", "login_failure":
		return true
	}
	return strings.Contains(textAt(root, "category"), "SignInLogs")
}

func hasAll(root jsondoc.Value, names []string) bool {
	for _, n := range names {
		if !root.Get(n).Exists() {
			return false
		}
	}
	return true
}

// freeName is the first of two names that the object does not have: some products
// have an object where others have a text.
func freeName(root jsondoc.Value, name, other string) string {
	if root.Get(name).Exists() {
		return other
	}
	return name
}

func firstAt(root jsondoc.Value, paths []string) string {
	for _, path := range paths {
		if s := textAt(root, path); s != "" && s != "-" {
			return s
		}
	}
	return ""
}

// textAt follows a dotted path; lists stand for their first element. A member
// with the dotted name itself counts too.
func textAt(root jsondoc.Value, path string) string {
	if s := scalar(root.Get(path)); s != "" {
		return s
	}
	v := root
	for part := range strings.SplitSeq(path, ".") {
		v = first(v.Get(part))
	}
	return scalar(v)
}

func first(v jsondoc.Value) jsondoc.Value {
	if v.Kind() == jsondoc.Array {
		for e := range v.Elements() {
			return e
		}
	}
	return v
}
