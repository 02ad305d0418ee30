package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/app"
)

// proven is a saved decision of a real server in each form in which it is given out.
type proven struct {
	dir                                string
	answer, decision, opened, snapshot string // files
}

func (s *proven) save(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(s.dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// realServer starts a server of its own on a new data folder.
func realServer(t *testing.T) (srv *app.Server, dataDir, key string) {
	t.Helper()
	cfg := app.DefaultConfig()
	cfg.DataDir, cfg.Listen = filepath.Join(t.TempDir(), "state"), "127.0.0.1:0"
	srv, err := app.Start(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	boot, err := app.ReadBootstrap(cfg.DataDir)
	if err != nil {
		t.Fatal(err)
	}
	return srv, cfg.DataDir, boot.AdminKey
}

func newProven(t *testing.T) *proven {
	t.Helper()
	srv, _, key := realServer(t)
	ask := func(method, path, body string) string {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-API-Key", key)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v %s", path, res.StatusCode, err, text)
		}
		return string(text)
	}
	s := &proven{dir: t.TempDir()}
	event := func(n int) string {
		return fmt.Sprintf(`{"source":"sshd","event_type":"auth","note":"extra","payload":{"src_ip":"203.0.113.7","user":"root","failed_auths":6,"n":%d}}`, n)
	}
	ask("POST", "/api/v1/defend", event(1)) // so that the next one has one before it
	text := ask("POST", "/api/v1/defend", event(2))
	v, err := parseAny([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	id, eventID := v.(map[string]any)["decision_id"].(string), v.(map[string]any)["event_id"].(string)
	s.answer = s.save(t, "answer.json", text)
	s.decision = s.save(t, "decision.json", ask("GET", "/api/v1/decisions/"+id, ""))
	s.opened = s.save(t, "openings.json", ask("GET", "/api/v1/decisions/"+id+"/receipt", ""))
	s.snapshot = s.save(t, "snapshot.json", ask("GET", "/api/v1/forensics/snapshot/"+eventID, ""))
	return s
}

func verify(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := &program{ctx: t.Context(), in: strings.NewReader(""), out: &stdout, err: &stderr}
	code := p.run(append([]string{"evidence", "verify", "--unpinned"}, args...))
	return code, stdout.String() + stderr.String()
}

func TestVerifySaysWhatIsProven(t *testing.T) {
	t.Parallel()
	s := newProven(t)
	bareText := read(t, s.opened)
	s.save(t, "beside.json", strings.Replace(bareText, "{", `{"verdict":"allow","admin":true,`, 1))
	for name, tc := range map[string]struct {
		args []string
		note bool
		says string
	}{
		"answer":              {[]string{s.answer}, true, "only the receipt is proven"},
		"saved decision":      {[]string{s.decision}, true, "frostgate decisions receipt "},
		"receipt":             {[]string{s.opened}, false, "opening decision"},
		"receipt with a url":  {[]string{s.save(t, "url.json", strings.Replace(bareText, "{", `{"url":"https://evil.example",`, 1))}, true, "be held against: url\n"},
		"answer, opened":      {[]string{s.answer, "--openings", s.opened}, true, "not covered: action_taken"},
		"decision, opened":    {[]string{s.decision, "--openings", s.opened}, true, "its fields are those that the receipt opens"},
		"snapshot":            {[]string{s.snapshot}, true, "its fields are those that the receipt opens"},
		"claims around it":    {[]string{s.save(t, "around.json", strings.Replace(read(t, s.snapshot), "{", `{"threat_level":"none",`, 1))}, true, "event.time, facts, threat_level"},
		"answer, as JSON":     {[]string{"-o", "json", s.answer}, false, "not covered: the receipt opens nothing"},
		"rewritten by others": {[]string{s.save(t, "spaced.json", strings.ReplaceAll(read(t, s.snapshot), `:0.900`, `: 0.9`))}, true, "its fields are those"},
		// What somebody put beside a bare receipt, or into it.
		"beside a receipt": {[]string{filepath.Join(s.dir, "beside.json")}, true, ": admin, verdict\n"},
		"within a receipt": {[]string{s.save(t, "within.json", `{"receipt":`+strings.Replace(bareText, "{", `{"verdict":"allow",`, 1)+`}`)}, true, ": receipt.verdict\n"},
		"beside it, as JSON": {[]string{"-o", "json", filepath.Join(s.dir, "beside.json")}, false, `"not_covered": [
    "admin",
    "verdict"
  ]`},
		"verdict, as JSON": {[]string{"-o", "json", s.opened}, false, `"verdict": "unpinned"`},
	} {
		code, out := verify(t, tc.args...)
		if code != exitOK || !strings.Contains(out, tc.says) || strings.Contains(out, "NOTE") != tc.note {
			t.Errorf("%s: exit code %d\n%s", name, code, out)
		}
	}
	if code, out := verify(t, s.answer, "--openings", s.answer); code != exitUsage {
		t.Errorf("openings of nothing: exit code %d\n%s", code, out)
	}
}

func TestVerifyRefusesAChangedAnswer(t *testing.T) {
	t.Parallel()
	s := newProven(t)
	for _, tc := range []struct{ old, with, at string }{
		{`"threat_level":"high"`, `"threat_level":"none"`, "threat_level"},
		{`"gating":"allow"`, `"gating":"reject"`, "gating"},
		{`"score":`, `"score":1`, "score"},
		{`"anomaly_score":`, `"anomaly_score":1`, "anomaly_score"},
		{`"event_id":"`, `"event_id":"0`, "event_id"},
		{`"decision_id":"`, `"decision_id":"0`, "decision_id"},
		{`"tenant_id":"`, `"tenant_id":"x`, "tenant_id"},
		{`"received_at":"2`, `"received_at":"3`, "received_at"},
		{`"explanation_brief":"`, `"explanation_brief":"\u001b[31m`, "explanation_brief"},
		{`"target":"203.0.113.7"`, `"target":"203.0.113.8"`, "mitigations[0].target"},
		{`"policy":{"allow":true`, `"policy":{"allow":false`, "policy.allow"},
		{`"matched":true`, `"matched":false`, "explain.trace"},
		{`"previous_decision_id":"`, `"previous_decision_id":"0`, "diff.previous_decision_id"},
		{`"mitigations":[`, `"mitigations":[{"action":"isolate_host"},`, "mitigations"},
		{`"score":`, `"score":{"a":1},"points":`, "score"},
	} {
		for _, from := range []string{s.answer, s.snapshot} {
			text := read(t, from)
			if from == s.snapshot { // its event stands first and has names of its own
				at := strings.Index(text, `"decision":{`)
				text = text[:at] + strings.Replace(text[at:], tc.old, tc.with, 1)
			} else {
				text = strings.Replace(text, tc.old, tc.with, 1)
			}
			if text == read(t, from) {
				t.Errorf("%s: nothing was changed by %s", filepath.Base(from), tc.with)
				continue
			}
			args := []string{s.save(t, "changed.json", text)}
			if from == s.answer {
				args = append(args, "--openings", s.opened)
			}
			code, out := verify(t, args...)
			if code != exitFailed || !strings.Contains(out, tc.at+" ") && !strings.Contains(out, tc.at+"[") || !strings.Contains(out, "NOT VERIFIED") || strings.Contains(out, "\x1b[31m") {
				t.Errorf("%s, %s: exit code %d\n%s", filepath.Base(from), tc.at, code, out)
			}
		}
	}
	for _, tc := range []struct{ old, with, at string }{
		{`"user":"root"`, `"user":"nobody"`, "event.payload.user"},
		{`"payload":{`, `"payload":{"admin":true,`, "event.payload.admin"},
		{`"note":"extra"`, `"note":"other"`, "event.extra.note"},
		{`"source":"sshd"`, `"source":"web"`, "event.source"},
	} {
		text := strings.Replace(read(t, s.snapshot), tc.old, tc.with, 1)
		if code, out := verify(t, s.save(t, "changed.json", text)); code != exitFailed || !strings.Contains(out, tc.at) {
			t.Errorf("%s: exit code %d\n%s", tc.at, code, out)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
