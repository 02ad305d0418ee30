package source

import (
	"bytes"
	"path"

	"github.com/go-json-experiment/json/jsontext"
)

// pieceBytes is about how large the pieces of a large list are.
const pieceBytes = 1 << 20

// split cuts a document that is too large for one object where it holds lists:
// pages of Microsoft Graph, lists of Kubernetes, IAM details. Each piece keeps
// the plain members beside the list, so that it is recognised like the whole.
func (r *reading) split(place string, text []byte) error {
	text = bytes.TrimSpace(text)
	if text[0] == '[' {
		return r.pieces(place, []byte("["), text, []byte("]"))
	}
	plain, rest, large, err := membersOf(text)
	if err != nil {
		return r.bad(place, text, err)
	}
	if len(large) == 0 {
		return r.fail(place, r.typeOf(path.Dir(place)), "an object larger than 4 MiB")
	}
	head := append([]byte{'{'}, plain...)
	if len(rest) > 0 {
		doc := append(append(bytes.Clone(head), rest[:len(rest)-1]...), '}')
		if len(doc) > MaxObject {
			return r.fail(place, r.typeOf(path.Dir(place)), "an object larger than 4 MiB")
		}
		if err := r.document(place, doc); err != nil {
			return err
		}
	}
	for _, m := range large {
		open := append(append(bytes.Clone(head), m.name...), ':', '[')
		if err := r.pieces(place, open, m.list, []byte("]}")); err != nil {
			return err
		}
	}
	return nil
}

// bigList is a member of a large document: its name as written, and its list.
type bigList struct{ name, list []byte }

// membersOf takes an object apart: plain values, other small members (each with
// a comma behind it), and large lists.
func membersOf(text []byte) (plain, rest []byte, large []bigList, err error) {
	dec := jsontext.NewDecoder(bytes.NewReader(text))
	if _, err := dec.ReadToken(); err != nil {
		return nil, nil, nil, err
	}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadValue()
		if err != nil {
			return nil, nil, nil, err
		}
		name = bytes.Clone(name)
		v, err := dec.ReadValue()
		if err != nil {
			return nil, nil, nil, err
		}
		member := append(append(append(bytes.Clone(name), ':'), v...), ',')
		switch {
		case v.Kind() == '[' && len(v) > pieceBytes/2:
			large = append(large, bigList{name, bytes.Clone(v)})
		case v.Kind() == '[' || v.Kind() == '{':
			rest = append(rest, member...)
		default:
			plain = append(plain, member...)
		}
	}
	_, err = dec.ReadToken() // the end; else what is wrong
	return plain, rest, large, err
}

// pieces gives a list in pieces, each between open and end.
func (r *reading) pieces(place string, open, list, end []byte) error {
	dec := jsontext.NewDecoder(bytes.NewReader(list))
	if _, err := dec.ReadToken(); err != nil {
		return r.bad(place, list, err)
	}
	piece := bytes.Clone(open)
	flush := func() error {
		if len(piece) == len(open) {
			return nil
		}
		piece[len(piece)-1] = end[0] // instead of the last comma
		err := r.document(place, append(piece, end[1:]...))
		piece = piece[:len(open)]
		return err
	}
	for dec.PeekKind() != ']' {
		v, err := dec.ReadValue()
		if err != nil {
			return r.bad(place, list, err)
		}
		if len(v)+len(open)+2 > MaxObject {
			if err := r.fail(place, r.typeOf(path.Dir(place)), "an object larger than 4 MiB"); err != nil {
				return err
			}
			continue
		}
		if len(piece)+len(v) > pieceBytes {
			if err := flush(); err != nil {
				return err
			}
		}
		piece = append(append(piece, v...), ',')
	}
	return flush()
}
