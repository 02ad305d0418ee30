package inventory

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/fault"
)

// check refuses a beginning that says nothing or too much, and brings the rest
// into one form.
func (b *Begin) check() error {
	if err := b.Source.check(); err != nil {
		return err
	}
	if len(b.Types) > maxSelected {
		return fault.New(fault.TooLarge, "a run may select at most %d types", maxSelected).At("type")
	}
	b.Types = slices.Clone(b.Types)
	slices.Sort(b.Types)
	b.Types = slices.Compact(b.Types)
	for _, t := range b.Types {
		if t == "" || len(t) > maxTypeBytes || !isText(t) {
			return fault.New(fault.Invalid, "a type is plain text of 1 to %d bytes", maxTypeBytes).At("type")
		}
	}
	if len(b.Filters) > maxFilters {
		return fault.New(fault.TooLarge, "a run may have at most %d filters", maxFilters).At("filter")
	}
	for k, v := range b.Filters {
		if k == "" || len(k) > maxNameBytes || len(v) > maxNameBytes || !isText(k) || !isText(v) {
			return fault.New(fault.Invalid, "filter %.50q: names have 1 to %d bytes of plain text, values at most that", k, maxNameBytes).At("filter")
		}
	}
	return nil
}

func (s Source) check() error {
	switch {
	case s.Kind == "" || len(s.Kind) > 64 || strings.Trim(s.Kind, "abcdefghijklmnopqrstuvwxyz0123456789._-") != "":
		return fault.New(fault.Invalid, "the kind of a source is a lower-case name of 1 to 64 characters").At("source")
	case s.Name == "" || len(s.Name) > 100 || !isText(s.Name) || strings.Contains(s.Name, "/"):
		return fault.New(fault.Invalid, "the name of a source is plain text of 1 to 100 bytes without a slash").At("name")
	}
	return nil
}

// ParseSource reads the form kind/name; without a name it is "default".
func ParseSource(text string) (Source, error) {
	kind, name, ok := strings.Cut(text, "/")
	if !ok {
		name = "default"
	}
	s := Source{Kind: kind, Name: name}
	if err := s.check(); err != nil {
		return Source{}, fmt.Errorf("source %.100q: %w", text, err)
	}
	return s, nil
}

func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// cutText makes a text from outside fit a column: valid, without control
// characters, not too long.
func cutText(s string, limit int) string {
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "")
	}
	s = strings.ToValidUTF8(s, "�")
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
