package inventory

import (
	"encoding/binary"
	"fmt"
	"testing"

	"frostgate.io/frostgate/internal/inventory/manifest"
)

func TestKnown(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 7, 8, 9, 1000, 5000} {
		k := &known{}
		for i := range n {
			k.add(manifest.HashOf(fmt.Append(nil, i)))
			k.add(manifest.HashOf(fmt.Append(nil, i/2))) // twice
		}
		k.seal()
		for i := range n {
			if !k.has(manifest.HashOf(fmt.Append(nil, i))) {
				t.Fatalf("of %d, %d is not known", n, i)
			}
			if k.has(manifest.HashOf(fmt.Append(nil, "x", i))) {
				t.Fatalf("of %d, another is known", n)
			}
		}
	}
	var k known
	var first, last manifest.Hash
	binary.BigEndian.PutUint64(last[:], ^uint64(0))
	k.add(last)
	k.add(first)
	k.seal()
	if !k.has(first) || !k.has(last) {
		t.Error("the ends are not known")
	}
}

func TestEntriesKeepTheirTexts(t *testing.T) {
	t.Parallel()
	var l entryList
	const n = 40_000 // several blocks
	for i := range n {
		place := ""
		switch i % 3 {
		case 0:
			place = fmt.Sprintf("a/b%d/%d.json", i%7, i)
		case 1:
			place = fmt.Sprintf("%d.json", i)
		}
		l.add(fmt.Sprint("type", i%2), fmt.Sprintf("id-%06d", (i*7919)%n), place, manifest.HashOf(fmt.Append(nil, i)))
	}
	order := l.sorted()
	for i, at := range order {
		e := l.at(at)
		if want := map[uint32]string{0: "", 1: fmt.Sprintf("%d.json", at), 2: fmt.Sprintf("a/b%d/%d.json", at%7, at)}[[]uint32{2, 1, 0}[at%3]]; l.place(e) != want {
			t.Fatalf("place %q, want %q", l.place(e), want)
		}
		if e.hash != manifest.HashOf(fmt.Append(nil, at)) || string(l.id(e)) != fmt.Sprintf("id-%06d", (int(at)*7919)%n) {
			t.Fatalf("entry %d: %q", at, l.id(e))
		}
		if i > 0 {
			p := l.at(order[i-1])
			if a, b := l.types.names[p.kind]+string(l.id(p)), l.types.names[e.kind]+string(l.id(e)); a >= b {
				t.Fatalf("%s before %s", a, b)
			}
		}
	}
}
