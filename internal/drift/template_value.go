package drift

import (
	"math"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// maxTemplateDepth bounds nested maps and lists, like objects' own.
const maxTemplateDepth = 64

// maxVariants bounds what the alternatives of one object take when written out.
const maxVariants = 16 << 20

// json appends a YAML value as JSON; ok is false after a failure.
func (r *templateReader) json(dst []byte, n *yaml.Node, depth int) (out []byte, ok bool) {
	if depth > maxTemplateDepth {
		r.fail(n, "nested deeper than %d", maxTemplateDepth)
		return dst, false
	}
	switch n.Kind {
	case yaml.MappingNode:
		return r.jsonMap(dst, n, depth)
	case yaml.SequenceNode:
		dst = append(dst, '[')
		for i, item := range n.Content {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, ok = r.json(dst, item, depth+1); !ok {
				return dst, false
			}
		}
		return append(dst, ']'), true
	case yaml.ScalarNode:
		return r.jsonScalar(dst, n)
	}
	r.fail(n, "want a value")
	return dst, false
}

func (r *templateReader) jsonMap(dst []byte, n *yaml.Node, depth int) (out []byte, ok bool) {
	dst = append(dst, '{')
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge" {
			r.fail(key, "want a plain member name")
			return dst, false
		}
		if seen[key.Value] {
			r.fail(key, "%q occurs twice", key.Value)
			return dst, false
		}
		seen[key.Value] = true
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(jsondoc.AppendString(dst, key.Value), ':')
		if dst, ok = r.json(dst, value, depth+1); !ok {
			return dst, false
		}
	}
	return append(dst, '}'), true
}

func (r *templateReader) jsonScalar(dst []byte, n *yaml.Node) (out []byte, ok bool) {
	switch n.ShortTag() {
	case "!!str", "!!timestamp":
		return jsondoc.AppendString(dst, n.Value), true
	case "!!bool":
		return strconv.AppendBool(dst, strings.EqualFold(n.Value, "true")), true
	case "!!null":
		return jsondoc.AppendString(dst, none), true
	case "!!int", "!!float":
		if jsontext.Value(n.Value).IsValid() {
			return append(dst, n.Value...), true
		}
		if i, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
			return strconv.AppendInt(dst, i, 10), true
		}
		f, err := strconv.ParseFloat(n.Value, 64)
		if err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return strconv.AppendFloat(dst, f, 'g', -1, 64), true
		}
	}
	r.fail(n, "%s: not a value that an export can have", n.Value)
	return dst, false
}

// values reads each of a path's values, alone and in its place: what the
// normaliser makes of it depends on where it stands.
func (r *templateReader) values(a *alternatives, typ string, desired, path *yaml.Node, list []*yaml.Node) {
	text, size := []byte(`{"anyOf":[`), 0
	for i, v := range list {
		if plant(desired, path, v) != "" {
			return // planted before: the first one's failure is told
		}
		doc, ok := r.json(nil, desired, 0)
		if !ok {
			return
		}
		if size += len(doc); size > maxVariants {
			r.fail(path, "anyOf %s: too many values for so large an object", path.Value)
			return
		}
		w := wantedObject{typ: typ}
		before := len(r.wrong) + r.more
		if r.normalise(&w, v, doc); len(r.wrong)+r.more > before {
			return
		}
		a.variants = append(a.variants, w.desired)
		if i > 0 {
			text = append(text, ',')
		}
		if text, ok = r.json(text, v, 1); !ok {
			return
		}
	}
	plant(desired, path, list[0])
	value := jsontext.Value(append(text, "]}"...))
	if err := value.Canonicalize(); err != nil {
		r.fail(path, "anyOf %s: its values are no JSON", path.Value)
		return
	}
	a.text = withNulls(value)
}

// plant puts a value at a keyed path of a wanted state and says why it can't.
// Members on the way are made; elements of sets must be there, because what
// tells them apart may be several members.
func plant(n, path, value *yaml.Node) (why string) {
	tokens, ok := strings.CutPrefix(path.Value, "/")
	if path.Kind != yaml.ScalarNode || !ok {
		return "a keyed path begins with a slash"
	}
	steps := strings.Split(tokens, "/")
	for i, step := range steps {
		last := i == len(steps)-1
		if strings.HasPrefix(step, "[") {
			if n = element(n, step); n == nil {
				return "desired has no element " + step + "; write it there with what it is known by"
			}
			if last {
				return "names a whole element; name a value in it"
			}
			continue
		}
		if n.Kind != yaml.MappingNode {
			return "desired has no map where " + step + " is looked for"
		}
		name := stepText.Replace(step)
		at := memberIndex(n, name)
		if at < 0 {
			n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name, Line: path.Line},
				&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: path.Line})
			at = len(n.Content) - 1
		}
		if last {
			n.Content[at] = value
		}
		n = n.Content[at]
	}
	return ""
}

// memberIndex finds a member's value.
func memberIndex(n *yaml.Node, name string) int {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return i + 1
		}
	}
	return -1
}

// stepText undoes the escapes of a keyed path's step.
var stepText = strings.NewReplacer("~0", "~", "~1", "/", "~2", "[", "~3", ",")

// element finds the element of a list that a [key=value,key=value] step means:
// one that has those members, at its top or a level below.
func element(n *yaml.Node, step string) *yaml.Node {
	inner := strings.TrimSuffix(strings.TrimPrefix(step, "["), "]")
	if n.Kind != yaml.SequenceNode {
		return nil
	}
next:
	for _, item := range n.Content {
		for _, part := range strings.Split(inner, ",") {
			key, value, ok := strings.Cut(part, "=")
			if !ok || !holds(item, stepText.Replace(key), stepText.Replace(value), 2) {
				continue next
			}
		}
		return item
	}
	return nil
}

func holds(n *yaml.Node, key, value string, levels int) bool {
	if n.Kind != yaml.MappingNode || levels == 0 {
		return false
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key && n.Content[i+1].Kind == yaml.ScalarNode && n.Content[i+1].Value == value {
			return true
		}
		if holds(n.Content[i+1], key, value, levels-1) {
			return true
		}
	}
	return false
}
