package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/testdata"
)

// TestMain builds the binary once. http and field run in the test's own
// binary, as commands of the scripts.
func TestMain(m *testing.M) {
	testscript.Main(builder{m}, map[string]func(){
		"http":  func() { exit(httpMain(os.Args[1:])) },
		"field": func() { exit(fieldMain(os.Args[1:])) },
	})
}

// builder builds the binary before the tests run, and only then: the scripts'
// commands start this test binary again.
type builder struct{ m *testing.M }

// Run builds and runs the tests.
func (b builder) Run() int {
	dir, err := os.MkdirTemp("", "frostgate-e2e-")
	if err == nil {
		defer os.RemoveAll(dir)
		build := exec.Command("go", "build", "-ldflags", "-X main.version=e2e", "-o", filepath.Join(dir, "frostgate"), "frostgate.io/frostgate/cmd/frostgate")
		build.Stderr = os.Stderr
		err = build.Run()
	}
	if err == nil {
		err = os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	return b.m.Run()
}

func TestFlows(t *testing.T) {
	t.Parallel()
	flows(t, "testdata", nil)
}

// TestRealData runs the flows that read real events.
func TestRealData(t *testing.T) {
	t.Parallel()
	flows(t, filepath.Join("testdata", "real"), []string{"EVENTS=" + filepath.Join(testdata.Dir(t), "events")})
}

// flows runs each script on SQLite and again on PostgreSQL: nothing in a script
// says which, the server reads it from the environment.
func flows(t *testing.T, dir string, vars []string) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no flows in %s: %v", dir, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run("sqlite/"+name, func(t *testing.T) {
			t.Parallel()
			flow(t, file, vars)
		})
		if name == "config" || name == "demo" || name == "detections" || name == "driftdiff" {
			continue // they have no server, or one with a store of its own
		}
		t.Run("postgres/"+name, func(t *testing.T) {
			t.Parallel()
			flow(t, file, append([]string{"FROSTGATE_DATABASE=" + dbtest.PostgresURL(t)}, vars...))
		})
	}
}

func flow(t *testing.T, file string, vars []string) {
	script, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Files:               []string{file},
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "1")
			env.Setenv("FROSTGATE_TESTDATA", "")
			for _, kv := range vars {
				k, v, _ := strings.Cut(kv, "=")
				env.Setenv(k, v)
			}
			env.Values[serversOf{}] = &servers{env: slices.Clone(env.Vars), named: settingsIn(script), byName: map[string]*server{}}
			return nil
		},
		Cmds:      commands(),
		Condition: condition,
	})
}

func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"serve": serve, "shutdown": shutdown, "code": code, "isolated": isolated, "mode": mode, "envfield": envField, "tamper": tamper,
	}
}

// code runs a command and compares its exit code.
//
//	code N COMMAND ARGS...
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND ARGS...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	var exited *exec.ExitError
	if errors.As(err, &exited) {
		got = exited.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// mode compares a file's permissions.
//
//	mode 0600 FILE
func mode(ts *testscript.TestScript, neg bool, args []string) {
	st, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%#o", st.Mode().Perm()); got != args[0] {
		ts.Fatalf("mode of %s is %s", args[1], got)
	}
}

// envField sets a variable to a member of a JSON file.
//
//	envfield NAME FILE PATH
func envField(ts *testscript.TestScript, neg bool, args []string) {
	v, err := field([]byte(ts.ReadFile(args[1])), args[2])
	ts.Check(err)
	ts.Setenv(args[0], v)
}

// tamper replaces text in a file; the text must be there.
//
//	tamper FILE OLD NEW
func tamper(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o600))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// httpMain is a small curl: http METHOD PATH [BODY|@FILE]. It prints the body on
// standard output, status and headers on standard error, and fails at 400.
func httpMain(args []string) error {
	if len(args) < 2 {
		return errors.New("usage: http METHOD PATH [BODY|@FILE]")
	}
	var body io.Reader
	if len(args) > 2 {
		text := []byte(args[2])
		if name, isFile := strings.CutPrefix(args[2], "@"); isFile {
			var err error
			if text, err = os.ReadFile(name); err != nil {
				return err
			}
		}
		body = bytes.NewReader(text)
	}
	rq, err := http.NewRequest(args[0], os.Getenv("URL")+args[1], body)
	if err != nil {
		return err
	}
	if key := os.Getenv("KEY"); key != "" {
		rq.Header.Set("X-API-Key", key)
	}
	if body != nil {
		rq.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(rq)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	fmt.Fprintln(os.Stderr, res.Status)
	if err := res.Header.Write(os.Stderr); err != nil {
		return err
	}
	if _, err := io.Copy(os.Stdout, res.Body); err != nil {
		return err
	}
	if res.StatusCode >= 400 {
		return errors.New("refused")
	}
	return nil
}

// fieldMain prints a member of a JSON file: field FILE PATH.
func fieldMain(args []string) error {
	raw, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	v, err := field(raw, args[1])
	if err != nil {
		return err
	}
	fmt.Println(v)
	return nil
}

// field finds a member by its dotted path; numbers index arrays.
func field(raw []byte, path string) (string, error) {
	var doc any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		return "", err
	}
	for name := range strings.SplitSeq(path, ".") {
		switch at := doc.(type) {
		case map[string]any:
			doc = at[name]
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(at) {
				return "", fmt.Errorf("no %s in %s", name, path)
			}
			doc = at[i]
		default:
			doc = nil
		}
	}
	if doc == nil {
		return "", fmt.Errorf("no %s", path)
	}
	if s, ok := doc.(string); ok {
		return s, nil
	}
	out, err := json.Marshal(doc)
	return string(out), err
}
