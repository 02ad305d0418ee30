package evidence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

func (f *fixture) disposal() *Disposal { return NewDisposal(f.db, f.keyring, f.Sequencer, nil, nil) }

// about appends a leaf that speaks of subjects and returns its index.
func (f *fixture) about(t testing.TB, text string, subjects ...domain.Subject) uint64 {
	t.Helper()
	u := unit("a", text)
	u.Kind, u.Subjects = "attestation", subjects
	c, err := f.Append(context.Background(), u)
	if err != nil {
		t.Fatal(err)
	}
	return c.Index
}

func (f *fixture) openCode(t testing.TB, idx uint64) fault.Code {
	t.Helper()
	_, err := f.Receipt(context.Background(), "a", idx, true)
	return fault.CodeOf(err)
}

func (f *fixture) chain(t testing.TB) *Verdict {
	t.Helper()
	v, err := f.VerifyChain(context.Background(), "a")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

var (
	bob   = domain.Subject{Kind: domain.SubjectUser, Value: "bob@example.com"}
	alice = domain.Subject{Kind: domain.SubjectUser, Value: "alice@example.com"}
)

func TestErasureTakesTheWholePayloadAndLeavesProofs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		x := f.disposal()
		both, onlyBob, onlyAlice := f.about(t, "both", bob, alice), f.about(t, "bob", bob), f.about(t, "alice", alice)
		before, err := f.Receipt(ctx, "a", both, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.Erase(ctx, "a", bob, "request of BOB@example.com", Actor{}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a reason that names the subject: %v", err)
		}
		plan, err := x.PlanErasure(ctx, "a", bob, "case 17")
		if err != nil || plan.Payloads != 2 || plan.ID != "" {
			t.Fatalf("plan: %+v %v", plan, err)
		}
		c, err := x.Erase(ctx, "a", bob, "case 17", Actor{})
		if err != nil {
			t.Fatal(err)
		}
		if c.Payloads != 2 || !c.Complete || c.AlreadyGone != 0 || len(c.Ranges) != 1 || c.Ranges[0] != [2]uint64{both, onlyBob} || c.Reason != "case 17" {
			t.Errorf("certificate %+v", c)
		}
		for _, i := range []uint64{both, onlyBob} {
			if code := f.openCode(t, i); code != fault.Erased {
				t.Errorf("entry %d: %s, want erased", i, code)
			}
		}
		if _, err := f.Receipt(ctx, "a", onlyAlice, true); err != nil {
			t.Errorf("a decision on somebody else: %v", err)
		}
		after, err := f.Receipt(ctx, "a", both, false)
		if err != nil || after.Entry != before.Entry || after.LeafHash != before.LeafHash {
			t.Errorf("the entry changed: %v", err)
		}
		trust, err := receipt.NewTrust(f.custody.VerifierKey())
		if err != nil {
			t.Fatal(err)
		}
		for _, rc := range append(c.Receipts, after) {
			if _, err := receipt.Verify(rc, trust); err != nil {
				t.Errorf("receipt of %d: %v", rc.Index, err)
			}
		}
		for _, rc := range c.Receipts {
			for name, o := range rc.Openings {
				if strings.Contains(strings.ToLower(o.Value), "bob") {
					t.Errorf("group %s names the subject: %s", name, o.Value)
				}
			}
		}
		if v := f.chain(t); !v.Valid {
			t.Errorf("chain after erasure: %+v", v)
		}
		// The other subject still finds the decision, whose payload is gone.
		second, err := x.Erase(ctx, "a", alice, "case 18", Actor{})
		if err != nil || second.Payloads != 1 || second.AlreadyGone != 1 {
			t.Errorf("erasure of the other: %+v %v", second, err)
		}
		none, err := x.Erase(ctx, "a", bob, "case 17 again", Actor{})
		if err != nil || none.Payloads != 0 || !none.Complete || len(none.Receipts) != 1 {
			t.Errorf("erasing again: %+v %v", none, err)
		}
		// Decisions that come in later are recorded as ever.
		if i := f.about(t, "again", bob); f.openCode(t, i) != "" {
			t.Errorf("a new decision on an erased subject does not open")
		}
		list, next, err := x.Erasures(ctx, "a", "", 2)
		if err != nil || len(list) != 2 || next == "" || list[0].ID != none.ID {
			t.Errorf("list: %+v %q %v", list, next, err)
		}
		rest, next, err := x.Erasures(ctx, "a", next, 2)
		if err != nil || len(rest) != 1 || next != "" || rest[0].ID != c.ID {
			t.Errorf("rest: %+v %q %v", rest, next, err)
		}
		if v := f.chain(t); !v.Valid {
			t.Errorf("chain after all: %+v", v)
		}
	})
}

