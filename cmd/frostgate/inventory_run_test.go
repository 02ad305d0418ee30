package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// A run is read here, streamed, and shown with what drifted.
func TestInventoryRun(t *testing.T) {
	t.Parallel()
	dir := files(t, map[string]string{"Groups/a.json": "{\n \"id\": \"a\"\n}", "Groups/b.json": `{"id"`, "notes.md": "#"})
	var body, query string
	server := func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			if r.URL.Query().Get("run") != "run_1" {
				t.Errorf("asks for the findings of %s", r.URL)
			}
			fmt.Fprint(w, `{"items":[{"id":"fnd_00112233445566778899aabbccddeeff","state":"new","severity":"high","kind":"changed","type":"groups","label":"Groups","object_id":"a","name":"Admins","path":"members","from":"a","to":"b","change":"+ b"},
				{"id":"fnd_11112233445566778899aabbccddeeff","state":"reopened","severity":"low","kind":"changed","type":"groups","label":"Groups","object_id":"a","name":"Admins","path":"name","from":"a","to":"b"}]}`)
			return
		}
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		body, query = string(raw), r.URL.RawQuery
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"id":"run_1","source":"directory/intune","state":"closed","objects":1,"changed":1,"compared":true,"coverage":[],"quarantine":[{"place":"Groups/b.json","type":"groups","reason":"no valid JSON"}],"duplicate_identities":[],"drift":[]}`)
	}
	code, out, errs := call(t, server, "inventory", "run", dir, "--name", "intune", "--type", "named locations", "--filter", "tag=x")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	want := `{"place":"Groups/a.json","object":{  "id": "a" }}
{"failed":{"place":"Groups/b.json","type":"groups","reason":"no valid JSON: unexpected end of JSON, expected ':' at byte 5"}}
{"folder":"Groups"}
{"folder":"."}
{"end":{"objects":1}}
`
	if body != want {
		t.Errorf("sent %s", body)
	}
	if query != "filter.tag=x&name=intune&source=directory&type=identity%2FconditionalAccess%2FnamedLocations" {
		t.Errorf("asked %s", query)
	}
	for _, text := range []string{
		"run_1  directory/intune, closed", "Groups/b.json (groups): no valid JSON", "1 file: no configuration", "Admins  Groups",
		"fnd_00112233  high members: + b", "fnd_11112233  low reopened: name: a → b", "drift accept ID",
	} {
		if !strings.Contains(out, text) {
			t.Errorf("no %q in %s", text, out)
		}
	}
	code, out, _ = call(t, server, "inventory", "run", dir, "-o", "json")
	if code != exitOK || !strings.Contains(out, `"findings": [`) || !strings.Contains(out, `"id": "run_1"`) || !strings.Contains(out, `"read": {`) {
		t.Errorf("exit %d: %s", code, out)
	}
}

// What can't be read never becomes a run.
func TestInventoryRunAsksNothingInVain(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	server := func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusInternalServerError)
	}
	empty := t.TempDir()
	snapshot := save(t, filepath.Join(t.TempDir(), "s.ndjson"), `{"chunks":[]}`+"\n")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{empty}, "there is no configuration to record"},
		{[]string{filepath.Join(empty, "gone")}, "no such file"},
		{[]string{snapshot}, "exported snapshot, not an export of configuration; `frostgate inventory import`"},
		{[]string{empty, "--source", "terraform"}, "can't be read yet"},
		{[]string{empty, "--type", "device"}, "fits several types"},
	} {
		code, _, errs := call(t, server, append([]string{"inventory", "run"}, c.args...)...)
		if code != exitUsage || !strings.Contains(errs, c.says) {
			t.Errorf("%v: exit %d: %s", c.args, code, errs)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the server was asked %d times", n)
	}
}

// If reading breaks off, so does the upload: the server must not take the half
// for the whole.
func TestInventoryRunBreaksOff(t *testing.T) {
	t.Parallel()
	lines := strings.Repeat(`{"id":"x","text":"`+strings.Repeat("x", 1000)+"\"}\n", 1000) + `{"end":{"objects":7}}` + "\n"
	name := save(t, filepath.Join(t.TempDir(), "x.ndjson"), lines)
	var whole atomic.Bool
	code, _, errs := call(t, func(w http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		whole.Store(err == nil)
		w.WriteHeader(http.StatusBadRequest)
	}, "inventory", "run", name)
	if code != exitFailed || whole.Load() || !strings.Contains(errs, "nothing was recorded: ") || !strings.Contains(errs, "7 objects") {
		t.Errorf("exit %d, whole %t: %s", code, whole.Load(), errs)
	}
}

// A server that refuses early is heard, however much there is to send.
func TestInventoryRunIsRefused(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "x.ndjson")
	if err := os.WriteFile(name, []byte(strings.Repeat(`{"id":"x","text":"`+strings.Repeat("x", 1000)+"\"}\n", 20_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs := call(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"status":403,"code":"forbidden","detail":"the key lacks inventory:write"}`)
	}, "inventory", "run", name)
	if code != exitDenied || !strings.Contains(errs, "inventory:write") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
