package anomaly

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
)

// magic begins a snapshot; another layout has another one.
const magic = "FGA1"

// maxSnapshot bounds what DecodeSnapshot reads: every counter in its longest
// form, with some room.
const maxSnapshot = depth*width*4 + 16<<10

var errSnapshot = errors.New("an anomaly snapshot is damaged")

// AppendSnapshot appends all of the state: digest, figures, histories, and the
// counters as runs of zeros, each with the count behind it.
func (s *State) AppendSnapshot(b []byte) []byte {
	b = append(append(b, magic...), s.digest[:]...)
	b = binary.AppendUvarint(b, s.events)
	b = binary.AppendUvarint(b, s.sketch.aged)
	for f := range s.features {
		h := &s.features[f]
		b = binary.AppendUvarint(b, h.entities)
		for _, c := range h.counts {
			b = binary.AppendUvarint(b, uint64(c))
		}
	}
	zeros := uint64(0)
	for i := range s.sketch.cells {
		for _, c := range s.sketch.cells[i] {
			if c == 0 {
				zeros++
				continue
			}
			b = binary.AppendUvarint(b, zeros)
			b = binary.AppendUvarint(b, uint64(c))
			zeros = 0
		}
	}
	return binary.AppendUvarint(b, zeros)
}

// DecodeSnapshot reads a state that AppendSnapshot wrote, and nothing else.
func DecodeSnapshot(b []byte) (*State, error) {
	if len(b) > maxSnapshot || len(b) < len(magic)+len(Digest{}) || string(b[:len(magic)]) != magic {
		return nil, errSnapshot
	}
	s := NewState()
	r := reader{b: b[len(magic)+copy(s.digest[:], b[len(magic):]):]}
	s.events, s.sketch.aged = r.number(math.MaxUint64), r.number(math.MaxUint64)
	for f := range s.features {
		h := &s.features[f]
		h.entities = r.number(math.MaxUint64)
		for i := range h.counts {
			h.counts[i] = uint32(r.number(keptHistory))
			h.total += h.counts[i]
		}
		if h.total >= keptHistory {
			return nil, errSnapshot
		}
	}
	if err := r.cells(&s.sketch); err != nil || r.err != nil || len(r.b) > 0 {
		return nil, errSnapshot
	}
	// What is encoded in another way than ours was not written by us.
	if !bytes.Equal(s.AppendSnapshot(make([]byte, 0, len(b))), b) {
		return nil, errSnapshot
	}
	return s, nil
}

// reader reads numbers; the first error stays.
type reader struct {
	b   []byte
	err error
}

func (r *reader) number(most uint64) uint64 {
	if r.err != nil {
		return 0
	}
	n, rest, err := uvarint(r.b)
	if err != nil || n > most {
		r.err = errSnapshot
		return 0
	}
	r.b = rest
	return n
}

func (r *reader) cells(s *sketch) error {
	const all = depth * width
	for at := uint64(0); ; at++ {
		if at += r.number(all); at == all {
			break
		}
		c := r.number(full)
		if at > all || c == 0 || r.err != nil {
			return errSnapshot
		}
		s.cells[at/width][at%width] = uint16(c)
		if at < width {
			s.used++
		}
	}
	if s.used > crowded {
		return errSnapshot
	}
	return nil
}
