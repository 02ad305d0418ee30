package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

func logBase() string { return prefixV1 + "/evidence/logs/" + logOf(tenantA) }

func TestLogIsServedAsTiles(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.do(t, adminA, "POST", prefixV1+"/defend", `{"source":"s","event_type":"login","event":{"n":1}}`)
	cp := f.do(t, adminA, "GET", logBase()+"/checkpoint", "")
	if cp.status != 200 || cp.header.Get("Cache-Control") != "private, no-cache" || cp.header.Get("Etag") == "" {
		t.Fatalf("checkpoint: %d %v", cp.status, cp.header)
	}
	head, _, err := receipt.ParseSignedCheckpoint(cp.body)
	if err != nil || head.Size < 2 {
		t.Fatalf("checkpoint %q: %v", cp.body, err)
	}
	tile := f.do(t, adminA, "GET", fmt.Sprintf("%s/tile/0/000.p/%d", logBase(), head.Size), "")
	if tile.status != 200 || len(tile.body) != int(head.Size)*receipt.HashSize || tile.header.Get("Content-Type") != "application/octet-stream" ||
		tile.header.Get("Cache-Control") != "private, max-age=31536000, immutable" || tile.header.Get("Vary") == "" {
		t.Fatalf("tile: %d %v", tile.status, tile.header)
	}
	leaves := make([]receipt.Hash, head.Size)
	for i := range leaves {
		copy(leaves[i][:], tile.body[i*receipt.HashSize:])
	}
	if receipt.RootOf(leaves) != head.Root {
		t.Error("the tile does not give the signed root")
	}
	path := logBase() + "/tile/entries/000.p/1"
	entry := f.do(t, adminA, "GET", path, "")
	if entry.status != 200 || receipt.LeafHash(entry.body[2:]) != leaves[0] {
		t.Errorf("entry: %d %q", entry.status, entry.body)
	}
	// Conditional and HEAD requests.
	for _, match := range []string{entry.header.Get("Etag"), "W/" + entry.header.Get("Etag"), `"x", ` + entry.header.Get("Etag"), "*"} {
		again := f.do(t, adminA, "GET", path, "", "If-None-Match", match)
		if again.status != http.StatusNotModified || len(again.body) != 0 || again.header.Get("Cache-Control") == "" || again.header.Get("Etag") != entry.header.Get("Etag") {
			t.Errorf("If-None-Match %s: %d %v", match, again.status, again.header)
		}
	}
	if other := f.do(t, adminA, "GET", path, "", "If-None-Match", `"other"`); other.status != 200 {
		t.Errorf("another tag: %d", other.status)
	}
	h := f.do(t, adminA, "HEAD", path, "")
	if h.status != 200 || len(h.body) != 0 || h.header.Get("Content-Length") != fmt.Sprint(len(entry.body)) {
		t.Errorf("HEAD: %d %v", h.status, h.header)
	}
}

func TestLogFilesThatAreNotThere(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	for _, path := range []string{
		"/tile/0/000", "/tile/0/000.p/200", "/tile/1/000.p/1", "/tile/entries/001", "/tile/63/000.p/1", "/tile/64/000.p/1",
		"/tile/0/0", "/tile/0/000.p/0", "/tile/0/000.p/01", "/tile/0/x000/000.p/1", "/tile/0", "/tile/0/000.p%2F1", "/tile/%30/000.p/1",
		"/tile/data/000.p/1", "/tile/0/" + strings.Repeat("x999/", 100) + "999", "/tile/0/../checkpoint",
	} {
		got := f.do(t, adminA, "GET", logBase()+path, "")
		got.want(t, http.StatusNotFound, fault.NotFound)
		if got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a refusal may be kept: %v", path, got.header)
		}
	}
	// Another tenant's log, and one that is nobody's.
	for _, log := range []string{logOf(tenantB), "x", "root"} {
		for _, path := range []string{"/checkpoint", "/tile/0/000.p/1", "/tile/entries/000.p/1"} {
			f.do(t, adminA, "GET", prefixV1+"/evidence/logs/"+log+path, "").want(t, http.StatusNotFound, fault.NotFound)
		}
	}
	f.do(t, adminA, "POST", logBase()+"/tile/0/000.p/1", "").want(t, http.StatusMethodNotAllowed, codeMethod)
	f.do(t, adminA, "GET", logBase()+"/tile/0/000.p/1?x=1", "").want(t, http.StatusBadRequest, fault.Invalid)
}

// One row a checkpoint: a reader who takes thousands of tiles is one reader.
func TestReadingTilesIsAuditedByTheCheckpoint(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	for range 3 {
		f.do(t, adminA, "GET", logBase()+"/tile/0/000.p/1", "")
	}
	f.do(t, adminA, "GET", logBase()+"/checkpoint", "")
	var all list[auditRecord]
	f.do(t, adminA, "GET", prefixV1+"/audit?action=evidence.read", "").into(t, &all)
	if len(all.Items) != 1 || all.Items[0].Target != "checkpoint" {
		t.Errorf("audit: %+v", all.Items)
	}
}
