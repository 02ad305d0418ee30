package drift

import (
	"bytes"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// none stands for null while a wanted state is normalised, which takes nulls out:
// in a template null says that there must be nothing.
const none = "\x04null"

// withNulls puts the nulls back into canonical JSON.
func withNulls(canonical []byte) []byte {
	return bytes.ReplaceAll(canonical, []byte(`"\u0004null"`), []byte("null"))
}

// statedNulls puts the nulls back into a wanted state where they say something:
// an element of a set without keys is compared as a whole, so that what it does
// not have need not be said, and would make it another element.
func statedNulls(rules *normal.Rules, canonical []byte) ([]byte, error) {
	wanted := withNulls(canonical)
	if bytes.Equal(wanted, canonical) {
		return wanted, nil
	}
	var d diff.Differ
	bare, err := stripNulls(wanted, map[string]bool{"": true})
	if err != nil {
		return nil, err
	}
	for {
		changes, err := d.Desired(rules, wanted, bare)
		if err != nil || len(changes) == 0 {
			return wanted, err
		}
		at := map[string]bool{}
		for _, c := range changes {
			for _, op := range c.Ops {
				at[op.Path] = true
			}
		}
		next, err := stripNulls(wanted, at)
		if err != nil {
			return nil, err
		}
		if len(next) == len(wanted) {
			return bare, nil
		}
		wanted = next
	}
}

// stripNulls takes the null members out at and below JSON pointers.
func stripNulls(canonical []byte, at map[string]bool) ([]byte, error) {
	doc, err := jsondoc.Parse(canonical, jsondoc.Limits{MaxBytes: 2 * normal.MaxObject})
	if err != nil {
		return nil, err
	}
	return appendStripped(make([]byte, 0, len(canonical)), doc.Root(), "", at, false), nil
}

func appendStripped(dst []byte, v jsondoc.Value, pointer string, at map[string]bool, strip bool) []byte {
	strip = strip || at[pointer]
	first := true
	comma := func() {
		if !first {
			dst = append(dst, ',')
		}
		first = false
	}
	switch v.Kind() {
	case jsondoc.Object:
		dst = append(dst, '{')
		for key, m := range v.Members() {
			below := pointer + "/" + pointerText.Replace(key)
			if m.IsNull() && (strip || at[below]) {
				continue
			}
			comma()
			dst = append(jsondoc.AppendString(dst, key), ':')
			dst = appendStripped(dst, m, below, at, strip)
		}
		return append(dst, '}')
	case jsondoc.Array:
		dst = append(dst, '[')
		i := 0
		for e := range v.Elements() {
			comma()
			dst = appendStripped(dst, e, pointer+"/"+strconv.Itoa(i), at, strip)
			i++
		}
		return append(dst, ']')
	}
	return append(dst, v.Raw()...)
}

// pointerText escapes a member's name for a JSON pointer (RFC 6901, section 3).
var pointerText = strings.NewReplacer("~", "~0", "/", "~1")
