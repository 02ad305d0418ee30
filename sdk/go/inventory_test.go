package frostgate

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
)

func TestARunIsStreamedOnce(t *testing.T) {
	t.Parallel()
	c, got := answering(t, `{"id":"run_1","state":"closed","objects":2,"coverage":[{"type":"json","status":"complete","objects":2}],
		"drift":[{"baseline":"bl_1","new":1}],"later":1}`)
	run, err := c.ObserveInventory(context.Background(), NewInventoryRun{
		Source: "directory", Name: "site a", Types: []string{"x", "y"}, Filters: map[string]string{"k": "v"},
	}, strings.NewReader("{\"object\":{}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := asked{"POST /api/v1/inventory/runs?filter.k=v&name=site+a&source=directory&type=x&type=y", "application/x-ndjson", "{\"object\":{}}\n"}
	if *got != want || run.ID != "run_1" || run.Coverage[0].Objects != 2 || run.Drift[0].New != 1 {
		t.Errorf("asked %+v, answer %+v", *got, run)
	}
	broken := errors.New("disk")
	if _, err := c.ObserveInventory(context.Background(), NewInventoryRun{Source: "s"}, iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a source that fails gives %v", err)
	}
}

func TestARefusedUploadGivesTheProblem(t *testing.T) {
	t.Parallel()
	tries := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tries++
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, `{"status":503,"code":"busy","detail":"later"}`)
	}))
	t.Cleanup(s.Close)
	c, err := New(s.URL, "k")
	if err != nil {
		t.Fatal(err)
	}
	var p *Problem
	if _, err := c.ImportInventorySnapshot(context.Background(), strings.NewReader("x")); !errors.As(err, &p) || p.Code != "busy" || tries != 1 {
		t.Errorf("%v after %d tries", err, tries)
	}
}

func TestInventoryIsAskedByQuery(t *testing.T) {
	t.Parallel()
	c, got := answering(t, `{"items":[{"id":"a/b"}],"root":"h"}`)
	ctx := context.Background()
	if _, err := Collect(c.InventoryItems(ctx, InventoryItemQuery{Source: "directory/default", Type: "Conditional Access", Text: "mfa"}, Page{Size: 5}), 0); err != nil ||
		got.line != "GET /api/v1/inventory/items?limit=5&q=mfa&source=directory%2Fdefault&type=Conditional+Access" {
		t.Errorf("asked %s, %v", got.line, err)
	}
	if _, err := c.InventoryItem(ctx, InventoryKey{Type: "t", ID: "a/b"}); err != nil || got.line != "GET /api/v1/inventory/item?id=a%2Fb&type=t" {
		t.Errorf("asked %s, %v", got.line, err)
	}
	if _, err := c.InventoryRun(ctx, "tn_b", "run_1"); err != nil || got.line != "GET /api/v1/inventory/runs/run_1?tenant=tn_b" {
		t.Errorf("asked %s, %v", got.line, err)
	}
	var out bytes.Buffer
	if n, err := c.ExportInventorySnapshot(ctx, "", "h", &out); err != nil || n != int64(out.Len()) || got.line != "GET /api/v1/inventory/snapshots/h/export" {
		t.Errorf("asked %s, %d, %v", got.line, n, err)
	}
}
