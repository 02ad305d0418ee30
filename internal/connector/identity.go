package connector

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// maxPerSecond bounds the distinct lines remembered for one second; beyond it
// counting starts again, so that identical lines of that second may be taken for
// replays.
const maxPerSecond = 1 << 16

// lineIDs identifies lines that carry no identifier of their own: the line's
// hash and how many times this very text has come within its second. Reading a
// file again gives the same IDs, and memory is bounded: counts are forgotten
// when the second changes.
type lineIDs struct {
	second string
	seen   map[[16]byte]int64
}

// id returns "<first half of SHA-256 of the line>:<ordinal>".
func (l *lineIDs) id(line []byte, timestamp string) string {
	second := timestamp[:min(len(timestamp), len("2006-01-02T15:04:05"))]
	if second != l.second || len(l.seen) >= maxPerSecond {
		l.second = second
		if l.seen == nil {
			l.seen = make(map[[16]byte]int64)
		}
		clear(l.seen)
	}
	sum := sha256.Sum256(line)
	key := [16]byte(sum[:16])
	l.seen[key]++
	buf := make([]byte, 0, 48)
	buf = hex.AppendEncode(buf, key[:])
	buf = append(buf, ':')
	return string(strconv.AppendInt(buf, l.seen[key], 10))
}
