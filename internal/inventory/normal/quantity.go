package normal

import (
	"math/big"
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"
)

// quantity gives a Kubernetes resource quantity its one spelling: "1000m" is
// "1", 0.1 is "100m", 1073741824 is "1Gi". The spelling is one that people read
// and the API takes: whole mebibytes and above with a binary suffix, other whole
// numbers in digits, fractions in milli, micro or nano.
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
func quantity(dst []byte, v jsondoc.Value) ([]byte, bool) {
	text, ok := v.Str()
	if !ok {
		if text, ok = v.Num(); !ok {
			return dst, false
		}
	}
	n, ok := parseQuantity(text)
	if !ok {
		return dst, false
	}
	spelled, ok := spellQuantity(n)
	if !ok {
		return dst, false
	}
	return jsondoc.AppendString(dst, spelled), true
}

// maxQuantity bounds the text of a quantity: longer ones are none, and a short
// one can't make a large number of work.
const maxQuantity = 40

// quantityUnits are the suffixes; a binary one has pow2.
var quantityUnits = [...]struct {
	suffix string
	pow10  int
	pow2   uint
}{
	{"Ki", 0, 10},
	{"Mi", 0, 20},
	{"Gi", 0, 30},
	{"Ti", 0, 40},
	{"Pi", 0, 50},
	{"Ei", 0, 60},
	{"n", -9, 0},
	{"u", -6, 0},
	{"m", -3, 0},
	{"k", 3, 0},
	{"M", 6, 0},
	{"G", 9, 0},
	{"T", 12, 0},
	{"P", 15, 0},
	{"E", 18, 0},
}

func parseQuantity(text string) (*big.Rat, bool) {
	if text == "" || len(text) > maxQuantity {
		return nil, false
	}
	number, pow10, pow2 := text, 0, uint(0)
	for _, u := range quantityUnits {
		if rest, ok := strings.CutSuffix(text, u.suffix); ok {
			number, pow10, pow2 = rest, u.pow10, u.pow2
			break
		}
	}
	if pow10 == 0 && pow2 == 0 {
		var ok bool
		if number, pow10, ok = cutExponent(text); !ok {
			return nil, false
		}
	}
	if !plainDecimal(number) {
		return nil, false
	}
	n, ok := new(big.Rat).SetString(strings.TrimPrefix(number, "+"))
	if !ok {
		return nil, false
	}
	factor := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(pow10, -pow10))), nil)
	if pow10 < 0 {
		n.Quo(n, new(big.Rat).SetInt(factor))
	} else {
		n.Mul(n, new(big.Rat).SetInt(factor))
	}
	return n.Mul(n, new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), pow2))), true
}

// cutExponent takes e3 or E-3 off a number.
func cutExponent(text string) (number string, exponent int, ok bool) {
	at := strings.IndexAny(text, "eE")
	if at < 0 {
		return text, 0, true
	}
	digits := text[at+1:]
	sign := 1
	if strings.HasPrefix(digits, "-") {
		sign = -1
	}
	digits = strings.TrimLeft(digits, "+-")
	if len(text[at+1:])-len(digits) > 1 || digits == "" || len(digits) > 2 {
		return "", 0, false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return "", 0, false
		}
		exponent = exponent*10 + int(digits[i]-'0')
	}
	return text[:at], sign * exponent, true
}

// plainDecimal says that text is digits with at most one point and a sign.
func plainDecimal(text string) bool {
	if text != "" && (text[0] == '-' || text[0] == '+') {
		text = text[1:]
	}
	points, digits := 0, 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '.':
			points++
		case c >= '0' && c <= '9':
			digits++
		default:
			return false
		}
	}
	return points <= 1 && digits > 0
}

// spellQuantity writes a number as a quantity; false: it has parts below nano.
func spellQuantity(n *big.Rat) (string, bool) {
	if n.IsInt() {
		whole := n.Num()
		shift := whole.TrailingZeroBits()
		for i := 5; i >= 1 && whole.Sign() != 0; i-- { // Ei down to Mi
			if u := quantityUnits[i]; shift >= u.pow2 {
				return new(big.Int).Rsh(whole, u.pow2).String() + u.suffix, true
			}
		}
		return whole.String(), true
	}
	thousand := new(big.Rat).SetInt64(1000)
	scaled := new(big.Rat).Set(n)
	for _, suffix := range [...]string{"m", "u", "n"} {
		if scaled.Mul(scaled, thousand); scaled.IsInt() {
			return scaled.Num().String() + suffix, true
		}
	}
	return "", false
}
