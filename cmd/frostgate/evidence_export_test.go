package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"

	"github.com/go-json-experiment/json"
)

// logServer is a real server with a few decisions in its data folder.
func logServer(t *testing.T, decisions int) (srv *app.Server, dataDir string) {
	t.Helper()
	srv, dataDir, key := realServer(t)
	var body strings.Builder
	for i := range decisions {
		fmt.Fprintf(&body, `{"source":"s","event_type":"login","event":{"n":%d,"source_ip":"192.0.2.%d"}}`+"\n", i, i%9)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/api/v1/defend/batch", strings.NewReader(body.String()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-API-Key", key)
	req.Header.Set("Content-Type", "application/x-ndjson")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer bytes.Buffer
	if _, err := answer.ReadFrom(res.Body); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("batch: %d %v %s", res.StatusCode, err, answer.String())
	}
	return srv, dataDir
}

// frost runs one command with a data folder.
func frost(t *testing.T, dataDir string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := &program{ctx: t.Context(), in: strings.NewReader(""), out: &stdout, err: &stderr}
	code = p.run(append([]string{"--data-dir", dataDir}, args...))
	return code, stdout.String(), stderr.String()
}

func TestExportAndFsck(t *testing.T) {
	t.Parallel()
	_, data := logServer(t, 300)
	dir, keys := filepath.Join(t.TempDir(), "log"), filepath.Join(t.TempDir(), "keys")
	if code, _, e := frost(t, data, "evidence", "key", "--out", keys); code != 0 {
		t.Fatal(e)
	}
	code, out, e := frost(t, data, "evidence", "export", dir, "--trust", keys)
	if code != 0 || !strings.HasPrefix(out, "EXPORTED") || !strings.Contains(out, "Signed by") {
		t.Fatalf("%d %s%s", code, out, e)
	}
	code, out, e = frost(t, data, "evidence", "fsck", dir, "--trust", keys)
	if code != 0 || !strings.Contains(out, "VALID") || strings.Contains(out, "FAIL") {
		t.Fatalf("%d %s%s", code, out, e)
	}
	if code, out, _ = frost(t, data, "evidence", "fsck", dir); code != 0 || !strings.Contains(out, "UNPINNED") {
		t.Errorf("%d %s", code, out)
	}
	// Again: nothing to fetch but the checkpoint.
	code, out, e = frost(t, data, "-o", "json", "evidence", "export", dir)
	if code != 0 || !strings.Contains(out, `"kept"`) || !strings.Contains(out, `"pinned": false`) {
		t.Errorf("%d %s%s", code, out, e)
	}
	name := filepath.Join(dir, "tile", "entries", "000")
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	raw[100] ^= 1
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, _ = frost(t, data, "evidence", "fsck", dir, "--trust", keys); code != 1 || !strings.Contains(out, "INVALID") || !strings.Contains(out, "entry 0") {
		t.Errorf("%d %s", code, out)
	}
	code, out, _ = frost(t, data, "-o", "json", "evidence", "fsck", dir, "--trust", keys)
	var doc struct {
		Valid bool      `json:"valid"`
		Logs  []fsckLog `json:"logs"`
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil || code != 1 || doc.Valid || *doc.Logs[0].Problems[0].Index != 0 {
		t.Errorf("%d %v %s", code, err, out)
	}
	for _, args := range [][]string{
		{"evidence", "fsck", filepath.Join(dir, "tile")},
		{"evidence", "fsck", "/nowhere"},
		{"evidence", "fsck", dir, "--tenant", "x"},
		{"evidence", "fsck", "--trust", keys},
		{"evidence", "fsck", "--tenant", "nobody"},
		{"evidence", "export", dir, "--trust", "/nowhere"},
	} {
		if code, out, e := frost(t, data, args...); code != exitUnreadable || out != "" || e == "" {
			t.Errorf("%v: %d %s%s", args, code, out, e)
		}
	}
	if code, _, e := frost(t, t.TempDir(), "evidence", "fsck"); code != exitUnreadable || !strings.Contains(e, "no store") {
		t.Errorf("%d %s", code, e)
	}
}

// The store of a running server is checked beside it, and what an administrator
// changed in it is named.
func TestFsckOfARunningServersStore(t *testing.T) {
	t.Parallel()
	_, data := logServer(t, 40)
	code, out, e := frost(t, data, "evidence", "fsck")
	if code != 0 || strings.Contains(out, "FAIL") || !strings.Contains(out, "payloads") {
		t.Fatalf("%d %s%s", code, out, e)
	}
	d, err := db.Open(context.Background(), db.Config{URL: "sqlite:" + filepath.Join(data, "frostgate.db")}, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.InSystemTx(context.Background(), "test", func(tx *db.Tx) error {
		_, err := tx.Exec(context.Background(), "UPDATE decision SET score = 99 WHERE idx = (SELECT max(idx) FROM decision)")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	code, out, e = frost(t, data, "evidence", "fsck")
	if code != 1 || !strings.Contains(out, "rows: entry") || !strings.Contains(out, "score") {
		t.Errorf("%d %s%s", code, out, e)
	}
}
