package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
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
	got, err := settingsDocument(map[string]string{"persona": "guardian", "rates.read.burst": "5", "rates.read.per_second": "", "ring": ""},
		map[string]any{"ring": "CUI", "rates": map[string]any{"read": map[string]any{"per_second": number("500")}}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(`{"persona":"guardian","rates":{"read":{"burst":5,"per_second":0}},"ring":""}`, string(got)); d != "" {
		t.Error(d)
	}
	for _, bad := range []map[string]string{{"a": "1", "a.b": "2"}, {"": "1"}, {"a.": "1"}} {
		if doc, err := settingsDocument(bad, nil); err == nil {
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

// A flag's value is no command, and an argument none either.
func TestBashCompletesAfterValues(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash to complete with")
	}
	_, script, _ := call(t, answer(``), "completion", "bash")
	for line, want := range map[string]string{
		"frostgate dec":                               "decisions",
		"frostgate --url http://x dec":                "decisions",
		"frostgate --url = http://x decisions re":     "receipt",
		"frostgate -o json decisions get x-1 --cur":   "",
		"frostgate -o js":                             "json",
		"frostgate --output = c":                      "csv",
		"frostgate decisions list --level high --sev": "--severity",
		"frostgate health --detailed --key-f":         "--key-file",
	} {
		words := strings.Fields(line)
		run := fmt.Sprintf("%s\nCOMP_WORDS=(%s); COMP_CWORD=%d; _frostgate; printf '%%s' \"${COMPREPLY[*]}\"", script, strings.Join(words, " "), len(words)-1)
		cmd := exec.CommandContext(t.Context(), bash, "--norc", "-c", run)
		cmd.Dir = t.TempDir()
		if out, err := cmd.CombinedOutput(); err != nil || string(out) != want {
			t.Errorf("%s: %q, want %q (%v)", line, out, want, err)
		}
	}
}

func TestTimesAreDatesOrRFC3339(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"2026-11-21": "2026-11-21T00:00:00Z", "2026-11-21T08:30:00+01:00": "2026-11-21T07:30:00Z", "2026-11-21 08:30": "2026-11-21T08:30:00Z",
	} {
		var got string
		code, _, errOut := call(t, func(w http.ResponseWriter, r *http.Request) {
			got = r.URL.Query().Get("from")
			fmt.Fprint(w, `{"items":[]}`)
		}, "decisions", "list", "--from", given)
		if code != exitOK || got != want {
			t.Errorf("%s: asked for %q, exit code %d: %s", given, got, code, errOut)
		}
	}
	if code, _, errOut := call(t, answer(``), "decisions", "list", "--from", "yesterday"); code != exitUsage || !strings.Contains(errOut, "RFC 3339") {
		t.Errorf("%d %s", code, errOut)
	}
}

func TestSettingGoesBackToItsDefault(t *testing.T) {
	t.Parallel()
	var sent string
	code, _, errOut := call(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			b, _ := io.ReadAll(r.Body)
			sent = string(b)
		}
		fmt.Fprint(w, `{"id":"t","settings":{"persona":"guardian","retention_days":9}}`)
	}, "tenants", "settings", "t", "--set", "persona=", "--set", "retention_days=")
	if want := `{"settings":{"persona":"","retention_days":0}}`; code != exitOK || sent != want {
		t.Errorf("%d %s: %s", code, sent, errOut)
	}
}

func TestDeadKeysGetNoHintThatNeedsOne(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"key_expired", "key_revoked"} {
		_, _, errOut := call(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(401)
			fmt.Fprintf(w, `{"status":401,"code":%q,"detail":"D"}`, code)
		}, "decisions", "list")
		if strings.Contains(errOut, "whoami") || !strings.Contains(errOut, "keys create") {
			t.Errorf("%s: %s", code, errOut)
		}
	}
}

func TestRefusedWithoutAKey(t *testing.T) {
	refused := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"status":401,"code":"unauthenticated","detail":"D"}`)
	}
	s := httptest.NewServer(http.HandlerFunc(refused))
	t.Cleanup(s.Close)
	t.Chdir(t.TempDir()) // no data folder is near
	t.Setenv("FROSTGATE_API_KEY", "")
	var stdout, stderr bytes.Buffer
	p := &program{ctx: t.Context(), in: strings.NewReader(""), out: &stdout, err: &stderr}
	if code := p.run([]string{"--url", s.URL, "decisions", "list"}); code != exitDenied || !strings.HasPrefix(stderr.String(), "frostgate: no API key: ") {
		t.Errorf("%d %s", code, stderr.String())
	}
	if _, _, errs := call(t, refused, "decisions", "list"); strings.Contains(errs, "no API key") || strings.Contains(errs, "whoami") {
		t.Errorf("with a key: %s", errs)
	}
	for code, hint := range map[string]bool{"forbidden": true, "module_revoked": false, "signature_invalid": false} {
		_, _, errs := call(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, `{"status":403,"code":%q,"detail":"D"}`, code)
		}, "decisions", "list")
		if strings.Contains(errs, "whoami") != hint {
			t.Errorf("%s: %s", code, errs)
		}
	}
}
