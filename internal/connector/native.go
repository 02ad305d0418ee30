package connector

import (
	"bytes"
	"errors"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

// native passes defend requests through as they are.
type native struct {
	doc jsondoc.Doc
	lim jsondoc.Limits
}

func newNative(opt Options) (LineParser, error) {
	return &native{lim: jsondoc.Limits{MaxBytes: opt.MaxLine}}, nil
}

// ParseLine checks that the line is one JSON object and hands it on unchanged.
func (p *native) ParseLine(line []byte, number int64) (Record, error) {
	if _, err := parseObject(&p.doc, line, p.lim, number); err != nil {
		return Record{}, err
	}
	return Record{Line: number, Native: bytes.Clone(line)}, nil
}

// parseObject parses one strict JSON object; what is wrong with it is a
// *LineError.
func parseObject(doc *jsondoc.Doc, line []byte, lim jsondoc.Limits, number int64) (jsondoc.Value, error) {
	if err := doc.Parse(line, lim); err != nil {
		var f *fault.Error
		if errors.As(err, &f) {
			return jsondoc.Value{}, reject(number, "%s", f.Msg)
		}
		return jsondoc.Value{}, reject(number, "%v", err)
	}
	if k := doc.Root().Kind(); k != jsondoc.Object {
		return jsondoc.Value{}, reject(number, "a JSON %s, expected an object", k)
	}
	return doc.Root(), nil
}
