package anomaly

// The sketch: depth rows of width 16-bit counters, 48 KiB.
const (
	depth = 3
	width = 1 << 13
	// crowded is how many counters of the first row may be in use before all
	// are halved: a sketch that is fuller than that would take new values for
	// known ones.
	crowded = width / 2
)

const full = 1<<16 - 1

// sketch counts keys. An estimate is never below the true count since the last
// ageing.
type sketch struct {
	cells [depth][width]uint16
	used  int // counters of the first row that are not 0
	aged  uint64
}

// places are a key's counters, by double hashing (Kirsch and Mitzenmacher 2006).
func places(key uint64) [depth]uint32 {
	a, b := uint32(key), uint32(key>>32)|1
	return [depth]uint32{a % width, (a + b) % width, (a + 2*b) % width}
}

func (s *sketch) estimate(key uint64) int64 {
	p := places(key)
	return int64(min(s.cells[0][p[0]], s.cells[1][p[1]], s.cells[2][p[2]]))
}

// add counts a key once: only its smallest counters grow.
func (s *sketch) add(key uint64) {
	p := places(key)
	least := min(s.cells[0][p[0]], s.cells[1][p[1]], s.cells[2][p[2]])
	if least == full {
		s.age()
		least = min(s.cells[0][p[0]], s.cells[1][p[1]], s.cells[2][p[2]])
	}
	if s.cells[0][p[0]] == 0 {
		s.used++
	}
	for i := range p {
		if c := &s.cells[i][p[i]]; *c == least {
			*c++
		}
	}
	for s.used > crowded {
		s.age()
	}
}

// age halves every count: what is frequent stays known, what came once is
// forgotten, shares stay what they are.
func (s *sketch) age() {
	s.used = 0
	for i := range s.cells {
		row := &s.cells[i]
		for j := range row {
			row[j] /= 2
		}
	}
	for _, c := range s.cells[0] {
		if c != 0 {
			s.used++
		}
	}
	s.aged++
}
