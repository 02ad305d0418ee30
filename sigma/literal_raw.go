package sigma

import "encoding/binary"

// caseBits makes ASCII letters lower case and leaves their places alone; what else
// it makes equal, a look at the folded text tells apart.
const caseBits = 0x20202020

// rawIndex looks at a value as it stands in the event, before escapes are resolved
// and case is folded, and tells whether any needle of a field can be in it. Long
// texts that nobody looks for (messages, call traces) are then left as they are.
type rawIndex struct {
	table  *litTable
	stride int
}

// newRawIndex makes one of needles that all lie inside of values; it is nil when
// not every needle has four bytes in a row that JSON never escapes.
func newRawIndex(needles []needle, rarity *Rarity) *rawIndex {
	best := make([][2]int, len(needles)) // the longest run of plain bytes
	stride := 8
	for i := range needles {
		best[i] = plainRun(needles[i].text)
		for best[i][1]-best[i][0] < stride+3 {
			if stride /= 2; stride == 0 {
				return nil
			}
		}
	}
	x := &rawIndex{table: newLitTable(len(needles)*stride, 64), stride: stride}
	for i := range needles {
		run := needles[i].text[best[i][0]:best[i][1]]
		from := rarity.rarest(run, stride)
		for at := from; at < from+stride; at++ {
			x.table.add(uint64(le32(run, at)|caseBits), 1)
		}
	}
	return x
}

// plainRun finds the longest part of a text that is the same in every spelling
// in JSON without \u.
func plainRun(text []byte) (best [2]int) {
	from := 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && text[i] >= ' ' && text[i] < 0x7f && text[i] != '"' && text[i] != '\\' && text[i] != '/' {
			continue
		}
		if i-from > best[1]-best[0] {
			best = [2]int{from, i}
		}
		from = i + 1
	}
	return best
}

// may tells whether a needle can be in a leaf.
func (x *rawIndex) may(ev []byte, l *leaf, s *spent) bool {
	if l.flags&(flagFolded|flagWide|flagUnicode) != 0 {
		return true // is folded anyway, or spelled in more ways than one
	}
	v := ev[l.start:l.end]
	if s.work += len(v) / x.stride; s.work > ampleWork {
		return true // the look at the folded text is bounded
	}
	bitmap, shift, stride := x.table.bitmap, x.table.shift&63, x.stride
	for i := 0; i+4 <= len(v); i += stride {
		key := uint64(binary.LittleEndian.Uint32(v[i:]) | caseBits)
		h := key * mixer >> shift
		if bitmap[h>>6]>>(h&63)&1 != 0 && x.table.first(key) != 0 {
			return true
		}
	}
	return false
}
