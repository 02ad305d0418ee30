package anomaly

import (
	"crypto/sha256"
	"encoding/hex"
	"math/bits"

	"frostgate.io/frostgate/internal/domain"
)

// Algorithm names the features, their counting and their scoring. Another way to
// learn or to score is another algorithm: recorded scores must stay what they
// were.
const Algorithm = "anomaly-1"

// How much history a feature needs before it counts.
const (
	minEntity  = 20 // events of the entity, for a frequency
	minNumbers = 50 // numbers of the entity, for a quantile
	minFeature = 50 // events of entities that have enough
)

const (
	buckets = 64 // of surprise, in quarter bits
	// numberBuckets are powers of two; what is greater counts as the greatest.
	numberBuckets = 22
	// keptHistory is how many events a feature's history holds before it is
	// halved: the scale follows the tenant.
	keptHistory = 1 << 16
)

// Digest is a hash chain over the observations of a State.
type Digest [sha256.Size]byte

// String returns the digest in hex.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Next is the digest after an encoded observation.
func (d Digest) Next(observation []byte) Digest {
	var space [sha256.Size + 128]byte
	return sha256.Sum256(append(append(space[:0], d[:]...), observation...))
}

// State is what one tenant's events of one ring have taught.
type State struct {
	digest   Digest
	events   uint64
	features [FeatureCount]history
	sketch   sketch
}

// history is how surprising a feature's events were.
type history struct {
	counts   [buckets]uint32
	total    uint32 // sum of counts
	entities uint64 // entities met, those that were forgotten meanwhile again
}

// NewState returns the state that has seen nothing.
func NewState() *State { return &State{} }

// Digest identifies what the state has seen.
func (s *State) Digest() Digest { return s.digest }

// Events is how many observations the state has seen.
func (s *State) Events() uint64 { return s.events }

// FeatureStatus is how far a feature has learned.
type FeatureStatus struct {
	Feature  Feature
	Entities uint64 // met so far
	History  uint64 // events that a new one is compared with; of a quantile, none
	Learning bool   // a frequency without enough history
}

// Status tells how far each feature has learned.
func (s *State) Status() [FeatureCount]FeatureStatus {
	var out [FeatureCount]FeatureStatus
	for f := range FeatureCount {
		h := &s.features[f]
		out[f] = FeatureStatus{Feature: f, Entities: h.entities, History: uint64(h.total), Learning: h.total < minFeature}
	}
	return out
}

// Aged is how often counts were halved to make room.
func (s *State) Aged() uint64 { return s.sketch.aged }

// Observe judges an event by what came before it, then learns from it. The fact
// has the digest of before; encoded is the observation's encoding.
func (s *State) Observe(o *Observation, encoded []byte, m *Model) *domain.AnomalyFact {
	fact := &domain.AnomalyFact{Model: m.Name(), Digest: s.digest.String(), Learning: true}
	var found [FeatureCount]domain.AnomalyFeature
	n := 0
	for f := range FeatureCount {
		entity, value, ok := f.of(o)
		if !ok {
			continue
		}
		x := &found[n]
		if f.quantile() {
			s.rank(f, entity, value, x)
		} else {
			s.frequency(f, entity, value, x)
		}
		fact.Learning = fact.Learning && x.Learning
		if x.Learning || x.Rarity > 0 {
			if x.Name = f.String(); !x.Learning {
				x.Weight = m.Weights[f]
			}
			n++
		} else {
			*x = domain.AnomalyFeature{}
		}
	}
	if n > 0 {
		fact.Features = append(make([]domain.AnomalyFeature, 0, n), found[:n]...)
	}
	s.digest = s.digest.Next(encoded)
	s.events++
	return fact
}

// frequency judges and counts a value of an entity.
func (s *State) frequency(f Feature, entity, value uint64, x *domain.AnomalyFeature) {
	h := &s.features[f]
	whole, pair, kinds := join(f, entity, 0), join(f, entity, value), join(f, entity, ^uint64(0))
	total, seen, distinct := s.sketch.estimate(whole), s.sketch.estimate(pair), s.sketch.estimate(kinds)
	seen = min(seen, total)
	x.Seen, x.Total = seen, total
	if total >= minEntity {
		// A value that was seen is no less likely than any new one: for an
		// entity that always has new values, nothing is surprising.
		b := surprise(min(distinct, total)+1, total+2)
		if seen > 0 {
			b = min(b, surprise(seen, total+1))
		}
		above := int64(0)
		for _, c := range h.counts[b:] {
			above += int64(c)
		}
		x.Rarity = rarity(above+1, int64(h.total)+1)
		x.Learning = h.total < minFeature
		h.add(b)
	} else {
		x.Learning = true
	}
	if x.Learning {
		x.Rarity = 0
	}
	s.sketch.add(whole)
	if total == 0 {
		// Most entities of some sources come once and never again. What they had
		// is not worth the room: it is counted from the second event on.
		h.entities++
		return
	}
	s.sketch.add(pair)
	if seen == 0 {
		s.sketch.add(kinds)
	}
}

// rank judges and counts a number of an entity: its rank is the share of numbers
// that were as great.
func (s *State) rank(f Feature, entity, number uint64, x *domain.AnomalyFeature) {
	h := &s.features[f]
	whole := join(f, entity, 0)
	total := s.sketch.estimate(whole)
	own := min(bits.Len64(number), numberBuckets-1)
	above := int64(0)
	for b := own; b < numberBuckets; b++ {
		above += s.sketch.estimate(join(f, entity, uint64(b)+1))
	}
	x.Seen, x.Total = min(above, total), total
	if x.Learning = total < minNumbers; !x.Learning {
		x.Rarity = rarity(x.Seen+1, total+1)
		h.add(0)
	}
	s.sketch.add(whole)
	if total == 0 {
		h.entities++
		return
	}
	s.sketch.add(join(f, entity, uint64(own)+1))
}

// add counts one event's surprise.
func (h *history) add(bucket int) {
	h.counts[bucket]++
	if h.total++; h.total < keptHistory {
		return
	}
	h.total = 0
	for i := range h.counts {
		h.counts[i] /= 2
		h.total += h.counts[i]
	}
}
