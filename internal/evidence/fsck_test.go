package evidence

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/receipt"
)

func fixedClock() clock.Clock { return clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) }

func openStore(t testing.TB) *db.DB { return dbtest.OpenSQLite(t, fixedClock()) }

// Whatever is changed in an exported log is found, and the place named.
func TestFsckFolderFindsDamage(t *testing.T) {
	if testing.Short() {
		t.Skip("66,000 entries for each case: not in the short form")
	}
	t.Parallel()
	base := t.TempDir()
	trust := folderLog(t, base, 66000)
	flip := func(at int) func([]byte) []byte { return func(b []byte) []byte { b[at] ^= 1; return b } }
	for name, tc := range map[string]struct {
		file  string
		alter func([]byte) []byte // nil removes the file
		check string
		index int64
		where string
	}{
		"an entry":                {"tile/entries/005", flip(2 + 20), CheckEntries, 1280, "the entry was changed: its hash is not the tile's, and the tiles give the signed root"},
		"a later entry":           {"tile/entries/000", func(b []byte) []byte { b[len(b)-5] ^= 1; return b }, CheckEntries, 255, "can't be read"},
		"a leaf tile":             {"tile/0/007", flip(32*3 + 1), CheckTiles, 7*256 + 3, "(tile/0/007): the tile was changed: its hash is not the entry's, and the entries give the signed root"},
		"a tile above":            {"tile/1/000", flip(32*9 + 1), CheckTiles, -1, "tile/1/000"},
		"a partial tile above":    {"tile/2/000.p/1", flip(0), CheckTiles, -1, "tile/2/000.p/1"},
		"a partial bundle":        {"tile/entries/257.p/208", flip(2 + 20), CheckEntries, 257 * 256, ""},
		"a bundle's length":       {"tile/entries/003", flip(1), CheckEntries, 768, "tile/entries/003"},
		"a short bundle":          {"tile/entries/003", func(b []byte) []byte { return b[:len(b)/2] }, CheckEntries, 768, "tile/entries/003"},
		"a missing bundle":        {"tile/entries/003", nil, CheckEntries, 768, "tile/entries/003"},
		"a missing tile":          {"tile/0/009", nil, CheckTiles, -1, "tile/0/009"},
		"a missing tile above":    {"tile/1/001.p/1", nil, CheckTiles, -1, "tile/1/001.p/1"},
		"a short tile":            {"tile/0/009", func(b []byte) []byte { return b[:8191] }, CheckTiles, -1, "tile/0/009"},
		"a long tile":             {"tile/0/009", func(b []byte) []byte { return append(b, 0) }, CheckTiles, -1, "tile/0/009"},
		"two bundles exchanged":   {"tile/entries/003", func([]byte) []byte { b, _ := os.ReadFile(filepath.Join(base, "tile", "entries", "004")); return b }, CheckEntries, 768, ""},
		"a bundle of more":        {"tile/entries/003", func(b []byte) []byte { return append(b, 0, 0) }, CheckEntries, 768, "more than 256"},
		"an empty leaf tile":      {"tile/0/009", func([]byte) []byte { return nil }, CheckTiles, -1, "tile/0/009"},
		"another log's entry":     {"tile/entries/002", func(b []byte) []byte { return []byte(strings.Replace(string(b), `"log-a"`, `"log-b"`, 1)) }, CheckEntries, 512, "log-b"},
		"an entry that is no one": {"tile/entries/002", func(b []byte) []byte { return []byte(strings.Replace(string(b), `"v":1}`, `"v":2}`, 1)) }, CheckEntries, 512, "can't be read"},
	} {
		t.Run(name, func(t *testing.T) {
			r := damaged(t, base, tc.file, tc.alter, trust)
			if r.Valid() || len(r.Problems) == 0 {
				t.Fatalf("not found: %+v", r)
			}
			p := r.Problems[0]
			if p.Check != tc.check || p.Index != tc.index || !strings.Contains(p.String(), tc.where) {
				t.Errorf("first problem %+v (%s)", p, p)
			}
		})
	}
	if r, err := FsckFolder(context.Background(), base, trust); err != nil || !r.Valid() {
		t.Errorf("unchanged: %+v %v", r, err)
	}
}

