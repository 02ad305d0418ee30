package connector

import (
	"bytes"
	"strings"
)

// A template is literal text with captures in braces: "Failed {method} for
// {user>} from {ip} port {port}{*}".
//
//   - {name} takes up to the next literal and holds no blank;
//   - {name>} takes up to the LAST place of the next literal, blanks included, for
//     names that an attacker chooses: "x from 192.0.2.1 port 1" is a legal user;
//   - {name~} takes up to the next literal, blanks included;
//   - {*} as the end of a template ignores the rest.
type template struct {
	literals []string // one more than captures
	captures []capture
	open     bool // ends in {*}
}

type capture struct {
	name string
	kind byte // 0, '>', '~'
}

// maxCaptures bounds what one template may capture, so that matches need no heap.
const maxCaptures = 8

// captured is the text of a template's captures, in its order.
type captured [maxCaptures][]byte

func compileTemplate(s string) template {
	var t template
	s, t.open = strings.CutSuffix(s, "{*}")
	for {
		literal, rest, more := strings.Cut(s, "{")
		t.literals = append(t.literals, literal)
		if !more {
			return t
		}
		name, after, _ := strings.Cut(rest, "}")
		c := capture{name: name}
		if last := name[len(name)-1]; last == '>' || last == '~' {
			c = capture{name: name[:len(name)-1], kind: last}
		}
		t.captures = append(t.captures, c)
		s = after
	}
}

// match fills got with the captures when the template fits the message.
func (t *template) match(msg []byte, got *captured) bool {
	first := t.literals[0]
	if len(msg) < len(first) || string(msg[:len(first)]) != first {
		return false
	}
	msg = msg[len(first):]
	for i := range t.captures {
		c, next := &t.captures[i], t.literals[i+1]
		end := len(msg)
		switch {
		case next == "" && t.open:
			if sp := bytes.IndexByte(msg, ' '); sp >= 0 && c.kind == 0 {
				end = sp
			}
		case next == "":
		case c.kind == '>':
			end = bytes.LastIndex(msg, []byte(next))
		default:
			end = bytes.Index(msg, []byte(next))
		}
		if end < 0 || c.kind == 0 && (end == 0 || bytes.IndexByte(msg[:end], ' ') >= 0) {
			return false
		}
		got[i] = msg[:end]
		msg = msg[end+len(next):]
	}
	return t.open || len(msg) == 0
}
