package evidence

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// TilePath names one file of a log's tree (c2sp.org/tlog-tiles): a tile of
// hashes or a bundle of entries.
type TilePath struct {
	// Entries says that it is a bundle of entries; Level is 0 then.
	Entries bool
	// Level is the tile level: nodes of tree level 8*Level.
	Level int
	// N is the position among the files of its level.
	N uint64
	// Width is how many hashes or entries it holds: 256 is a full one, less a
	// partial one.
	Width int
}

const (
	maxTileLevel = 63            // c2sp.org/tlog-tiles
	maxTileN     = math.MaxInt64 // positions fit the store's integers
)

// String is the path below the log's prefix, for example
// tile/0/x001/x234/067.p/8 or tile/entries/000.
func (p TilePath) String() string {
	b := make([]byte, 0, 48)
	b = append(b, "tile/"...)
	if p.Entries {
		b = append(b, "entries"...)
	} else {
		b = strconv.AppendInt(b, int64(p.Level), 10)
	}
	b = appendTileN(append(b, '/'), p.N)
	if p.Width < tileWidth {
		b = append(b, ".p/"...)
		b = strconv.AppendInt(b, int64(p.Width), 10)
	}
	return string(b)
}

// appendTileN writes a position in groups of three digits; all groups but the
// last start with an x.
func appendTileN(b []byte, n uint64) []byte {
	digits := strconv.FormatUint(n, 10)
	digits = strings.Repeat("0", (3-len(digits)%3)%3) + digits
	for len(digits) > 3 {
		b = append(append(append(b, 'x'), digits[:3]...), '/')
		digits = digits[3:]
	}
	return append(b, digits...)
}

// ParseTilePath reads what String writes and no other spelling: each file of a
// log has one name, so a cache holds it once.
func ParseTilePath(s string) (TilePath, error) {
	bad := func(what string) (TilePath, error) {
		return TilePath{}, fmt.Errorf("tile path %.80q: %s", s, what)
	}
	rest, ok := strings.CutPrefix(s, "tile/")
	kind, rest, more := strings.Cut(rest, "/")
	if !ok || !more {
		return bad("want tile/LEVEL/N or tile/entries/N")
	}
	p := TilePath{Width: tileWidth}
	if kind == "entries" {
		p.Entries = true
	} else {
		level, err := strconv.ParseUint(kind, 10, 8)
		if err != nil || level > maxTileLevel {
			return bad("the level must be 0 to 63, or entries")
		}
		p.Level = int(level)
	}
	n, width, partial := strings.Cut(rest, ".p/")
	if partial {
		w, err := strconv.ParseUint(width, 10, 16)
		if err != nil || w < 1 || w >= tileWidth {
			return bad("the width of a partial tile must be 1 to 255")
		}
		p.Width = int(w)
	}
	for group := range strings.SplitSeq(n, "/") {
		v, err := strconv.ParseUint(strings.TrimPrefix(group, "x"), 10, 16)
		if err != nil || v > 999 || p.N > (maxTileN-v)/1000 {
			return bad("the position must be groups of three digits, all but the last with an x before")
		}
		p.N = p.N*1000 + v
	}
	if p.String() != s {
		return bad("not in the one form, which would be " + p.String())
	}
	return p, nil
}