func TestLargeErasureIsSplit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		const n = 2*eraseChunk + 10
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := w; i < n; i += 8 {
					f.about(t, fmt.Sprint(i), bob)
				}
			})
		}
		wg.Wait()
		c, err := f.disposal().Erase(ctx, "a", bob, "case 1", Actor{})
		if err != nil || c.Payloads != n || len(c.Parts) != 3 || !c.Complete {
			t.Fatalf("certificate: %+v %v", c, err)
		}
		if v := f.chain(t); !v.Valid {
			t.Errorf("chain: %+v", v)
		}
	})
}

// ciphertexts reads the sealed bytes of leaves as the store holds them.
func (f *fixture) ciphertexts(t testing.TB, idx ...uint64) (out [][]byte) {
	t.Helper()
	ctx := context.Background()
	for _, i := range idx {
		var wrapped, sealed []byte
		err := f.db.InReadTx(ctx, "a", func(tx *db.Tx) error {
			_, err := tx.Get(ctx, `SELECT wrapped, sealed FROM payload WHERE tenant_id = $1 AND idx = $2`, []any{"a", int64(i)}, &wrapped, &sealed)
			return err
		})
		if err != nil || len(wrapped) == 0 || len(sealed) == 0 {
			t.Fatalf("payload %d: %v", i, err)
		}
		out = append(out, wrapped[:wrapSize], wrapped[len(wrapped)-40:], sealed[:40], sealed[len(sealed)-40:])
	}
	return out
}

func openFile(t testing.TB) (*db.DB, string) {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "frostgate.db")
	d, err := db.Open(ctx, db.Config{URL: "sqlite:" + path}, clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	return d, path
}

func filesHold(t testing.TB, path string, want []byte) (found []string) {
	t.Helper()
	names, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, want) {
			found = append(found, filepath.Base(name))
		}
	}
	return found
}

func TestErasedBytesLeaveTheDatabaseFiles(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d, path := openFile(t)
	f := newFixture(t, d)
	// Small and large payloads: large ones have overflow pages.
	payloads := 300
	if testing.Short() {
		payloads = 90
	}
	var idx []uint64
	for i := range payloads {
		text := strings.Repeat(fmt.Sprint(i, "x"), 1+i*40*(i%2))
		who := alice
		if i%3 == 0 {
			who = bob
		}
		at := f.about(t, text, who)
		if who == bob {
			idx = append(idx, at)
		}
	}
	// The write-ahead log holds them, and parts are in the database already.
	gone := f.ciphertexts(t, idx...)
	mac := mustKeys(t, f).Subject(bob)
	gone = append(gone, mac[:])
	found := 0
	for _, b := range gone {
		found += len(filesHold(t, path, b))
	}
	if found < len(gone) {
		t.Fatalf("the scan finds only %d of %d before the erasure", found, len(gone))
	}
	if _, err := f.disposal().Erase(ctx, "a", bob, "case 1", Actor{}); err != nil {
		t.Fatal(err)
	}
	for _, b := range gone[:len(gone)-1] {
		if in := filesHold(t, path, b); len(in) > 0 {
			t.Fatalf("bytes of an erased payload are still in %v", in)
		}
	}
	if in := filesHold(t, path, mac[:]); len(in) > 0 {
		t.Errorf("the subject's HMAC is still in %v", in)
	}
}

