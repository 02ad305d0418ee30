package normal

import (
	"bytes"
	"math"
	"strconv"

	"frostgate.io/frostgate/internal/jsondoc"
)

// appendNumber writes a number in one form: an integer in digits, whatever it
// was written as; else as ECMAScript writes the double (RFC 8785, section
// 3.2.2.3). A number that neither can hold keeps its spelling: two spellings
// of one such number differ rather than two such numbers be equal.
func appendNumber(dst []byte, v jsondoc.Value) []byte {
	raw := v.Raw()
	if len(raw) < 16 && plainInteger(raw) {
		return append(dst, raw...)
	}
	if i, ok := v.Int64(); ok {
		return strconv.AppendInt(dst, i, 10)
	}
	if !bytes.ContainsAny(raw, ".eE") {
		return append(dst, raw...)
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || f == 0 || math.Abs(f) >= 1<<53 && !exactDouble(raw) {
		return append(dst, raw...)
	}
	return appendDouble(dst, f)
}

// plainInteger says that a short lexeme is digits only, and not -0.
func plainInteger(raw []byte) bool {
	for _, c := range raw {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// exactDouble says that a lexeme has so few digits that no two of them with
// that many are one double.
func exactDouble(raw []byte) bool {
	digits := 0
	for _, c := range raw {
		if c == 'e' || c == 'E' {
			break
		}
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	return digits <= 15
}

// appendDouble writes a finite double that is not zero as ECMAScript's
// Number::toString does.
func appendDouble(dst []byte, f float64) []byte {
	if a := math.Abs(f); a >= 1e-6 && a < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	// Go writes at least two digits of exponent: 1e-07.
	if n := len(dst); n-start >= 4 && dst[n-2] == '0' && (dst[n-3] == '-' || dst[n-3] == '+') {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}
