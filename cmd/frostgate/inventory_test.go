package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	frostgate "frostgate.io/frostgate/sdk/go"
)

func TestInventoryIsAskedFor(t *testing.T) {
	t.Parallel()
	fn, asked := asking(t, `{"items":[{"type":"t","label":"Groups","id":"g1","name":"Contractors","state":"present","seen_at":"2026-03-01T12:00:00Z"}]}`)
	code, out, errOut := call(t, fn, "inventory", "list", "--type", "groups", "-q", "con", "--tenant", "tn_b")
	if code != exitOK || (*asked)[0] != "GET /api/v1/inventory/items?limit=50&q=con&tenant=tn_b&type=groups" || !strings.Contains(out, "Contractors") {
		t.Errorf("code %d, asked %q: %s%s", code, *asked, out, errOut)
	}
	for want, args := range map[string][]string{
		"GET /api/v1/inventory/runs?limit=50&source=a%2Fb&state=aborted": {"runs", "--source", "a/b", "--state", "aborted"},
		"GET /api/v1/inventory/snapshots?limit=50":                       {"snapshots"},
		"GET /api/v1/inventory/sources":                                  {"sources"},
		"GET /api/v1/inventory/types":                                    {"types"},
		"GET /api/v1/inventory/graph/broken?limit=50&source=a%2Fb":       {"graph", "broken", "--source", "a/b"},
		"GET /api/v1/inventory/graph/unassigned?limit=50":                {"graph", "unassigned"},
		"GET /api/v1/inventory/snapshots/h":                              {"snapshots", "show", "h"},
	} {
		*asked = nil
		if code, _, errOut := call(t, fn, append([]string{"inventory"}, args...)...); code != exitOK || len(*asked) != 1 || (*asked)[0] != want {
			t.Errorf("%q: code %d, asked %q: %s", args, code, *asked, errOut)
		}
	}
	code, _, errOut = call(t, answer(`{"items":[{"type":"t","label":"Groups","status":"partial","objects":3}]}`), "inventory", "coverage")
	if code != exitOK || !strings.Contains(errOut, "1 type not read completely") {
		t.Errorf("coverage: %d %s", code, errOut)
	}
}

func TestAnObjectIsShownWithWhatItWas(t *testing.T) {
	t.Parallel()
	fn, asked := asking(t, `{"source":"a/b","type":"t","label":"Groups","id":"g1","name":"Con\u001b[2J","state":"unknown","first_seen":"run_1","last_seen":"run_2","seen_at":"2026-03-01T12:00:00Z",
		"content":{"displayName":"Con"},"changes":[{"run":"run_2","at":"2026-03-01T12:00:00Z","state":"present"}]}`)
	code, out, errOut := call(t, fn, "inventory", "show", "con tractors", "--type", "Groups")
	if code != exitOK || (*asked)[0] != "GET /api/v1/inventory/item?id=con+tractors&type=Groups" {
		t.Fatalf("code %d, asked %q: %s", code, *asked, errOut)
	}
	for _, want := range []string{"Con·[2J", "does not prove that it is gone", "in run_2 (was present)", `"displayName": "Con"`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestASnapshotGetsItsNameOnceItIsWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "s.ndjson")
	code, _, errOut := call(t, answer("root\nobject\n"), "inventory", "export", "h", "--out", file)
	if text, err := os.ReadFile(file); code != exitOK || err != nil || string(text) != "root\nobject\n" {
		t.Fatalf("code %d, %q, %v: %s", code, text, err, errOut)
	}
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "half")
	}
	other := filepath.Join(dir, "t.ndjson")
	if code, _, _ := call(t, cut, "inventory", "export", "h", "--out", other); code != exitUnreachable {
		t.Errorf("a snapshot that breaks off: exit code %d", code)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	fn, asked := asking(t, `{"root":"h","source":"a/b","objects":1}`)
	if code, out, errOut := call(t, fn, "inventory", "import", file); code != exitOK || (*asked)[0] != "POST /api/v1/inventory/snapshots/import root\nobject" || !strings.Contains(out, "1 object is stored") {
		t.Errorf("code %d, asked %q: %s%s", code, *asked, out, errOut)
	}
	if code, _, _ := call(t, fn, "inventory", "import", filepath.Join(dir, "none")); code != exitUsage {
		t.Errorf("a file that is not there: exit code %d", code)
	}
}

