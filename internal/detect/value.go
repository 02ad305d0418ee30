package detect

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// payloadPrefix begins the names of values that stand in the payload.
const payloadPrefix = "payload."

// source finds one text of an event: the first of its alternatives that has one.
type source struct {
	alternatives []alternative
}

// alternative is an event field or a path in the payload.
type alternative struct {
	field func(*domain.Event) string
	path  []string
}

// valueNamed reads the name of a value: an event field, payload.PATH, or several
// of them with | between, of which the first that the event has counts. A part of
// a path that is a number is a place in a list.
func valueNamed(name string) (source, error) {
	var out source
	for one := range strings.SplitSeq(name, "|") {
		one = strings.TrimSpace(one)
		if path, ok := strings.CutPrefix(one, payloadPrefix); ok && path != "" && !strings.Contains("."+path+".", "..") {
			out.alternatives = append(out.alternatives, alternative{path: strings.Split(path, ".")})
			continue
		}
		f, ok := fieldNamed(one)
		if !ok {
			return source{}, fmt.Errorf("%q is not an event field", one)
		}
		out.alternatives = append(out.alternatives, alternative{field: f.text})
	}
	return out, nil
}

// text is empty where the event has no such value: absent, null, a list or an
// object.
func (s source) text(ev *domain.Event, payload jsondoc.Value) string {
	for i := range s.alternatives {
		a := &s.alternatives[i]
		text := ""
		if a.field != nil {
			text = a.field(ev)
		} else {
			text = scalarAt(payload, a.path)
		}
		if text != "" {
			return text
		}
	}
	return ""
}

func scalarAt(v jsondoc.Value, path []string) string {
	for _, name := range path {
		if v.Kind() == jsondoc.Array {
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= v.Len() {
				return ""
			}
			v = v.Index(i)
			continue
		}
		v = v.Get(name)
	}
	switch v.Kind() {
	case jsondoc.String:
		s, _ := v.Str()
		return s
	case jsondoc.Number:
		s, _ := v.Num()
		return s
	case jsondoc.Bool:
		b, _ := v.Bool()
		return strconv.FormatBool(b)
	}
	return ""
}

// maxKey bounds a key's text, which each decision records that counts by it.
const maxKey = 512

// keyText makes one text of the values of a key, so that different values give
// different texts. It is empty when a value is missing.
func keyText(parts []string) string {
	text := ""
	for i, p := range parts {
		if p == "" {
			return ""
		}
		if len(parts) > 1 {
			p = strings.NewReplacer(`\`, `\\`, "|", `\|`).Replace(p)
		}
		if i > 0 {
			text += " | "
		}
		text += p
	}
	return shortened(text)
}

// shortened keeps the beginning of a long text and tells the rest apart by its
// hash.
func shortened(text string) string {
	if len(text) <= maxKey {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	cut := maxKey - 2*len(sum) - 1
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "#" + hex.EncodeToString(sum[:])
}