// damaged checks a folder with one file altered, or removed, and mends it.
func damaged(t *testing.T, dir, file string, alter func([]byte) []byte, trust receipt.Trust) *FsckReport {
	t.Helper()
	path := filepath.Join(dir, file)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}()
	if alter == nil {
		err = os.Remove(path)
	} else {
		err = os.WriteFile(path, alter(append([]byte(nil), raw...)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := FsckFolder(context.Background(), dir, trust)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFsckFolderChecksTheSignature(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	trust := folderLog(t, dir, 300)
	other := folderLog(t, t.TempDir(), 1)
	if r, err := FsckFolder(ctx, dir, other); err != nil || r.Valid() || r.Problems[0].Check != CheckSignature {
		t.Errorf("another key: %+v %v", r, err)
	}
	r, err := FsckFolder(ctx, dir, receipt.Trust{})
	if err != nil || !r.Valid() || !r.Checks[0].Skipped {
		t.Errorf("no key: %+v %v", r, err)
	}
	// A root that the entries don't give.
	path := filepath.Join(dir, CheckpointFile)
	raw, _ := os.ReadFile(path)
	lines := strings.Split(string(raw), "\n")
	lines[2] = "AAAA" + lines[2][4:]
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err = FsckFolder(ctx, dir, trust)
	if err != nil || r.Valid() || r.Problems[0].Check != CheckSignature || r.Checks[3].OK {
		t.Errorf("another root: %+v %v", r, err)
	}
	for _, text := range []string{"", "x", strings.Repeat("x", maxCheckpoint+1)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := FsckFolder(ctx, dir, trust); err == nil {
			t.Errorf("an unreadable checkpoint gave %+v", r)
		}
	}
	if _, err := FsckFolder(ctx, t.TempDir(), trust); err == nil {
		t.Error("an empty folder is a log")
	}
}

// The entries' root and the tiles' root are told apart, and nothing that only
// follows from the culprit is told.
func TestFsckNamesTheCulprit(t *testing.T) {
	if testing.Short() {
		t.Skip("66,000 entries for each case: not in the short form")
	}
	t.Parallel()
	base := t.TempDir()
	trust := folderLog(t, base, 66000)
	flip := func(at int) func([]byte) []byte { return func(b []byte) []byte { b[at] ^= 1; return b } }
	entry := damaged(t, base, "tile/entries/005", flip(2+20), trust)
	if entry.Computed == entry.Root || entry.Checks[3].OK || !entry.Checks[2].OK || entry.Checks[1].OK {
		t.Errorf("entry: %+v", entry)
	}
	if len(entry.Problems) != 2+1 && len(entry.Problems) != 2 || !strings.Contains(entry.Problems[len(entry.Problems)-1].What, ", and so do the tiles") {
		t.Errorf("entry: %+v", entry.Problems)
	}
	tile := damaged(t, base, "tile/0/007", flip(32*3+1), trust)
	if tile.Computed != tile.Root || len(tile.Problems) != 1 || tile.Bad != 1 || !tile.Checks[3].OK || !tile.Checks[1].OK {
		t.Errorf("tile: %+v", tile)
	}
	if unpinned := damaged(t, base, "tile/0/007", flip(32*3+1), receipt.Trust{}); !strings.Contains(unpinned.Problems[0].What, "the entries give the log's root") {
		t.Errorf("unpinned: %+v", unpinned.Problems)
	}
	var both *FsckReport
	damaged(t, base, "tile/0/007", func(b []byte) []byte {
		both = damaged(t, base, "tile/entries/005", flip(2+20), trust)
		return b
	}, trust)
	if both.Bad != entry.Bad {
		t.Errorf("both: %+v", both.Problems)
	}
}
