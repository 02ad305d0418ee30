package connector

import (
	"strings"
	"testing"
)

func TestJSONLogMapping(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ line, want string }{
		"okta": {
			`{"eventType":"user.session.start","uuid":"u-1","published":"2026-03-04T05:06:07.123Z","actor":{"alternateId":"ines@example.com"},"client":{"ipAddress":"192.0.2.7"},"outcome":{"result":"FAILURE","reason":"INVALID_CREDENTIALS"}}`,
			"Source=okta EventType=auth ID=u-1 Timestamp=2026-03-04T05:06:07.123Z user=ines@example.com src_ip=192.0.2.7 action=user.session.start result=failure failed_auths=1",
		},
		"kubernetes": {
			`{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a-1","stage":"ResponseComplete","verb":"create","user":{"username":"dev"},"sourceIPs":["192.0.2.8","10.0.0.1"],"objectRef":{"resource":"pods"},"responseStatus":{"code":403},"requestReceivedTimestamp":"2026-03-04T05:06:07.000001Z"}`,
			"Source=kubernetes.audit EventType=kubernetes.audit ID=a-1 user_name=dev src_ip=192.0.2.8 action=create_pods outcome=failure",
		},
		"github": {
			`{"action":"repo.access","actor":"ines","org":"example","created_at":1772600767123,"_document_id":"d1"}`,
			"Source=github EventType=github ID=d1 Timestamp=2026-03-04T05:06:07.123Z user=ines failed_auths=",
		},
		"azure sign-in": {
			`{"time":"2026-03-04T05:06:07Z","operationName":"Sign-in activity","category":"SignInLogs","resultType":"50126","callerIpAddress":"192.0.2.9","properties":{"userPrincipalName":"ines@example.com","id":"x"}}`,
			"Source=azure EventType=auth user=ines@example.com src_ip=192.0.2.9 outcome=failure failed_auths=1",
		},
		"microsoft 365": {
			`{"CreationTime":"2026-03-04T05:06:07","Id":"m1","Operation":"UserLoginFailed","Workload":"AzureActiveDirectory","ResultStatus":"Success","UserId":"ines@example.com","ClientIP":"192.0.2.10"}`,
			"Source=microsoft365 EventType=auth ID=m1 outcome=failure failed_auths=1 src_ip=192.0.2.10",
		},
		"ai agent": {
			`{"time":"2026-03-04T05:06:07Z","gen_ai":{"operation":{"name":"execute_tool"}},"ai_agent":{"event":"tool_call"}}`,
			"Source=ai.agent EventType=ai.agent action=tool_call",
		},
		"unknown": {`{"timestamp":"2026-03-04T05:06:07+01:00","msg":"x"}`, "Source=json EventType=json Timestamp=2026-03-04T04:06:07Z action= outcome= user="},
	} {
		recs, bad := lines(t, JSONLog, c.line)
		if len(recs) != 1 {
			t.Errorf("%s: %v", name, bad)
			continue
		}
		r := recs[0]
		if !strings.HasPrefix(string(r.Payload), c.line[:len(c.line)-1]) {
			t.Errorf("%s: the original bytes changed: %s", name, r.Payload)
		}
		for _, w := range strings.Fields(c.want) {
			key, want, _ := strings.Cut(w, "=")
			got := map[string]string{"Source": r.Source, "EventType": r.EventType, "ID": r.SourceEventID, "Timestamp": r.Timestamp}[key]
			if got == "" {
				got = strings.ReplaceAll(field(t, r.Payload, key), " ", "_")
			}
			if got != want {
				t.Errorf("%s: %s is %q, want %q", name, key, got, want)
			}
		}
	}
}

func TestJSONLogWantsATime(t *testing.T) {
	t.Parallel()
	recs, bad := lines(t, JSONLog, `{"action":"x","actor":"y"}`)
	if len(recs) != 0 || len(bad) != 1 || !strings.Contains(bad[0].Reason, "no time") {
		t.Fatalf("%v, %v", recs, bad)
	}
}

func FuzzJSONLog(f *testing.F) {
	fuzz(f, JSONLog, `{"time":"2026-03-04T05:06:07Z","user":{"name":1},"sourceIPs":[[]]}`, `{"created_at":99999999999999999,"a":{}}`, `{"published":"2026-03-04T05:06:07Z","verb":"get","objectRef":[{"resource":"x"}]}`)
}
