package decision

import (
	"encoding/binary"
	"testing"

	"frostgate.io/frostgate/internal/evidence"
)

func filterMAC(n uint64) (m evidence.MAC) {
	// Two mixed words stand for the MAC's randomness.
	for i := range 2 {
		n += 0x9e3779b97f4a7c15
		z := n ^ n>>31
		z *= 0xbf58476d1ce4e5b9
		z ^= z >> 27
		z *= 0x94d049bb133111eb
		binary.LittleEndian.PutUint64(m[8*i:], z^z>>31)
	}
	return m
}

func TestSeenFilterGrowsWithItsEntries(t *testing.T) {
	t.Parallel()
	f := seenFilter{whole: true}
	const n = 100_000
	for i := range uint64(n) {
		f.add(filterMAC(i << 8))
		if i == 0 && len(f.parts[0]) > firstEntries*entryBits/64 {
			t.Errorf("one event takes %d words", len(f.parts[0]))
		}
	}
	bytes := 0
	for i, p := range f.parts {
		bytes += len(p) * 8
		if i > 0 && len(p) <= len(f.parts[i-1]) && len(p)*64/entryBits < partEntries {
			t.Errorf("part %d does not grow: %d words", i, len(p))
		}
	}
	// A part that has just begun is eight times the one before.
	if most := n * 2 * (partGrowth + 1); bytes > most {
		t.Errorf("%d entries in %d bytes", n, bytes)
	}
	for i := range uint64(n) {
		if !f.mayHave(filterMAC(i << 8)) {
			t.Fatalf("entry %d is forgotten", i)
		}
	}
	alarms := 0
	for i := range uint64(n) {
		if f.mayHave(filterMAC(i<<8 + 1)) {
			alarms++
		}
	}
	if alarms > n/200 {
		t.Errorf("%d false alarms among %d", alarms, n)
	}
}
