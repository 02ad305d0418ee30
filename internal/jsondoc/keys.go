package jsondoc

import "hash/maphash"

// indexFrom is the number of members from which an object's keys go into the
// hash index; below it a bit filter and a short walk are faster.
const indexFrom = 24

// keySet is what the parser knows of an open object's keys.
type keySet struct {
	object uint32 // node of the object
	count  uint32
	filter uint64 // bit filterBit(key) is set for each key
}

func (s *keySet) flags() uint8 {
	if s.count > indexFrom {
		return flagIndexed
	}
	return 0
}

// filterBit spreads keys over 64 bits. Hostile keys can make it useless; then
// the walk below costs at most indexFrom comparisons.
func filterBit(key []byte) uint64 {
	n := len(key)
	if n == 0 {
		return 1
	}
	h := uint32(key[0]) | uint32(key[n/2])<<8 | uint32(key[n-1])<<16 | uint32(n)<<24
	return 1 << (h * 0x9E3779B1 >> 26)
}

// addKey notes that the member at node self has this key; false when the object
// has it already. The time for an object of n members is O(n), whatever
// the keys: small objects by bound, large ones by a seeded hash.
func (d *Doc) addKey(s *keySet, key []byte, self uint32) bool {
	if s.count < indexFrom {
		bit := filterBit(key)
		if s.filter&bit != 0 && d.scanKey(s.object+1, s.count, key) >= 0 {
			return false
		}
		s.filter |= bit
		s.count++
		return true
	}
	if s.count == indexFrom {
		d.indexMembers(s)
	}
	s.count++
	return d.index.add(d, s.object, key, self)
}

// scanKey walks count siblings from node i for the key.
func (d *Doc) scanKey(i, count uint32, key []byte) int {
	for ; count > 0; count-- {
		n := &d.nodes[i]
		if int(n.keyTo-n.keyFrom) == len(key) && string(d.keyOf(n)) == string(key) {
			return int(i)
		}
		i = d.after(i)
	}
	return -1
}

// indexMembers moves the members so far into the index.
func (d *Doc) indexMembers(s *keySet) {
	if !d.seeded {
		d.seed, d.seeded = maphash.MakeSeed(), true
	}
	i := s.object + 1
	for range s.count {
		d.index.add(d, s.object, d.keyOf(&d.nodes[i]), i)
		i = d.after(i)
	}
}

func (d *Doc) keyOf(n *node) []byte {
	if n.flags&flagKeyDecoded != 0 {
		return d.decoded[n.keyFrom:n.keyTo]
	}
	return d.src[n.keyFrom:n.keyTo]
}

// after returns the node that follows i's subtree.
func (d *Doc) after(i uint32) uint32 {
	if n := &d.nodes[i]; n.kind >= Array {
		return n.a
	}
	return i + 1
}

// index finds members of the document's large objects by key. It is one open
// addressing table for all of them; the hash is seeded per Doc, so that keys
// can't be chosen to collide, and its order is never visible.
type index struct {
	slots []slot // a power of two, at most half full
	used  int
}

type slot struct {
	object, member uint32 // member 0 is an empty slot: node 0 is the root
	hash           uint32
}

const (
	indexMin  = 128
	indexKeep = 1 << 12 // slots that are kept for the next document
)

func (x *index) reset() {
	if x.used == 0 {
		return
	}
	x.used = 0
	if len(x.slots) > indexKeep {
		x.slots = nil
		return
	}
	clear(x.slots)
}

func hashKey(d *Doc, object uint32, key []byte) uint32 {
	return mixObject(maphash.Bytes(d.seed, key), object)
}

func mixObject(h uint64, object uint32) uint32 {
	h += uint64(object) * 0x9E3779B97F4A7C15
	return uint32(h>>32) ^ uint32(h)
}

// add enters a member; false when the object has the key already.
func (x *index) add(d *Doc, object uint32, key []byte, member uint32) bool {
	if 2*x.used >= len(x.slots) {
		x.grow()
	}
	h := hashKey(d, object, key)
	mask := uint32(len(x.slots) - 1)
	i := h & mask
	for ; x.slots[i].member != 0; i = (i + 1) & mask {
		s := &x.slots[i]
		if s.hash == h && s.object == object && string(d.keyOf(&d.nodes[s.member])) == string(key) {
			return false
		}
	}
	x.slots[i] = slot{object: object, member: member, hash: h}
	x.used++
	return true
}

func (x *index) grow() {
	old := x.slots
	x.slots = make([]slot, max(indexMin, 2*len(old)))
	mask := uint32(len(x.slots) - 1)
	for _, s := range old {
		if s.member == 0 {
			continue
		}
		i := s.hash & mask
		for x.slots[i].member != 0 {
			i = (i + 1) & mask
		}
		x.slots[i] = s
	}
}

// find returns the node of an indexed object's member, -1 if there is none.
func (x *index) find(d *Doc, object uint32, key string) int {
	h := mixObject(maphash.String(d.seed, key), object)
	mask := uint32(len(x.slots) - 1)
	for i := h & mask; x.slots[i].member != 0; i = (i + 1) & mask {
		s := &x.slots[i]
		if s.hash == h && s.object == object && string(d.keyOf(&d.nodes[s.member])) == key {
			return int(s.member)
		}
	}
	return -1
}
