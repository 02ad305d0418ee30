package inventory

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/inventory/manifest"
)

// entryList collects the objects of a run in little memory: about 90 bytes an
// object beside its ID. One goroutine uses it.
type entryList struct {
	blocks  [][]entry
	n       int
	text    textBlocks
	types   namesOf
	folders namesOf
}

// entry is one object; its texts are in the list's text blocks, the ID first,
// then the last element of its place.
type entry struct {
	hash   manifest.Hash
	text   uint64
	kind   uint32
	folder uint32 // 0: it had no place
	id     uint16
	base   uint16
}

const entryBlock = 8192

func (l *entryList) add(kind, id, place string, hash manifest.Hash) {
	e := entry{hash: hash, kind: l.types.number(kind), id: uint16(len(id))}
	base := ""
	if place != "" {
		base = place[strings.LastIndexByte(place, '/')+1:]
		e.folder, e.base = 1+l.folders.number(folderOf(place)), uint16(len(base))
	}
	e.text = l.text.add(id, base)
	if l.n%entryBlock == 0 {
		l.blocks = append(l.blocks, make([]entry, 0, entryBlock))
	}
	last := &l.blocks[len(l.blocks)-1]
	*last = append(*last, e)
	l.n++
}

func (l *entryList) at(i uint32) *entry { return &l.blocks[i/entryBlock][i%entryBlock] }

func (l *entryList) id(e *entry) []byte { return l.text.get(e.text, int(e.id)) }

func (l *entryList) place(e *entry) string {
	if e.folder == 0 {
		return ""
	}
	base := string(l.text.get(e.text+uint64(e.id), int(e.base)))
	if folder := l.folders.names[e.folder-1]; folder != "." {
		return folder + "/" + base
	}
	return base
}

// sorted gives the entries' numbers in the order of a manifest.
func (l *entryList) sorted() []uint32 {
	rank := l.types.ranks()
	order := make([]uint32, l.n)
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		x, y := l.at(a), l.at(b)
		if x.kind != y.kind {
			return cmp.Compare(rank[x.kind], rank[y.kind])
		}
		return bytes.Compare(l.id(x), l.id(y))
	})
	return order
}

// folderOf is the folder that a place lies in; "." is the source's root.
func folderOf(place string) string { return path.Dir(place) }

// cleanFolder is the one way to write a folder.
func cleanFolder(p string) string { return path.Clean(strings.Trim(p, "/")) }

// textBlocks keeps texts one after the other.
type textBlocks struct{ blocks [][]byte }

const textBlock = 1 << 20

func (t *textBlocks) add(a, b string) uint64 {
	last := len(t.blocks) - 1
	if last < 0 || len(t.blocks[last])+len(a)+len(b) > textBlock {
		t.blocks = append(t.blocks, make([]byte, 0, textBlock))
		last++
	}
	at := uint64(last)*textBlock + uint64(len(t.blocks[last]))
	t.blocks[last] = append(append(t.blocks[last], a...), b...)
	return at
}

func (t *textBlocks) get(at uint64, n int) []byte {
	return t.blocks[at/textBlock][at%textBlock:][:n]
}

// namesOf gives names numbers.
type namesOf struct {
	names   []string
	numbers map[string]uint32
}

func (s *namesOf) number(name string) uint32 {
	if n, ok := s.numbers[name]; ok {
		return n
	}
	if s.numbers == nil {
		s.numbers = make(map[string]uint32)
	}
	n := uint32(len(s.names))
	name = strings.Clone(name)
	s.names = append(s.names, name)
	s.numbers[name] = n
	return n
}

// ranks says for each name where it stands in the order of bytes.
func (s *namesOf) ranks() []int {
	order := make([]int, len(s.names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(s.names[a], s.names[b]) })
	ranks := make([]int, len(order))
	for rank, i := range order {
		ranks[i] = rank
	}
	return ranks
}
