package graph

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/evidence/logtest"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/normal"
)

const (
	tenantA = domain.TenantID("tn_a")
	tenantB = domain.TenantID("tn_b")
	source  = "directory/default"

	policies  = "identity/conditionalAccess/policies"
	locations = "identity/conditionalAccess/namedLocations"
)

// fixture is the graph on a real inventory on a real store.
type fixture struct {
	*Service
	t   testing.TB
	inv *inventory.Service
	clk *clock.Fake
}

func each2(t *testing.T, fn func(f *fixture)) {
	t.Helper()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	clk.Rand = rand.Reader
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) { fn(newFixture(t, d, clk)) })
}

func newFixture(t testing.TB, d *db.DB, clk *clock.Fake) *fixture {
	t.Helper()
	log := logtest.New(t, d, clk, tenantA, tenantB)
	f := &fixture{t: t, clk: clk}
	f.inv = inventory.New(inventory.Deps{DB: d, Clock: clk, Log: log.Sequencer, Keys: log.Keys, Types: normal.Builtin()}, inventory.Config{})
	f.inv.OnError = func(_ context.Context, tenant domain.TenantID, run inventory.RunID, err error) {
		t.Errorf("derived work of %s %s: %v", tenant, run, err)
	}
	f.Service = New(Deps{DB: d, Types: normal.Builtin(), Inventory: f.inv}, Config{})
	f.inv.Projectors = []inventory.Projector{f.Service}
	return f
}

// observe uploads text as a run of tenant a's directory.
func (f *fixture) observe(ndjson string) { f.observeAs(inventory.Begin{}, ndjson) }

func (f *fixture) observeAs(b inventory.Begin, ndjson string) {
	f.t.Helper()
	f.clk.Advance(time.Minute)
	b.Source = inventory.Source{Kind: "directory", Name: "default"}
	by := evidence.Actor{Principal: &domain.Principal{ID: "pr_admin", Key: "k_admin"}, RequestID: "rq", Remote: "192.0.2.1:1"}
	ndjson = strings.TrimRight(ndjson, "\n") + fmt.Sprintf("\n{\"end\":{\"objects\":%d}}\n", strings.Count(ndjson, `"object":`))
	r, err := f.inv.Receive(context.Background(), tenantA, b, strings.NewReader(ndjson), by)
	if err != nil {
		f.t.Fatal(err)
	}
	if !r.Projected {
		f.t.Fatalf("run is not finished: %+v", r)
	}
}

// upload writes a folder of exports as NDJSON, without the files for which skip
// says so.
func upload(t testing.TB, dir string, skip func(path string) bool) string {
	t.Helper()
	var b strings.Builder
	folders := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") || skip != nil && skip(path) {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		rel = filepath.ToSlash(rel)
		body, err := os.ReadFile(path)
		if err != nil || filepath.Base(path) == "MigrationTable.json" {
			return err
		}
		body = bytes.TrimPrefix(body, []byte("\ufeff"))
		body = bytes.ReplaceAll(bytes.ReplaceAll(body, []byte("\r"), nil), []byte("\n"), nil)
		b.WriteString(`{"place":` + strconv.Quote(rel) + `,"object":` + string(body) + "}\n")
		folders[filepath.ToSlash(filepath.Dir(rel))] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for folder := range folders {
		b.WriteString(`{"folder":` + strconv.Quote(folder) + "}\n")
	}
	return b.String()
}

// names gives the names of objects, sorted; identities where they have none.
func names(objects []Object) []string {
	var out []string
	for _, o := range objects {
		if o.Name == "" {
			o.Name = o.ID
		}
		out = append(out, o.Name)
	}
	slices.Sort(out)
	return out
}

func linked(links []Link, relation string) []string {
	var out []Object
	for _, l := range links {
		if l.Relation == relation {
			out = append(out, l.Object)
		}
	}
	return names(out)
}