func TestReferencesAreShownForReading(t *testing.T) {
	t.Parallel()
	code, out, _ := call(t, answer(`{"object":{"label":"Conditional Access","id":"p1","name":"MFA"},"to":[{"relation":"spares","object":{"label":"Groups","id":"g1","name":"Con","state":"missing"}}],"from":[],
		"to_count":3,"from_count":0}`), "inventory", "graph", "neighbours", "p1", "--limit", "1")
	for _, want := range []string{"Conditional Access MFA (p1)", "spares: Groups Con (g1), which is missing", "and 2 more", "is referred to by nothing"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	fn, asked := asking(t, `{"object":{"label":"Groups","id":"g1"},"total":2,"affected":[{"object":{"label":"Conditional Access","id":"p1","name":"MFA"},"distance":1,"path":[{"relation":"spares","object":{"id":"p1","name":"MFA"}}]}]}`)
	code, out, _ = call(t, fn, "inventory", "graph", "blast-radius", "g1", "--depth", "2")
	if code != exitOK || (*asked)[0] != "GET /api/v1/inventory/graph/blast-radius?depth=2&id=g1&limit=50" || !strings.Contains(out, "2 objects would feel a change") || !strings.Contains(out, "and 1 more") {
		t.Errorf("code %d, asked %q:\n%s", code, *asked, out)
	}
}

// A reference is read as it stands: who refers first.
func TestTheWayOfABlastRadiusReadsForwards(t *testing.T) {
	t.Parallel()
	start := &frostgate.GraphObject{ID: "g", Name: "Contractors"}
	policy := frostgate.GraphStep{Relation: "spares", Backwards: true, Object: frostgate.GraphObject{Name: "CA001"}}
	for want, path := range map[string][]frostgate.GraphStep{
		"spares Contractors":                   {policy},
		"uses CA001, CA001 spares Contractors": {policy, {Relation: "uses", Backwards: true, Object: frostgate.GraphObject{ID: "x"}}},
		"Contractors contains M":               {{Relation: "contains", Object: frostgate.GraphObject{Name: "M"}}},
	} {
		if got := wayText(start, path); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestARunNamesWhatIsUnknownAndWhatWasFirst(t *testing.T) {
	t.Parallel()
	fn := answer(`{"id":"run_1","source":"directory/x","state":"closed","unknown":1,"compared":true,"drift":[{"kind":"last_run","source":"directory/x","done":true,"before":"run_0","unknown":1,
		"unknowns":[{"type":"f","label":"Filters","reason":"quarantine","objects":1,"ids":["Corp"]}]}]}`)
	_, out, errOut := call(t, fn, "inventory", "runs", "show", "run_1")
	if !strings.Contains(out, "Filters, 1 object (Corp): ") || !strings.Contains(out, "inventory list --state unknown --source directory/x") {
		t.Errorf("unknown:\n%s%s", out, errOut)
	}
	fn = answer(`{"id":"run_1","source":"directory/x","state":"closed","compared":true,"drift":[{"kind":"last_run","source":"directory/x","done":true}]}`)
	if _, out, _ = call(t, fn, "inventory", "runs", "show", "run_1"); !strings.Contains(out, "first observation of directory/x: nothing to compare with") {
		t.Errorf("first:\n%s", out)
	}
	fn = answer(`{"items":[{"source":"directory/x"},{"source":"directory/sample"}]}`)
	dir := files(t, map[string]string{"a.json": `{"id":"a"}`})
	_, out, errOut = call(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, `{"id":"run_1","source":"directory/x","state":"closed","compared":true,"drift":[{"kind":"last_run","source":"directory/x","done":true}]}`)
		case strings.HasSuffix(r.URL.Path, "/findings"):
			_, _ = io.WriteString(w, `{"items":[]}`)
		default:
			fn(w, r)
		}
	}, "inventory", "run", dir, "--name", "x")
	if !strings.Contains(out, "directory/sample (--source directory --name sample).") {
		t.Errorf("others:\n%s%s", out, errOut)
	}
}

// What is printed as the next step works as it is printed.
func TestInventoryHintsWork(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "s.ndjson")
	if err := os.WriteFile(name, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := call(t, answer(`{"root":"ab","source":"directory/m365","objects":1}`), "inventory", "import", name)
	if code != exitOK || !strings.Contains(out, "create NAME --source directory/m365 --snapshot ab`") {
		t.Errorf("code %d: %s%s", code, out, errOut)
	}
	gone := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"status":404,"code":"not_found","detail":"no object"}`)
	}
	if code, _, errOut := call(t, gone, "inventory", "show", "MFA"); code == exitOK || !strings.Contains(errOut, "inventory list -q") {
		t.Errorf("code %d: %s", code, errOut)
	}
}
