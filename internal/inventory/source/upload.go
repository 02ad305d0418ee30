package source

import (
	"io"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Writer writes what a source gives as the NDJSON of an upload. It is a Sink.
type Writer struct {
	w       io.Writer
	line    []byte
	objects int
}

// NewWriter returns a writer; End must be called when the source was read.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Record writes an object with its place.
func (u *Writer) Record(rec *normal.Record) error {
	u.objects++
	b := u.line[:0]
	b = append(b, '{')
	for _, m := range [...]struct{ name, value string }{{`"place":`, rec.Place}, {`"type":`, rec.Type}, {`"id":`, rec.ID}} {
		if m.value != "" {
			b = append(jsondoc.AppendString(append(b, m.name...), m.value), ',')
		}
	}
	b = append(b, `"object":`...)
	for _, c := range rec.JSON {
		if c == '\n' || c == '\r' {
			c = ' ' // only white space: strings hold line breaks as escapes
		}
		b = append(b, c)
	}
	return u.write(append(b, '}'))
}

// Failed writes what could not be read.
func (u *Writer) Failed(q manifest.Quarantined) error {
	return u.member("failed", q)
}

// Folder writes that a folder was read to its end.
func (u *Writer) Folder(folder string) error { return u.member("folder", folder) }

// Cover writes what the source says about a type.
func (u *Writer) Cover(c manifest.Coverage) error {
	return u.member("coverage", struct {
		Type   string          `json:"type"`
		Status manifest.Status `json:"status"`
		Error  string          `json:"error,omitempty"`
	}{c.Type, c.Status, c.Error})
}

// End writes how many objects there were: an upload without it may be cut off.
func (u *Writer) End() error {
	return u.member("end", struct {
		Objects int `json:"objects"`
	}{u.objects})
}

func (u *Writer) member(name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return u.write(append(append(append(append(append(u.line[:0], `{"`...), name...), `":`...), b...), '}'))
}

func (u *Writer) write(line []byte) error {
	line = append(line, '\n')
	u.line = line
	_, err := u.w.Write(u.line)
	return err
}
