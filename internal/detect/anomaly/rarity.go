package anomaly

import (
	"math/bits"

	"frostgate.io/frostgate/internal/domain"
)

// log2 is the binary logarithm of n with some bits behind the point, rounded
// down; 0 for 0. It squares: one bit each time.
func log2(n uint64, places int) int64 {
	if n == 0 {
		return 0
	}
	whole := bits.Len64(n) - 1
	out := int64(whole)
	x := n << (63 - whole) // in [1,2), 63 bits behind the point
	for range places {
		x, _ = bits.Mul64(x, x) // in [1,4), 62 bits
		bit := x >> 63
		out = out<<1 | int64(bit)
		x <<= 1 - bit
	}
	return out
}

// surprise is how unlikely a share is, in quarter bits.
func surprise(part, of int64) int {
	if part >= of {
		return 0
	}
	return min(int(log2(uint64(of), 4)-log2(uint64(part), 4))/4, buckets-1)
}

// rarity turns a share of what was at least as unusual into thousandths: 0 up to
// a tenth, 500 for one in a hundred, 1000 from one in a thousand on. With little
// history nothing can be very rare.
func rarity(asUnusual, of int64) domain.Milli {
	if asUnusual*10 >= of {
		return 0
	}
	decades := (log2(uint64(of), 12) - log2(uint64(asUnusual), 12)) * 30103 / (100 << 12) // thousandths
	return domain.Milli(min(max((decades-1000)/2, 0), 1000))
}

// Score is the anomaly score of a decision, in thousandths: the weightiest
// finding, and a quarter of what the next one could add. It is a function of the
// recorded fact alone. Without a fact it is 0.
func Score(f *domain.AnomalyFact) domain.Milli {
	if f == nil {
		return 0
	}
	first, second := domain.Milli(0), domain.Milli(0)
	for i := range f.Features {
		x := &f.Features[i]
		if x.Learning {
			continue
		}
		switch c := min(max(x.Rarity*x.Weight/1000, 0), 1000); {
		case c > first:
			first, second = c, first
		case c > second:
			second = c
		}
	}
	return first + (1000-first)*second/4000
}
