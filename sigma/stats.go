package sigma

import (
	_ "embed" // the shipped statistics
	"math"
)

// rarityBits is the size of the table of frequencies.
const rarityBits = 17

// Rarity tells how often texts occur in traffic, by field. It holds frequencies
// of hashed groups of four bytes, never text.
type Rarity struct {
	// levels has, per hash of field and group, how often values of the field have
	// it: 0 unseen, else 255 - 16 log2(1/frequency).
	levels []byte
}

//go:generate go run ./internal/train stats.bin

//go:embed stats.bin
var shippedStats string

// shippedRarity are the statistics that come with the package, made by
// `go generate` from public attack samples and everyday traffic around them.
func shippedRarity() *Rarity { return &Rarity{levels: []byte(shippedStats)} }

// Bytes is the form in which statistics are shipped.
func (r *Rarity) Bytes() []byte { return r.levels }

// level is how often a group is in values of a field.
func (r *Rarity) level(field, gram uint64) byte {
	if len(r.levels) != 1<<rarityBits {
		return 0
	}
	return r.levels[rarityHash(field, gram)>>(64-rarityBits)]
}

func rarityHash(field, gram uint64) uint64 {
	h := (field ^ gram*0xff51afd7ed558ccd) * mixer
	h ^= h >> 31
	return h * 0xc4ceb9fe1a85ec53
}

// What the statistics count besides groups of four bytes.
const (
	seenGram  = 1 << 40 // the field has a text at all
	equalGram = 1 << 41 // mixed with the hash of a whole value
)

// anyField stands for all fields together.
const anyField = 0

// headers are fields by which events are routed: what is rare in them over all
// events is usual among those that a rule is there for.
var headers = map[string]bool{"EventID": true, "Channel": true, "Provider_Name": true}

const headerCost = 0.3

func frequency(level byte) float64 {
	if level == 0 {
		return 1.0 / 4096
	}
	return math.Exp2((float64(level) - 255) / 16)
}

// cost is what a witness is expected to cost per event that the rule is there
// for: how often it is found, and a little for looking.
func (r *Rarity) cost(field string, kind witnessKind, text string) float64 {
	const shortLook = 0.05
	if kind == witnessPresent {
		return 0.9
	}
	look := 0.002 / float64(max(len(text), 1))
	id := fieldHash(field)
	if r.level(id, seenGram) == 0 {
		id = anyField
	}
	if kind == witnessEqual && len(text) <= 64 {
		f := frequency(r.level(id, equalGram^hashText([]byte(text))))
		if headers[nameKey(field)] {
			f = max(f, headerCost)
		}
		return look + f
	}
	if len(text) < 4 {
		return shortLook + 0.4/float64(1+len(text))
	}
	least := 1.0
	for i := 0; i+4 <= len(text); i++ {
		least = min(least, frequency(r.level(id, uint64(le32(text, i)))))
	}
	return look + least
}

// rarest is where n neighbouring groups of four bytes start in a text of which
// even the most frequent one is rare.
func (r *Rarity) rarest(text []byte, n int) int {
	best, least := 0, 256
	for i := 0; i+n+3 <= len(text); i++ {
		worst := 0
		for j := i; j < i+n; j++ {
			worst = max(worst, int(r.level(anyField, uint64(le32(text, j)))))
		}
		if worst < least {
			best, least = i, worst
		}
	}
	return best
}

func fieldHash(field string) uint64 { return hashText([]byte(nameKey(field))) | 1 }
