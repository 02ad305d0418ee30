package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// namesIn lists the files of a tar.
func namesIn(t *testing.T, archive []byte) []string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
	}
}

func TestAFolderIsPackedAndSent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string]string{"b.yml": "title: b", "sub/a.yaml": "title: a", "notes.md": "x"})
	var query string
	var names []string
	code, out, errOut := call(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		query, names = r.URL.RequestURI(), namesIn(t, body)
		_, _ = io.WriteString(w, `{"loaded":2,"skipped":{"deprecated":3},"refused":[{"file":"b.yml","line":4,"reason":"no such modifier"}],"refused_total":1,"unserved":1,`+
			`"document":{"name":"own"},"ruleset":{"hash":"abc"},"active":true,"generation":7}`)
	}, "rules", "import", dir, "--name", "own")
	if code != exitOK || query != "/api/v1/rules/import?activate=true&name=own" || !slices.Equal(names, []string{"b.yml", "sub/a.yaml"}) {
		t.Fatalf("code %d, asked %s with %v: %s", code, query, names, errOut)
	}
	for _, want := range []string{"2 rules loaded as own", "3 deprecated", "reaches 1 of them", "b.yml:4: no such modifier", "Ruleset abc decides from the next event on (generation 7)"} {
		if !strings.Contains(out, want) {
			t.Errorf("output has no %q:\n%s", want, out)
		}
	}
	one, err := packRules(filepath.Join(dir, "b.yml"))
	if err != nil || !slices.Equal(namesIn(t, one), []string{"b.yml"}) {
		t.Errorf("one file: %v", err)
	}
	if again, err := packRules(filepath.Join(dir, "b.yml")); err != nil || !bytes.Equal(one, again) {
		t.Errorf("packing twice gives two archives: %v", err)
	}
	if _, err := packRules(t.TempDir()); err == nil {
		t.Error("an empty folder was packed")
	}
	tar := filepath.Join(dir, "x.tar.gz")
	write(t, dir, map[string]string{"x.tar.gz": "as it is"})
	if got, err := packRules(tar); err != nil || string(got) != "as it is" {
		t.Errorf("an archive is sent as %q, %v", got, err)
	}
}

func TestFiltersAreWrittenAsFieldsAndValues(t *testing.T) {
	t.Parallel()
	var body string
	fn := func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body = string(b)
		_, _ = io.WriteString(w, `{"id":"f-1","title":"t"}`)
	}
	code, out, errOut := call(t, fn, "rules", "filter", "add", "Backups", "--rule", "r-1", "--not", `Image|endswith=\backup.exe`, "--not", "User=a=b,c", "--not", "User=d",
		"--until", "2026-11-21", "--reason", "nightly")
	want := `{"title":"Backups","rules":["r-1"],"not":{"Image|endswith":["\\backup.exe"],"User":["a=b,c","d"]},"expires":"2026-11-21T00:00:00Z","reason":"nightly"}`
	if code != exitOK || body != want || !strings.Contains(out, "f-1") {
		t.Errorf("code %d, sent %s, want %s: %s", code, body, want, errOut)
	}
	if code, _, _ := call(t, fn, "rules", "filter", "add", "T", "--not", "a=b", "--reason", "r"); code != exitUsage {
		t.Errorf("a filter for no rule: exit code %d", code)
	}
	if code, _, _ := call(t, fn, "rules", "import"); code != exitUsage {
		t.Errorf("an import of nothing: exit code %d", code)
	}
	if code, out, errOut := call(t, answer(`{"loaded":200,"document":{"name":"builtin"},"ruleset":{"hash":"abc"},"active":true,"generation":3}`), "rules", "import", "--builtin"); code != exitOK ||
		!strings.Contains(out, "200 rules loaded as builtin") {
		t.Errorf("built-in rules: exit code %d, %s%s", code, out, errOut)
	}
	if code, _, _ := call(t, fn, "rules", "filter", "add", "T", "--all", "--not", "nothing", "--reason", "r"); code != exitUsage {
		t.Errorf("a search without a value: exit code %d", code)
	}
	for _, args := range [][]string{{"rules", "tune", "x"}, {"rules", "tune", "x", "--reset", "--disable"}} {
		if code, _, _ := call(t, fn, args...); code != exitUsage {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
	if code, _, errOut := call(t, fn, "rules", "tune", "x", "--disable", "--reason", "loud"); code != exitOK || body != `{"enabled":false,"reason":"loud"}` {
		t.Errorf("tune: code %d, sent %s: %s", code, body, errOut)
	}
}

func TestARuleIsShownForReading(t *testing.T) {
	t.Parallel()
	code, out, errOut := call(t, answer(`{"id":"sigma:1","title":"Evil","level":"low","own_level":"high","enabled":true,"served":false,"source":"acme","file":"a.yml","line":3,
		"author":"Anna","techniques":["T1059"],"tuning":{"enabled":true,"level":"low","cap":"5/1h"},"text":"title: Evil\r\nx: \u001b[31m\n",
		"filters":[{"id":"f-1","title":"ours","expired":true,"expires":"2026-03-01T00:00:00Z"}],"counts":{"since":"2026-03-01T00:00:00Z","hits":4,"suppressed":1}}`), "rules", "show", "1")
	for _, want := range []string{"Evil  low", "Anna", "T1059", "acme, a.yml line 3", "level low instead of high", "at most 5/1h", "no known kind", "4 since", "f-1 expired", "title: Evil\nx: ·[31m\n"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s%s", want, out, errOut)
		}
	}
}

func TestExplainAsksTheServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string]string{"e.json": `{"cmd":"evil"}`})
	fn := answer(`{"pipeline":"explicit","rules_in_force":9,"matches":[{"id":"sigma:1","title":"Evil","level":"high","points":0,"suppressed":"tuned:f-1","techniques":["T1059"],
		"author":"Anna","false_positives":["drills"],"fields":[{"field":"cmd","path":"cmd","value":"evil","test":"contains evil"}]},{"id":"sigma:2","title":"Other","level":"low"}]}`)
	code, out, errOut := call(t, fn, "rules", "explain", filepath.Join(dir, "e.json"))
	for _, want := range []string{"2 of 9 rules match", "Evil  high", "filter f-1 holds", "cmd = evil: contains evil", "T1059", "Anna", "drills"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s%s", want, out, errOut)
		}
	}
	if _, out, _ = call(t, fn, "rules", "explain", filepath.Join(dir, "e.json"), "--rule", "2"); strings.Contains(out, "Evil") || !strings.Contains(out, "Other") {
		t.Errorf("one rule:\n%s", out)
	}
	if _, out, _ = call(t, answer(`{"pipeline":""}`), "rules", "explain", filepath.Join(dir, "e.json")); !strings.Contains(out, "no known kind") {
		t.Errorf("unknown event:\n%s", out)
	}
}
