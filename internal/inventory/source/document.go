package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// parse reads text into the reading's document.
func (r *reading) parse(text []byte) error {
	return r.doc.Parse(text, jsondoc.Limits{MaxBytes: normal.MaxRecord, MaxDepth: maxDepth, MaxNodes: maxNodes})
}

// json reads a file of JSON: one document, or several after another.
func (r *reading) json(ctx context.Context, place string, text []byte) error {
	text = bytes.TrimSpace(text)
	err := r.parse(text)
	if err == nil {
		return r.parsed(place, text)
	}
	if !several(text) {
		return r.bad(place, text, err)
	}
	dec := jsontext.NewDecoder(bytes.NewReader(text))
	for n := 1; ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		doc, err := dec.ReadValue()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return r.bad(numbered(place, n), text, err)
		}
		if err := r.document(numbered(place, n), doc); err != nil {
			return err
		}
	}
}

// several says whether a text holds more than one JSON document.
func several(text []byte) bool {
	dec := jsontext.NewDecoder(bytes.NewReader(text))
	if err := dec.SkipValue(); err != nil {
		return false
	}
	rest := bytes.TrimSpace(text[dec.InputOffset():])
	return len(rest) > 0 && (rest[0] == '{' || rest[0] == '[')
}

// document takes one JSON document.
func (r *reading) document(place string, text []byte) error {
	if err := r.parse(text); err != nil {
		return r.bad(place, text, err)
	}
	return r.parsed(place, text)
}

// bad reports a document that is no JSON.
func (r *reading) bad(place string, text []byte, err error) error {
	return r.fail(place, r.typeOf(path.Dir(place)), reasonOf(text, err))
}

func reasonOf(text []byte, err error) string {
	if mangled(text) {
		return "mangled text: it was read as UTF-16 although it was not, and saved like that; export the object again"
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return "no valid JSON: " + f.Msg
	}
	return "no valid JSON: " + cause(err)
}

// parsed takes the document that was parsed last.
func (r *reading) parsed(place string, text []byte) error {
	root := r.doc.Root()
	switch root.Kind() {
	case jsondoc.Object:
	case jsondoc.Array:
		return r.record(place, "", "", text)
	default:
		return r.fail(place, r.typeOf(path.Dir(place)), "a "+root.Kind().String()+", no object")
	}
	if typ, id, object, ok := envelope(root); ok && object != nil {
		return r.record(place, typ, id, object)
	} else if ok && typ != "" {
		return r.fail(place, typ, "the object is a "+root.Get("object").Kind().String()+", no object")
	}
	return r.record(place, "", "", text)
}

// envelope recognises {"type","id","object"}: an object with what its source
// says about it; nil: something else is in its place.
func envelope(root jsondoc.Value) (typ, id string, object []byte, ok bool) {
	held := false
	for name, v := range root.Members() {
		switch name {
		case "type":
			typ, ok = v.Str()
		case "id":
			id, ok = v.Str()
		case "place", "name", "hash":
			ok = true
		case "object":
			held = true
			if v.Kind() == jsondoc.Object {
				object = v.Raw()
			}
		default:
			ok = false
		}
		if !ok {
			return "", "", nil, false
		}
	}
	return typ, id, object, held
}

// isKubernetes says whether a document is a Kubernetes object or a list of such.
func isKubernetes(root jsondoc.Value) bool {
	version, kind := root.Get("apiVersion"), root.Get("kind")
	return root.Kind() == jsondoc.Array || version.Kind() == jsondoc.String && kind.Kind() == jsondoc.String
}