func mustKeys(t testing.TB, f *fixture) *TenantKeys {
	t.Helper()
	k, err := f.keyring.Keys(context.Background(), "a")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// savedRow is a payload row as a backup would hold it.
type savedRow struct {
	ring            string
	version         int64
	wrapped, sealed []byte
}

func (f *fixture) savedRow(t testing.TB, idx uint64) (r savedRow) {
	t.Helper()
	ctx := context.Background()
	if err := f.db.InReadTx(ctx, "a", func(tx *db.Tx) error {
		_, err := tx.Get(ctx, selectPayload, []any{"a", int64(idx)}, &r.ring, &r.version, &r.wrapped, &r.sealed)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

func (f *fixture) exec(t testing.TB, query string, args ...any) {
	t.Helper()
	ctx := context.Background()
	if err := f.db.InTx(ctx, "a", func(tx *db.Tx) error { _, err := tx.Exec(ctx, query, args...); return err }); err != nil {
		t.Fatal(err)
	}
}

const insertPayload = `INSERT INTO payload (tenant_id, idx, ring, key_ver, wrapped, sealed) VALUES ($1, $2, $3, $4, $5, $6)`

func TestTamperingWithErasuresIsFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		first, second := f.about(t, "1", bob), f.about(t, "2", alice)
		row := f.savedRow(t, first)
		if _, err := f.disposal().Erase(ctx, "a", bob, "case 1", Actor{}); err != nil {
			t.Fatal(err)
		}
		bad := func(what string, at uint64) {
			t.Helper()
			if v := f.chain(t); v.Valid || v.FirstBad != int64(at) {
				t.Errorf("%s: %+v, want it found at %d", what, v, at)
			}
		}
		// Put back from a backup.
		f.exec(t, insertPayload, "a", int64(first), row.ring, row.version, row.wrapped, row.sealed)
		bad("a payload put back", first)
		if code := f.openCode(t, first); code != fault.Damaged {
			t.Errorf("a payload put back opens as %q", code)
		}
		// And the mark taken away with it: only the log still knows.
		f.exec(t, `DELETE FROM payload_gone WHERE tenant_id = $1 AND first_idx = $2`, "a", int64(first))
		bad("a payload put back without its mark", first)
		// A payload that goes without a word.
		f.exec(t, insertGone, "a", int64(first), int64(first), int64(second+1), GoneErased)
		f.exec(t, `DELETE FROM payload WHERE tenant_id = $1 AND idx = $2`, "a", int64(first))
		if v := f.chain(t); !v.Valid {
			t.Fatalf("restored state: %+v", v)
		}
		f.exec(t, `DELETE FROM payload WHERE tenant_id = $1 AND idx = $2`, "a", int64(second))
		bad("a missing payload", second)
		if code := f.openCode(t, second); code != fault.Damaged {
			t.Errorf("a missing payload answers %q", code)
		}
		// With a forged mark: the entry that it names says nothing of it.
		f.exec(t, insertGone, "a", int64(second), int64(second), int64(second+1), GoneErased)
		bad("a forged mark", second)
	})
}

func TestErasureBesideAppends(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		x := f.disposal()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for i := range 60 {
					f.about(t, fmt.Sprint(i), bob, alice)
				}
			})
		}
		for _, who := range []domain.Subject{bob, alice, bob} {
			wg.Go(func() {
				if _, err := x.Erase(ctx, "a", who, "case 1", Actor{}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if v := f.chain(t); !v.Valid {
			t.Errorf("chain: %+v", v)
		}
		c, err := x.Erase(ctx, "a", bob, "case 1", Actor{})
		if err != nil || !c.Complete {
			t.Fatal(c, err)
		}
		left, err := x.PlanErasure(ctx, "a", bob, "case 1")
		if err != nil || left.Payloads != 0 {
			t.Errorf("left: %+v %v", left, err)
		}
	})
}

// failingEraser stops the first part; cutEraser an erasure between its parts.
type failingEraser struct{ err error }

func (e *failingEraser) EraseSubject(_ context.Context, _ *db.Tx, _ domain.TenantID, _ domain.Subject, dry bool) ([]Copy, error) {
	if dry {
		return nil, nil
	}
	return nil, e.err
}

type cutEraser struct{ cut func() }

func (e *cutEraser) EraseSubject(_ context.Context, _ *db.Tx, _ domain.TenantID, _ domain.Subject, dry bool) ([]Copy, error) {
	if !dry {
		e.cut()
	}
	return nil, nil
}

func TestInterruptedErasureIsFinishedByAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		const n = eraseChunk + 5
		for i := range n {
			f.about(t, fmt.Sprint(i), bob)
		}
		broken := &failingEraser{errors.New("refused")}
		x := NewDisposal(f.db, f.keyring, f.Sequencer, []Eraser{broken}, nil)
		if _, err := x.Erase(context.Background(), "a", bob, "case 1", Actor{}); err == nil {
			t.Fatal("a feature's refusal was passed over")
		}
		if list, _, err := x.Erasures(context.Background(), "a", "", 0); err != nil || len(list) != 0 || f.openCode(t, 1) != "" {
			t.Fatalf("half an erasure was kept: %v %v", list, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		x = NewDisposal(f.db, f.keyring, f.Sequencer, []Eraser{&cutEraser{cancel}}, nil)
		if _, err := x.Erase(ctx, "a", bob, "case 1", Actor{}); err == nil {
			t.Fatal("the cut was not met")
		}
		f.stop()
		f.start(t)
		x = f.disposal()
		list, _, err := x.Erasures(context.Background(), "a", "", 0)
		if err != nil || len(list) != 1 {
			t.Fatalf("list %+v %v", list, err)
		}
		first, err := x.CertificateIndex(context.Background(), "a", list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x.Certificate(context.Background(), "a", first)
		if err != nil || c.Complete || c.Payloads != eraseChunk {
			t.Errorf("interrupted: %+v %v", c, err)
		}
		rest, err := x.Erase(context.Background(), "a", bob, "case 1, the rest", Actor{})
		if err != nil || !rest.Complete || rest.Payloads != 5 {
			t.Errorf("rest: %+v %v", rest, err)
		}
		if v := f.chain(t); !v.Valid {
			t.Errorf("chain: %+v", v)
		}
	})
}

func TestUnreadableErasureIsAVerdictNotAnError(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		first := f.about(t, "1", bob)
		if _, err := f.disposal().Erase(context.Background(), "a", bob, "case 1", Actor{}); err != nil {
			t.Fatal(err)
		}
		f.exec(t, `UPDATE payload SET sealed = $3 WHERE tenant_id = $1 AND idx = $2`, "a", int64(first+1), []byte("x"))
		if v := f.chain(t); v.Valid {
			t.Errorf("an erasure that can't be read passes: %+v", v)
		}
	})
}
