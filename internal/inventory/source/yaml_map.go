package source

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"frostgate.io/frostgate/internal/jsondoc"
)

// yamlMember is a member of a map, after merging.
type yamlMember struct {
	name  string
	value *yaml.Node
}

func (w *yamlWriter) mapping(n *yaml.Node, depth int) error {
	members, err := w.members(n, depth)
	if err != nil {
		return err
	}
	w.out = append(w.out, '{')
	for i, m := range members {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.out = append(jsondoc.AppendString(w.out, m.name), ':')
		if err := w.value(m.value, depth+1); err != nil {
			return err
		}
	}
	w.out = append(w.out, '}')
	return nil
}

// members gives a map's own members, then those that it merges in and does not
// have: of several merged maps the first wins (yaml.org/type/merge).
func (w *yamlWriter) members(n *yaml.Node, depth int) ([]yamlMember, error) {
	if tag := n.ShortTag(); tag != "!!map" {
		return nil, atLine(n, "the tag %s is not supported", tag)
	}
	var out []yamlMember
	var merged []*yaml.Node
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if isMerge(key) {
			merged = append(merged, n.Content[i+1])
			continue
		}
		name, err := w.key(key, depth)
		if err != nil {
			return nil, err
		}
		if seen[name] {
			return nil, atLine(key, "the key %q occurs twice", clipped(name))
		}
		seen[name] = true
		out = append(out, yamlMember{name, n.Content[i+1]})
	}
	for _, m := range merged {
		more, err := w.merge(m, depth+1)
		if err != nil {
			return nil, err
		}
		for _, e := range more {
			if !seen[e.name] {
				seen[e.name] = true
				out = append(out, e)
			}
		}
	}
	return out, nil
}

func isMerge(key *yaml.Node) bool { return key.Kind == yaml.ScalarNode && key.ShortTag() == "!!merge" }

// merge gives the members of what stands behind "<<": a map or a list of maps.
func (w *yamlWriter) merge(n *yaml.Node, depth int) ([]yamlMember, error) {
	if err := w.spend(n, depth); err != nil {
		return nil, err
	}
	switch n.Kind {
	case yaml.AliasNode:
		return w.merge(n.Alias, depth+1)
	case yaml.MappingNode:
		w.nodes -= len(n.Content)
		return w.members(n, depth)
	case yaml.SequenceNode:
		var out []yamlMember
		for _, e := range n.Content {
			more, err := w.merge(e, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
		return out, nil
	}
	return nil, atLine(n, "only maps can be merged with <<")
}

// key is a key's text as written: JSON knows no other keys.
func (w *yamlWriter) key(n *yaml.Node, depth int) (string, error) {
	for n.Kind == yaml.AliasNode {
		if err := w.spend(n, depth); err != nil {
			return "", err
		}
		n = n.Alias
	}
	if n.Kind != yaml.ScalarNode {
		return "", atLine(n, "a key must be a plain text")
	}
	switch tag := n.ShortTag(); tag {
	case "!!str", "!!int", "!!float", "!!bool", "!!timestamp":
		return n.Value, nil
	case "!!null":
		return "", atLine(n, "a key is missing")
	default:
		return "", atLine(n, "keys with the tag %s are not supported", tag)
	}
}

func clipped(s string) string {
	if len(s) > 64 {
		return strings.ToValidUTF8(s[:64], "") + "…"
	}
	return s
}
