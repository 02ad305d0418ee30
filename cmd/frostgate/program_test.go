package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// call runs the command line against a server that answers with fn.
func call(t *testing.T, fn http.HandlerFunc, args ...string) (code int, out, errOut string) {
	t.Helper()
	s := httptest.NewServer(fn)
	t.Cleanup(s.Close)
	var stdout, stderr bytes.Buffer
	p := &program{ctx: t.Context(), in: strings.NewReader(""), out: &stdout, err: &stderr}
	code = p.run(append([]string{"--url", s.URL, "--key", "k"}, args...))
	return code, stdout.String(), stderr.String()
}

func answer(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	refuse := func(status int, code string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"status":%d,"code":%q,"detail":"D"}`, status, code)
		}
	}
	for name, tc := range map[string]struct {
		fn   http.HandlerFunc
		args []string
		want int
	}{
		"ok":            {answer(`{"items":[]}`), []string{"decisions", "list"}, exitOK},
		"not found":     {refuse(404, "not_found"), []string{"decisions", "get", "x-1"}, exitFailed},
		"no key":        {refuse(401, "unauthenticated"), []string{"whoami"}, exitDenied},
		"forbidden":     {refuse(403, "forbidden"), []string{"audit", "list"}, exitDenied},
		"usage":         {answer(`{}`), []string{"decisions"}, exitUsage},
		"not our JSON":  {answer(`<html>`), []string{"whoami"}, exitFailed},
		"unready":       {answer(`{"status":"not_ready","checks":[{"name":"db"}]}`), []string{"health"}, exitFailed},
		"other service": {answer(`{}`), []string{"health"}, exitFailed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if code, _, errOut := call(t, tc.fn, tc.args...); code != tc.want {
				t.Errorf("exit code %d, want %d: %s", code, tc.want, errOut)
			}
		})
	}
}

const twoEntries = `{"items":[
	{"id":"a","kind":"ip","value":"203.0.113.1","reason":"=1+1","created_at":"2026-01-02T03:04:05.000006Z","later":{"x":1}},
	{"id":"b","kind":"user","value":"\u001b[31mroot","reason":"two, words","created_at":"2026-01-02T03:04:05.000006Z"}]}`

func TestTableHidesControlCharacters(t *testing.T) {
	t.Parallel()
	_, out, _ := call(t, answer(twoEntries), "allowlists", "list")
	want := "ID  KIND  VALUE        REASON      CREATED BY  CREATED AT            EXPIRES AT  REMOVED AT\n" +
		"a   ip    203.0.113.1  =1+1                    2026-01-02T03:04:05Z\n" +
		"b   user  ·[31mroot    two, words              2026-01-02T03:04:05Z\n"
	if d := cmp.Diff(want, out); d != "" {
		t.Error(d)
	}
}

func TestCSVIsSafeForSpreadsheets(t *testing.T) {
	t.Parallel()
	_, out, _ := call(t, answer(twoEntries), "-o", "csv", "allowlists", "list")
	if !strings.Contains(out, ",'=1+1,") || !strings.Contains(out, `,"two, words",`) || !strings.HasPrefix(out, "id,kind,value,") {
		t.Error(out)
	}
	for in, want := range map[string]string{"-5": "-5", "+1.5": "+1.5", "-5a": "'-5a", "@x": "'@x", "\tx": "'\tx", "x=1": "x=1", "": ""} {
		if got := csvSafe(in); got != want {
			t.Errorf("%q gives %q", in, got)
		}
	}
}

func TestOutputGoesToAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "list.json")
	code, out, errOut := call(t, answer(twoEntries), "-o", "json", "--out", file, "allowlists", "list")
	if code != exitOK || out != "" {
		t.Fatalf("%d %q %q", code, out, errOut)
	}
	raw, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(raw), `"value": "203.0.113.1"`) {
		t.Errorf("%s %v", raw, err)
	}
}

func TestBootstrapKeyGoesToItsServerOnly(t *testing.T) {
	t.Parallel()
	var got string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("X-API-Key")
		fmt.Fprint(w, `{"principal_id":"p"}`)
	}))
	defer s.Close()
	dir := t.TempDir()
	for url, want := range map[string]string{s.URL: "secret", "http://192.0.2.1:1": ""} {
		boot := fmt.Sprintf(`{"url":%q,"tenant_id":"t","admin_key":"secret"}`, url)
		if err := os.WriteFile(filepath.Join(dir, "bootstrap.json"), []byte(boot), 0o600); err != nil {
			t.Fatal(err)
		}
		got = "none"
		p := &program{ctx: t.Context(), out: &bytes.Buffer{}, err: &bytes.Buffer{}}
		if code := p.run([]string{"--url", s.URL, "--data-dir", dir, "whoami"}); code != exitOK || got != want {
			t.Errorf("a key of %s: sent %q, exit code %d", url, got, code)
		}
	}
}

func TestSettingsDocument(t *testing.T) {
	t.Parallel()
	got, err := settingsDocument(map[string]string{"persona": "guardian", "rates.read.burst": "5", "rates.read.per_second": "", "ring": "7up"})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(`{"persona":"guardian","rates":{"read":{"burst":5,"per_second":null}},"ring":"7up"}`, string(got)); d != "" {
		t.Error(d)
	}
	for _, bad := range []map[string]string{{"a": "1", "a.b": "2"}, {"": "1"}, {"a.": "1"}} {
		if doc, err := settingsDocument(bad); err == nil {
			t.Errorf("%v gives %s", bad, doc)
		}
	}
}

func TestRowsFitTheTerminal(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	rows := [][]string{{"ID", "TEXT"}, {"1", strings.Repeat("long ", 40)}}
	if err := writeAligned(&b, rows, 50); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 50 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	for _, line := range wrap(strings.Repeat("word ", 40), 30) {
		if len(line) > 30 {
			t.Errorf("%q", line)
		}
	}
}

func TestCompletionNamesEveryCommand(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish"} {
		code, out, _ := call(t, answer(``), "completion", shell)
		if code != exitOK || !strings.Contains(out, "enforcements") || !strings.Contains(out, "allow-rejects") {
			t.Errorf("%s: %d %s", shell, code, out)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for s, want := range map[int64]string{3600: "1 hour", 7200: "2 hours", 86400: "1 day", 90: "90 seconds", 0: "0s"} {
		if got := span(s); got != want {
			t.Errorf("%d: %q", s, got)
		}
	}
}
