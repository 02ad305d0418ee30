package jsondoc

import (
	"fmt"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/fault"
)

// Names of the limits in refusals (fault.Error.Limit).
const (
	LimitBytes = "json_bytes"
	LimitDepth = "json_depth"
	LimitNodes = "json_nodes"
)

// shownKey bounds how much of a key a message repeats.
const shownKey = 64

func errTooLarge(limit int) error {
	e := fault.New(fault.TooLarge, "JSON document is larger than %d bytes", limit).AtOffset(int64(limit))
	e.Limit = LimitBytes
	return e
}

// fail sets the error and returns -1, the parser's mark of failure.
func (d *Doc) fail(at int, what string) int {
	d.err = fault.New(fault.InvalidJSON, "%s at byte %d", what, at).AtOffset(int64(at))
	return -1
}

func (d *Doc) failEnd(src []byte, want string) int {
	return d.fail(len(src), "unexpected end of JSON, expected "+want)
}

func (d *Doc) failUnexpected(src []byte, i int, want string) int {
	if src[i] == 0 {
		return d.fail(i, "NUL character")
	}
	r, size := utf8.DecodeRune(src[i:])
	switch {
	case r == utf8.RuneError && size <= 1:
		return d.fail(i, "invalid UTF-8")
	case r == '\uFEFF':
		return d.fail(i, "byte order mark")
	default:
		return d.fail(i, fmt.Sprintf("unexpected %q, expected %s", r, want))
	}
}

func (d *Doc) failControl(src []byte, i int) int {
	if src[i] == 0 {
		return d.fail(i, "NUL character")
	}
	return d.fail(i, fmt.Sprintf("unescaped control character %q", rune(src[i])))
}

func (d *Doc) failDuplicate(at int, key []byte) int {
	shown := key
	if len(shown) > shownKey {
		cut := shownKey
		for !utf8.RuneStart(shown[cut]) {
			cut--
		}
		shown = append(append([]byte(nil), shown[:cut]...), "..."...)
	}
	e := fault.New(fault.InvalidJSON, "duplicate key %q at byte %d", shown, at).AtOffset(int64(at))
	e.Field = string(shown)
	d.err = e
	return -1
}

func (d *Doc) failDepth(at int) int {
	e := fault.New(fault.TooDeep, "JSON is nested deeper than %d at byte %d", d.lim.MaxDepth, at).AtOffset(int64(at))
	e.Limit = LimitDepth
	d.err = e
	return -1
}

func (d *Doc) failNodes(at int) int {
	e := fault.New(fault.TooLarge, "JSON holds more than %d values at byte %d", d.lim.MaxNodes, at).AtOffset(int64(at))
	e.Limit = LimitNodes
	d.err = e
	return -1
}
