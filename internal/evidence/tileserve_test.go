package evidence

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"

	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/api/layout"
)

// grow appends entries until the log of tenant a has the given size.
func (f *fixture) grow(t testing.TB, size int) {
	t.Helper()
	ctx := context.Background()
	have, err := f.Size(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	k, err := f.keyring.Keys(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	var units []*Unit
	for i := int(have); i < size; i++ {
		u := unit("a", fmt.Sprint(i))
		if err := k.Seal(u, f.db.Clock()); err != nil {
			t.Fatal(err)
		}
		if err := f.Reserve(u); err != nil {
			t.Fatal(err)
		}
		units = append(units, u)
	}
	for _, u := range units {
		f.Ready(u)
	}
	for _, u := range units {
		if _, err := u.Wait(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTilesAndBundlesOfEachWidth(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		const size = 600
		f.grow(t, size)
		var leaves []receipt.Hash
		for n := range uint64(3) {
			width := min(256, size-int(n)*256)
			raw, err := f.EntryBundle(ctx, "a", n, width)
			if err != nil {
				t.Fatal(err)
			}
			var theirs api.EntryBundle
			if err := theirs.UnmarshalText(raw); err != nil || len(theirs.Entries) != width {
				t.Fatalf("bundle %d: %d entries, %v", n, len(theirs.Entries), err)
			}
			for i, e := range theirs.Entries {
				leaves = append(leaves, receipt.LeafHash(e))
				if h, err := receipt.ParseHeader(e); err != nil || h.Index != n*256+uint64(i) {
					t.Fatalf("entry %d: %v", n*256+uint64(i), err)
				}
			}
		}
		// Every width of every tile: what a client of any older size asked for.
		for n := range uint64(3) {
			most := min(256, size-int(n)*256)
			for w := 1; w <= most; w++ {
				flat, err := f.LogFile(ctx, "a", TilePath{N: n, Width: w})
				want := leaves[n*256 : n*256+uint64(w)]
				if err != nil || !bytes.Equal(flat, joined(want)) {
					t.Fatalf("tile 0/%d width %d: %v", n, w, err)
				}
			}
			if _, err := f.Tile(ctx, "a", 0, n, most+1); fault.CodeOf(err) != fault.NotFound && most < 256 {
				t.Errorf("tile 0/%d width %d: %v", n, most+1, err)
			}
		}
		for w := 1; w <= 2; w++ {
			want := []receipt.Hash{receipt.RootOf(leaves[:256]), receipt.RootOf(leaves[256:512])}[:w]
			if flat, err := f.Tile(ctx, "a", 1, 0, w); err != nil || !bytes.Equal(flat, joined(want)) {
				t.Errorf("tile 1/0 width %d: %v", w, err)
			}
		}
		for _, p := range []TilePath{
			{Width: 256, N: 2},
			{Width: 89, N: 2},
			{Level: 1, Width: 3},
			{Level: 2, Width: 1},
			{Level: 8, Width: 1},
			{Level: 63, Width: 1},
			{N: maxTileN, Width: 1},
			{Entries: true, N: 2, Width: 89},
			{Entries: true, N: 3, Width: 1},
			{Entries: true, N: 1 << 60, Width: 1},
		} {
			if _, err := f.LogFile(ctx, "a", p); fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%s: %v", p, err)
			}
		}
		if _, err := f.LogFile(ctx, "nobody", TilePath{Width: 1}); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a log that is not there: %v", err)
		}
	})
}

func joined(nodes []receipt.Hash) []byte {
	var out []byte
	for _, h := range nodes {
		out = append(out, h[:]...)
	}
	return out
}

// Which files a log of each size has, as the reference implementation counts.
func TestWidthOfAgreesWithReference(t *testing.T) {
	t.Parallel()
	for _, size := range []uint64{0, 1, 255, 256, 257, 300, 511, 512, 65535, 65536, 65537, 1 << 24} {
		for level := range 5 {
			nodes := size >> (8 * level)
			for _, n := range []uint64{0, 1, nodes / 256, nodes/256 + 1} {
				partial := int(layout.PartialTileSize(uint64(level), n, size))
				for w := 1; w <= 256; w++ {
					_, err := widthOf(size, level, n, w)
					want := n < nodes/256 || (n == nodes/256 && w <= partial)
					if (err == nil) != want {
						t.Fatalf("size %d tile %d/%d width %d: %v", size, level, n, w, err)
					}
				}
			}
		}
	}
}

func FuzzCutBundle(f *testing.F) {
	f.Add([]byte{}, 0)
	f.Add([]byte{0, 1, 'a', 0, 0}, 2)
	f.Add([]byte{0, 2, 'a'}, 1)
	f.Add([]byte{0}, 1)
	f.Fuzz(func(t *testing.T, raw []byte, width int) {
		entries, err := cutBundle(nil, raw, width)
		var theirs api.EntryBundle
		if terr := theirs.UnmarshalText(raw); (terr == nil && len(theirs.Entries) == width) != (err == nil) {
			t.Fatalf("ours %v, theirs %v with %d entries", err, terr, len(theirs.Entries))
		}
		if err != nil {
			return
		}
		var back []byte
		for i, e := range entries {
			if !bytes.Equal(e, theirs.Entries[i]) {
				t.Fatalf("entry %d differs", i)
			}
			back = AppendBundleEntry(back, e)
		}
		if !bytes.Equal(back, raw) {
			t.Fatal("the bundle is not what its entries give")
		}
	})
}
