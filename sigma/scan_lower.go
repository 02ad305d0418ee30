package sigma

import "encoding/binary"

// lowerInPlace lowers the ASCII letters of b, eight bytes at a time: in each byte
// below 0x80 the high bit of b+(0x80-'A') tells b >= 'A', that of b+(0x7f-'Z')
// tells b > 'Z'.
func lowerInPlace(b []byte) {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		low := w &^ highs
		upper := (low + ones*(0x80-'A')) &^ (low + ones*(0x7f-'Z')) &^ w & highs
		if upper != 0 {
			binary.LittleEndian.PutUint64(b[i:], w|upper>>2)
		}
	}
	for ; i < len(b); i++ {
		b[i] = lower[b[i]]
	}
}
