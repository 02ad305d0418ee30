package correlate

import (
	"math"
	"strconv"
	"strings"
)

// Thousandths reads a decimal number, which may have an exponent, as whole
// thousandths towards zero. What is too large stops at the greatest int64.
func Thousandths(text string) (int64, bool) {
	text = strings.TrimSpace(text)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		switch {
		case n > math.MaxInt64/1000:
			return math.MaxInt64, true
		case n < math.MinInt64/1000:
			return math.MinInt64, true
		}
		return n * 1000, true
	}
	if len(text) > 64 || strings.ContainsAny(text, "xXpP_iInN") { // no hex, no Inf and NaN
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, false
	}
	switch f *= 1000; {
	case f >= math.MaxInt64:
		return math.MaxInt64, true
	case f <= math.MinInt64:
		return math.MinInt64, true
	}
	return int64(f), true
}
