package normal

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// matches is the plain meaning of a pattern.
func matches(steps, path []string) bool {
	if len(steps) == 0 {
		return len(path) == 0
	}
	if steps[0] == "**" {
		return matches(steps[1:], path) || len(path) > 0 && matches(steps, path[1:])
	}
	return len(path) > 0 && (steps[0] == "*" || unescape(steps[0]) == path[0]) && matches(steps[1:], path[1:])
}

func TestAutomatonFollowsPatternsAsTheyRead(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	words := []string{"a", "b", "c", "x~1y", "*", "**"}
	names := []string{"a", "b", "c", "x/y", "other", "*"}
	for range 400 {
		var rules []pathRule
		var patterns [][]string
		for i := range 1 + rng.IntN(6) {
			steps := []string{}
			for range 1 + rng.IntN(5) {
				w := words[rng.IntN(len(words))]
				if w == "**" && len(steps) > 0 && steps[len(steps)-1] == "**" {
					w = "a"
				}
				steps = append(steps, w)
			}
			patterns = append(patterns, steps)
			name := string(rune('A' + i))
			rules = append(rules, pathRule{steps, func(m *mark) { m.defaults = append(m.defaults, name) }})
		}
		a := compilePaths(rules)
		for range 50 {
			var path []string
			for range rng.IntN(6) {
				path = append(path, names[rng.IntN(len(names))])
			}
			s := rootState
			for _, step := range path {
				s = a.next(s, a.symbol([]byte(step)))
			}
			want := ""
			for i, p := range patterns {
				if matches(p, path) {
					want += string(rune('A' + i))
				}
			}
			if got := strings.Join(a.at(s).defaults, ""); got != want {
				t.Fatalf("patterns %q at %q: got %q, want %q", patterns, path, got, want)
			}
		}
	}
}

func TestPatternsThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"", "/", "a/b", "/a//b", "/a/", "/**/**/a", "/a*/b"} {
		if _, err := parsePattern(p); err == nil {
			t.Errorf("%q was taken", p)
		}
	}
}
