package evidence

import (
	"math"
	"testing"

	"github.com/transparency-dev/tessera/api/layout"
)

func TestTilePathsHaveOneSpelling(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]TilePath{
		"tile/0/000":                               {Width: 256},
		"tile/0/x001/x234/067":                     {N: 1234067, Width: 256},
		"tile/0/x001/x234/067.p/8":                 {N: 1234067, Width: 8},
		"tile/63/000.p/1":                          {Level: 63, Width: 1},
		"tile/entries/x001/000.p/255":              {Entries: true, N: 1000, Width: 255},
		"tile/entries/255":                         {Entries: true, N: 255, Width: 256},
		"tile/0/x009/x223/x372/x036/x854/x775/807": {N: math.MaxInt64, Width: 256},
	} {
		got, err := ParseTilePath(s)
		if err != nil || got != want || got.String() != s {
			t.Errorf("%s: %+v, %v", s, got, err)
		}
	}
	for _, s := range []string{
		"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/x000/001", "tile/0/001/001", "tile/0/x001",
		"tile/0/x001/x001", "tile/00/001", "tile/+0/001", "tile/64/000", "tile/-1/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
		"tile/0/000.p/", "tile/0/000.p/1/", "tile/0/000.p", "tile/0/000/", "/tile/0/000", "tile/0//000", "tile/data/000", "tile/8/0/000",
		"tile/Entries/000", "tile/0/+01", "tile/0/xx01/001", "tile/0/000.p/+1", "tile/0/000 ", "tile/0/000\n", "tile/0/000.p/1.p/1",
		"tile/0/x009/x223/x372/x036/x854/x775/808", "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999",
	} {
		if got, err := ParseTilePath(s); err == nil {
			t.Errorf("%q was read as %+v", s, got)
		}
	}
}

// Whatever is accepted has exactly this spelling, and the reference
// implementation reads and writes the same.
func FuzzParseTilePath(f *testing.F) {
	for _, s := range []string{"tile/0/000", "tile/0/x001/x234/067.p/8", "tile/entries/x001/000", "tile/7/000.p/255", "tile/0/x000/001", "tile/0/000.p/0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseTilePath(s)
		if err != nil {
			return
		}
		if p.String() != s {
			t.Fatalf("%q has the form %q", s, p)
		}
		partial := uint8(p.Width % tileWidth)
		theirs := layout.TilePath(uint64(p.Level), p.N, partial)
		if p.Entries {
			theirs = layout.EntriesPath(p.N, partial)
		}
		if theirs != s {
			t.Fatalf("%q is %q elsewhere", s, theirs)
		}
	})
}
