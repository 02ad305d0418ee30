package httpapi

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/evidence/evidencetest"

	"github.com/transparency-dev/tessera/client"
	"golang.org/x/mod/sumdb/note"
)

// grow appends entries until the tenant's log has a size.
func (f *fixture) grow(t *testing.T, size int64) {
	t.Helper()
	have, err := f.deps.Evidence.Size(t.Context(), tenantA)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := have; i < size; i++ {
		wg.Go(func() {
			u := &evidence.Unit{
				Tenant: tenantA, Kind: "test", Time: 7, Prev: -1,
				Groups: []evidence.Group{{Name: "event", Value: fmt.Appendf(nil, `{"n":%d}`, i)}},
			}
			if _, err := f.deps.Evidence.Append(context.Background(), u); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func logFetcher(t *testing.T, f *fixture) *client.HTTPFetcher {
	t.Helper()
	u, err := url.Parse(f.url + logBase() + "/")
	if err != nil {
		t.Fatal(err)
	}
	get, err := client.NewHTTPFetcher(u, nil)
	if err != nil {
		t.Fatal(err)
	}
	get.SetAuthorizationHeader("Bearer " + adminA)
	return get
}

// Readers that nobody here wrote take a log from the API.
func TestOthersReadALogOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	origin := f.deps.Origin + "/" + logOf(tenantA)
	for _, size := range []int64{1, 255, 256, 257, 300, 600} {
		f.grow(t, size)
		evidencetest.ReadAsOthers(t, f.deps.VerifierKey, origin, uint64(size), logFetcher(t, f))
	}
	v, err := note.NewVerifier(f.deps.VerifierKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, hurt := range []string{
		`UPDATE artifact SET entry = replace(entry, '"time":7', '"time":8') WHERE tenant_id = 'tn_a' AND idx = 300`,
		`UPDATE tile SET hashes = zeroblob(8192) WHERE tenant_id = 'tn_a' AND idx = 0`,
		`DELETE FROM artifact WHERE tenant_id = 'tn_a' AND idx = 599`,
	} {
		ctx := context.Background()
		if err := f.db.InSystemTx(ctx, "test", func(tx *db.Tx) error { _, err := tx.Exec(ctx, hurt); return err }); err != nil {
			t.Fatal(err)
		}
		if err := evidencetest.TesseraFsck(t, origin, v, logFetcher(t, f)); err == nil {
			t.Errorf("after %s: still whole", hurt)
		}
	}
}
