package sigma

import (
	"slices"
	"testing"
)

func TestProfileMeasuresWhatIsTestedInFull(t *testing.T) {
	t.Parallel()
	c := Parse("r.yml", []byte(`title: A
logsource: {product: acme}
detection: {sel: {cmd|contains: evil, user: root}, condition: sel}
---
title: B
logsource: {product: acme}
detection: {sel: {cmd|contains: harmless}, condition: sel}
`))
	s, err := Compile(c, Options{})
	if err != nil || s.Len() != 2 {
		t.Fatal(err, c.Refused)
	}
	m := s.NewMatcher()
	event := []byte(`{"logsource":{"product":"acme"},"cmd":"do evil","user":"root"}`)
	var tick int64
	took := map[int]int64{}
	found, err := m.Profile(event, func() int64 { tick += 5; return tick }, func(rule int, n int64) { took[rule] += n })
	if err != nil || len(found) != 1 || took[0] != 5 {
		t.Errorf("found %v, took %v, %v", found, took, err)
	}
	matched := slices.Clone(found)
	if again, err := m.Match(event); err != nil || !slices.Equal(again, matched) || took[0] != 5 {
		t.Errorf("afterwards %v, took %v, %v", again, took, err)
	}
}
