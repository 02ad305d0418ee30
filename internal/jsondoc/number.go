package jsondoc

import (
	"math"
	"strconv"
)

func isDigit(c byte) bool { return c-'0' <= 9 }

func digitsEnd(src []byte, i int) int {
	for i < len(src) && isDigit(src[i]) {
		i++
	}
	return i
}

// number checks the number at i (RFC 8259, section 6) and returns its end.
func (d *Doc) number(src []byte, i int) int {
	if src[i] == '-' {
		i++
	}
	if i < len(src) && src[i] == '0' {
		if i++; i < len(src) && isDigit(src[i]) {
			return d.fail(i, "number with a leading zero")
		}
	} else if i = d.digits(src, i); i < 0 {
		return -1
	}
	if i < len(src) && src[i] == '.' {
		if i = d.digits(src, i+1); i < 0 {
			return -1
		}
	}
	if i < len(src) && (src[i] == 'e' || src[i] == 'E') {
		if i++; i < len(src) && (src[i] == '+' || src[i] == '-') {
			i++
		}
		return d.digits(src, i)
	}
	return i
}

// digits reads one or more digits.
func (d *Doc) digits(src []byte, i int) int {
	end := digitsEnd(src, i)
	if end == i {
		if i >= len(src) {
			return d.failEnd(src, "a digit")
		}
		return d.failUnexpected(src, i, "a digit")
	}
	return end
}

// lexemeInt64 gives the value of a valid JSON number that is an integer in
// range. It works on decimal digits, so that nothing is rounded.
func lexemeInt64(s []byte) (int64, bool) {
	neg := s[0] == '-'
	if neg {
		s = s[1:]
	}
	whole := digitsEnd(s, 0)
	if whole == len(s) {
		return foldDigits(neg, s, nil, int64(whole))
	}
	frac, rest := s[whole:whole], s[whole:]
	if rest[0] == '.' {
		end := digitsEnd(rest, 1)
		frac, rest = rest[1:end], rest[end:]
	}
	exp := int64(0)
	if len(rest) > 0 {
		exp = exponent(rest[1:])
	}
	return foldDigits(neg, s[:whole], frac, int64(whole)+exp)
}

// exponent reads a signed decimal; beyond any document's length it saturates.
func exponent(s []byte) int64 {
	e, _ := strconv.ParseInt(string(s), 10, 41) // out of range gives the nearest bound
	return e
}

// foldDigits computes 0.WHOLEFRAC times ten to the power of point.
func foldDigits(neg bool, whole, frac []byte, point int64) (int64, bool) {
	var u uint64
	pos := int64(0)
	for _, part := range [2][]byte{whole, frac} {
		for _, c := range part {
			digit := uint64(c - '0')
			if pos++; pos > point {
				if digit != 0 {
					return 0, false
				}
				continue
			}
			if u > (math.MaxUint64-9)/10 {
				return 0, false
			}
			u = u*10 + digit
		}
	}
	for ; pos < point && u != 0; pos++ {
		if u > math.MaxUint64/10 {
			return 0, false
		}
		u *= 10
	}
	return signed(neg, u)
}

func signed(neg bool, u uint64) (int64, bool) {
	switch {
	case neg && u <= -math.MinInt64:
		return -int64(u), true
	case !neg && u <= math.MaxInt64:
		return int64(u), true
	default:
		return 0, false
	}
}
