package sigma

import "fmt"

// place is where something stands.
type place struct {
	file string
	line int
}

// twin is what must be one of a kind: an ID, and a name that references use.
type twin struct {
	id, name string
	place
}

// keepFirst leaves out, and refuses, items with an ID or name that is taken.
func keepFirst[T any](c *Collection, taken map[string]place, items []T, of func(T) twin) []T {
	kept := items[:0:0]
	for _, item := range items {
		t := of(item)
		key, first := firstTaken(taken, t)
		if key != "" {
			c.Refused = append(c.Refused, Refusal{
				File: t.file, Line: t.line,
				Reason: fmt.Sprintf("%s is already used by %s line %d", key, first.file, first.line),
			})
			continue
		}
		for _, k := range t.keys() {
			taken[k] = t.place
		}
		kept = append(kept, item)
	}
	return kept
}

// keys are the twin's ID and name where it has them.
func (t twin) keys() []string {
	var keys []string
	if t.id != "" {
		keys = append(keys, "id "+t.id)
	}
	if t.name != "" {
		keys = append(keys, "name "+t.name)
	}
	return keys
}

func firstTaken(taken map[string]place, t twin) (string, place) {
	for _, k := range t.keys() {
		if at, ok := taken[k]; ok {
			return k, at
		}
	}
	return "", place{}
}
