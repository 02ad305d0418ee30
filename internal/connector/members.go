package connector

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/jsondoc"
)

// added collects normalised members to splice onto an original object. Names
// that the object already has are left to the original.
type added struct {
	root jsondoc.Value
	buf  []byte
}

func (a *added) text(name, value string) {
	if value == "" || a.root.Get(name).Exists() {
		return
	}
	a.buf = appendText(a.buf, name, bounded(value))
}

func (a *added) number(name string, n int64) {
	if a.root.Get(name).Exists() {
		return
	}
	a.buf = append(a.buf, ',', '"')
	a.buf = append(a.buf, name...)
	a.buf = append(a.buf, '"', ':')
	a.buf = strconv.AppendInt(a.buf, n, 10)
}

// onto returns a copy of the object's bytes with the collected members at its end.
func (a *added) onto(object []byte) []byte {
	object = bytes.TrimRight(object, " \t\r\n")
	body := bytes.TrimRight(object[:len(object)-1], " \t\r\n")
	extra := a.buf
	if a.root.Len() == 0 && len(extra) > 0 {
		extra = extra[1:] // no comma after {
	}
	out := make([]byte, 0, len(body)+len(extra)+1)
	out = append(out, body...)
	out = append(out, extra...)
	return append(out, '}')
}

// maxMember bounds a normalised member. The pipeline refuses longer users and
// hosts, and nobody shall hide an event by the length of a name he chooses.
const maxMember = 255

// bounded cuts a text to maxMember bytes, at the end of a character.
func bounded(s string) string {
	if len(s) <= maxMember {
		return s
	}
	cut := maxMember
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut]
}

// address returns the canonical text of an IP address, empty for anything else:
// mapped IPv4 becomes IPv4, zones go.
func address(s string) string {
	if s == "" || len(s) > 64 {
		return ""
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		return ""
	}
	return a.Unmap().WithZone("").String()
}

// scalar returns the text of a string or number, empty for anything else.
func scalar(v jsondoc.Value) string {
	if s, ok := v.Str(); ok {
		return s
	}
	s, _ := v.Num()
	return s
}

// firstText returns the first of the members that holds a telling text.
func firstText(v jsondoc.Value, names ...string) string {
	for _, n := range names {
		if s := scalar(v.Get(n)); s != "" && s != "-" {
			return s
		}
	}
	return ""
}
