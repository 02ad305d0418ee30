package sigma

import (
	"iter"
	"strings"

	"go.yaml.in/yaml/v3"
)

// pairs goes through a map's keys and values in the order of the file.
func pairs(n *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(*yaml.Node, *yaml.Node) bool) {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(deref(n.Content[i]), deref(n.Content[i+1])) {
				return
			}
		}
	}
}

// member finds a key's value in a map, nil where it is absent.
func member(n *yaml.Node, key string) *yaml.Node {
	for k, v := range pairs(n) {
		if k.Value == key {
			return v
		}
	}
	return nil
}

// isNull says whether a key is there without a value.
func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// reader reads the members of a document's map and keeps the first problem, so
// that a long row of members needs no check after each.
type reader struct {
	err error
}

// fail keeps the first problem.
func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	if r.err == nil {
		r.err = at(n, format, args...)
	}
}

// text reads a plain value of at most max bytes; absent and null are "".
func (r *reader) text(key string, v *yaml.Node, maxLen int) string {
	if isNull(v) {
		return ""
	}
	if v.Kind != yaml.ScalarNode {
		r.fail(v, "%s must be a text, not %s", key, kindName(v))
		return ""
	}
	if len(v.Value) > maxLen {
		r.fail(v, "%s is longer than %d bytes", key, maxLen)
	}
	return v.Value
}

// texts reads a list of plain values, or one that stands for itself.
func (r *reader) texts(key string, v *yaml.Node) []string {
	if isNull(v) {
		return nil
	}
	if v.Kind == yaml.ScalarNode {
		return []string{v.Value}
	}
	if v.Kind != yaml.SequenceNode {
		r.fail(v, "%s must be a list of texts, not %s", key, kindName(v))
		return nil
	}
	list := make([]string, 0, len(v.Content))
	for _, item := range v.Content {
		item = deref(item)
		if item.Kind != yaml.ScalarNode || isNull(item) {
			r.fail(item, "%s must be a list of texts; this is %s", key, kindName(item))
			return nil
		}
		list = append(list, item.Value)
	}
	return list
}

// flag reads true or false.
func (r *reader) flag(key string, v *yaml.Node) bool {
	if v.Kind == yaml.ScalarNode && v.Style == 0 { // YAML 1.1 has these words too
		switch strings.ToLower(v.Value) {
		case "yes", "on":
			return true
		case "no", "off":
			return false
		}
	}
	if v.Kind != yaml.ScalarNode || v.ShortTag() != "!!bool" {
		r.fail(v, "%s must be true or false, not %s", key, kindName(v))
		return false
	}
	return strings.EqualFold(v.Value, "true")
}

// oneOf reads a text that must be one of some words.
func (r *reader) oneOf(key string, v *yaml.Node, words ...string) string {
	text := strings.ToLower(r.text(key, v, 64))
	if text == "" && isNull(v) {
		return ""
	}
	for _, word := range words {
		if text == word {
			return word
		}
	}
	r.fail(v, "%s %q is not known; known are %s", key, v.Value, strings.Join(words, ", "))
	return ""
}
