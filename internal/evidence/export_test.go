package evidence

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// live serves tenant a's log of a fixture.
type live struct {
	f     *fixture
	fail  string // a path that can't be read
	alter func(path string, b []byte) []byte
}

func (l *live) Checkpoint(ctx context.Context) ([]byte, error) {
	_, signed, err := l.f.Checkpoint(ctx, "a")
	return signed, err
}

func (l *live) File(ctx context.Context, path string) ([]byte, error) {
	p, err := ParseTilePath(path)
	if err != nil {
		return nil, err
	}
	if path == l.fail {
		return nil, errors.New("the line is cut")
	}
	b, err := l.f.LogFile(ctx, "a", p)
	if err == nil && l.alter != nil {
		b = l.alter(path, b)
	}
	return b, err
}

// onDisk serves an exported folder.
type onDisk string

func (d onDisk) Checkpoint(context.Context) ([]byte, error) { return readCheckpoint(string(d)) }

func (d onDisk) File(_ context.Context, path string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(d), path))
}

func (f *fixture) pins(t testing.TB) receipt.Trust {
	t.Helper()
	trust, err := receipt.NewTrust(f.custody.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

func mustExport(t *testing.T, src LogSource, dir string, trust receipt.Trust) *Exported {
	t.Helper()
	e, err := Export(context.Background(), src, dir, trust)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestExportGrowsAndVerifies(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		trust, dir := f.pins(t), filepath.Join(t.TempDir(), "out")
		sizes := []uint64{1, 2, 255, 256, 257, 300, 513}
		last := uint64(0)
		for _, size := range sizes {
			f.grow(t, int(size))
			e := mustExport(t, &live{f: f}, dir, trust)
			if e.From != last || e.To != size || e.Signer == "" {
				t.Fatalf("%+v", e)
			}
			last = size
			r, err := FsckFolder(ctx, dir, trust)
			if err != nil || !r.Valid() || r.Size != size {
				t.Fatalf("size %d: %+v %v", size, r, err)
			}
		}
		again := mustExport(t, &live{f: f}, dir, trust)
		if again.Fetched != 0 || again.Kept == 0 {
			t.Errorf("nothing grew, yet %+v", again)
		}
		// A copy from plain files is the same, without what older sizes left.
		copied := filepath.Join(t.TempDir(), "copy")
		mustExport(t, onDisk(dir), copied, trust)
		for p := range logFiles(513) {
			a, _ := os.ReadFile(filepath.Join(dir, p.String()))
			b, err := os.ReadFile(filepath.Join(copied, p.String()))
			if err != nil || !bytes.Equal(a, b) {
				t.Errorf("%s: %v", p, err)
			}
		}
		if left, _ := filepath.Glob(filepath.Join(copied, "tile", "*", ".*")); len(left) > 0 {
			t.Errorf("temporary files are left: %v", left)
		}
	})
}

// A run that ends half-way leaves no checkpoint; the next one goes on.
func TestExportResumes(t *testing.T) {
	t.Parallel()
	f := newFixture(t, dbtest.OpenSQLite(t, fixedClock()))
	f.grow(t, 600)
	trust, dir := f.pins(t), t.TempDir()
	if _, err := Export(context.Background(), &live{f: f, fail: "tile/1/000.p/2"}, dir, trust); err == nil || !strings.Contains(err.Error(), "the line is cut") {
		t.Fatalf("interrupted: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, CheckpointFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("a checkpoint stands over half a log")
	}
	e := mustExport(t, &live{f: f}, dir, trust)
	if e.Kept == 0 || e.Fetched == 0 {
		t.Errorf("did not go on: %+v", e)
	}
	// A kept file that was damaged is found and fetched again.
	name := filepath.Join(dir, "tile", "entries", "000")
	raw, _ := os.ReadFile(name)
	raw[100] ^= 1
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	mustExport(t, &live{f: f}, dir, trust)
	if r, err := FsckFolder(context.Background(), dir, trust); err != nil || !r.Valid() {
		t.Errorf("after mending: %+v %v", r, err)
	}
}

func TestExportRefuses(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := newFixture(t, dbtest.OpenSQLite(t, fixedClock()))
	f.grow(t, 300)
	trust, dir := f.pins(t), t.TempDir()
	mustExport(t, &live{f: f}, dir, trust)
	before := snapshot(t, dir)
	refused := func(what, says string, src LogSource, trust receipt.Trust) {
		t.Helper()
		_, err := Export(ctx, src, dir, trust)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", what, err)
		}
		if after := snapshot(t, dir); after != before {
			t.Errorf("%s: the folder was changed", what)
		}
	}
	shorter := t.TempDir()
	other := folderLog(t, shorter, 200)
	refused("another log", "another log", onDisk(shorter), other)
	// The same key and name, but set back and grown differently: a fork.
	g := newFixture(t, dbtest.OpenSQLite(t, fixedClock()))
	g.stop()
	g.custody = f.custody
	g.start(t)
	if err := g.SealStates(ctx, tenantIDs); err != nil {
		t.Fatal(err)
	}
	g.grow(t, 200)
	refused("set back", "set back", &live{f: g}, trust)
	g.grow(t, 400)
	refused("fork", "forks", &live{f: g}, trust)
	refused("not the pinned key", "not signed by a trusted key", &live{f: f}, other)
	f.grow(t, 600)
	refused("a server that alters an entry", "its hash is not the tile's", &live{f: f, alter: func(path string, b []byte) []byte {
		if path == "tile/entries/001" {
			b[300] ^= 1
		}
		return b
	}}, trust)
	refused("a server that alters a tile", "tile/1/000", &live{f: f, alter: func(path string, b []byte) []byte {
		if path == "tile/1/000.p/2" {
			b[3] ^= 1
		}
		return b
	}}, trust)
	refused("a server that cuts a bundle", "bundle ends", &live{f: f, alter: func(path string, b []byte) []byte {
		if path == "tile/entries/001" {
			b = b[:len(b)-1]
		}
		return b
	}}, trust)
	mustExport(t, &live{f: f}, dir, trust) // and the honest one goes on
	foreign := t.TempDir()
	folderLog(t, foreign, 600)
	if err := os.Remove(filepath.Join(foreign, CheckpointFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Export(ctx, &live{f: f}, foreign, trust); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("files of another log without a checkpoint: %v", err)
	}
}

// snapshot is the folder as one text.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		b.WriteString(path)
		b.Write(raw)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// SetSteps sets how many entries one transaction looks at.
func (s *AuditStore) SetSteps(n int) { s.steps = n }
