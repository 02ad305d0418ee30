package sigma

import (
	"bytes"
	"unicode/utf8"
)

// glob is a pattern cut at its *: every segment between two of them has a fixed
// number of characters, so the leftmost place of each is as good as any other
// and matching never goes back.
type glob struct {
	segments   []segment
	start, end bool // a * is before the first, behind the last segment
	size       int  // what a look at every piece costs
}

// segment is a row of literals and ?, which is an empty literal here.
type segment [][]byte

func newGlob(p Pattern) *glob {
	g := &glob{}
	var seg segment
	for i, piece := range p {
		g.size += 1 + len(piece.Literal)/16
		if piece.Wild != WildMany {
			seg = append(seg, []byte(piece.Literal))
			continue
		}
		if len(seg) > 0 {
			g.segments = append(g.segments, seg)
		}
		seg = nil
		g.start = g.start || i == 0
		g.end = g.end || i == len(p)-1
	}
	if len(seg) > 0 {
		g.segments = append(g.segments, seg)
	}
	return g
}

// match tells whether the whole text fits.
func (g *glob) match(text []byte, s *spent) bool {
	segs := g.segments
	s.work += g.size
	if !g.start && len(segs) > 0 {
		n, _ := segmentAt(segs[0], text)
		if n < 0 || len(segs) == 1 && !g.end && n != len(text) {
			return false
		}
		if len(segs) == 1 {
			return true
		}
		text, segs = text[n:], segs[1:]
	}
	if !g.end && len(segs) > 0 {
		last := len(segs) - 1
		n := segmentBefore(segs[last], text)
		if n < 0 {
			return false
		}
		text, segs = text[:n], segs[:last]
	}
	for _, seg := range segs {
		n := segmentIn(seg, text, s)
		if n < 0 {
			return false
		}
		text = text[n:]
	}
	return true
}

// segmentAt returns the length of the segment at the start of text, or -1, and
// how much work it was to find out.
func segmentAt(seg segment, text []byte) (n, work int) {
	for i, lit := range seg {
		size := len(lit)
		work += 4 + size/16
		if size == 0 {
			_, size = utf8.DecodeRune(text[n:])
		}
		if size == 0 || len(seg[i]) > 0 && !bytes.HasPrefix(text[n:], lit) {
			return -1, work
		}
		n += size
	}
	return n, work
}

// segmentBefore returns where the segment starts that ends with text, or -1.
func segmentBefore(seg segment, text []byte) int {
	n := len(text)
	for i := len(seg) - 1; i >= 0; i-- {
		if len(seg[i]) == 0 {
			_, size := utf8.DecodeLastRune(text[:n])
			if size == 0 {
				return -1
			}
			n -= size
			continue
		}
		lit := seg[i]
		if !bytes.HasSuffix(text[:n], lit) {
			return -1
		}
		n -= len(lit)
	}
	return n
}

// segmentIn returns the offset behind the first place of the segment, or -1.
func segmentIn(seg segment, text []byte, s *spent) int {
	from, limit := 0, s.limit()
	for from <= len(text) && s.work <= limit {
		if len(seg[0]) > 0 {
			i := bytes.Index(text[from:], seg[0])
			if i < 0 {
				return -1
			}
			from += i
		}
		n, looked := segmentAt(seg, text[from:])
		s.work += looked
		if n >= 0 {
			return from + n
		}
		_, size := utf8.DecodeRune(text[from:])
		from += max(size, 1)
	}
	return -1
}
