package source

import (
	"math/big"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"frostgate.io/frostgate/internal/jsondoc"
)

// jsonNumber is a number that JSON writes in the same way (RFC 8259, 6).
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

// scalar writes one plain value. Numbers keep their digits. What only some
// readers of YAML take for something else than text stays text: times, 1:30,
// 08, .inf.
func (w *yamlWriter) scalar(n *yaml.Node) error {
	switch tag := n.ShortTag(); tag {
	case "!!null":
		w.out = append(w.out, "null"...)
	case "!!bool":
		w.out = append(w.out, strings.ToLower(n.Value)...)
	case "!!int", "!!float":
		if number, ok := numberOf(n.Value); ok {
			w.out = append(w.out, number...)
		} else {
			w.out = jsondoc.AppendString(w.out, n.Value)
		}
	case "!!str", "!!timestamp":
		w.text(n)
	case "!!binary":
		w.out = jsondoc.AppendString(w.out, strings.Join(strings.Fields(n.Value), ""))
	default:
		return atLine(n, "the tag %s is not supported", tag)
	}
	return nil
}

func (w *yamlWriter) text(n *yaml.Node) {
	if w.kubernetes && n.Style == 0 {
		// Kubernetes reads YAML 1.1, where these are booleans. Where it wants a text
		// it refuses them unquoted, so in a manifest they never are one.
		switch n.Value {
		case "yes", "Yes", "YES", "on", "On", "ON":
			w.out = append(w.out, "true"...)
			return
		case "no", "No", "NO", "off", "Off", "OFF":
			w.out = append(w.out, "false"...)
			return
		}
	}
	w.out = jsondoc.AppendString(w.out, n.Value)
}

// numberOf writes a YAML number for JSON. Octal (0644, 0o644), hexadecimal and
// binary whole numbers become decimal; ok is false where readers of YAML don't
// agree that it is a number.
func numberOf(s string) (number string, ok bool) {
	plain := strings.TrimPrefix(strings.ReplaceAll(s, "_", ""), "+")
	if jsonNumber.MatchString(plain) {
		return plain, true
	}
	digits, negative := strings.CutPrefix(plain, "-")
	if len(digits) > 1 && digits[0] == '0' && !strings.ContainsAny(digits, ".+-") && len(digits) <= 80 {
		if n, ok := new(big.Int).SetString(digits, 0); ok {
			if negative {
				n.Neg(n)
			}
			return n.String(), true
		}
		return "", false
	}
	// ".5" and "5." are numbers for all, JSON writes 0.5 and 5.
	if strings.HasPrefix(digits, ".") {
		digits = "0" + digits
	}
	whole, exponent := digits, ""
	if i := strings.IndexAny(digits, "eE"); i > 0 {
		whole, exponent = digits[:i], digits[i:]
	}
	digits = strings.TrimSuffix(whole, ".") + exponent
	if negative {
		digits = "-" + digits
	}
	return digits, jsonNumber.MatchString(digits)
}
