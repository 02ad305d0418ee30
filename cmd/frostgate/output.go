package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// column is one column of a table: its title and the member that it shows.
type column struct{ title, path string }

// cols reads columns from "path" or "TITLE=path"; a bare path is its own title.
func cols(specs ...string) []column {
	out := make([]column, len(specs))
	for i, s := range specs {
		title, path, named := strings.Cut(s, "=")
		if !named {
			path = s
			title = strings.ToUpper(strings.ReplaceAll(s[strings.LastIndexByte(s, '.')+1:], "_", " "))
		}
		out[i] = column{title, path}
	}
	return out
}

// list prints up to limit items of a list in the chosen format.
func list[T any](p *program, seq iter.Seq2[T, error], limit int, columns ...string) error {
	items, err := frostgate.Collect(seq, limit)
	if err != nil {
		return err
	}
	rows := make([]any, len(items))
	for i := range items {
		rows[i] = items[i]
	}
	return p.table(rows, columns...)
}

// one prints one thing: as JSON exactly, else as names and values.
func (p *program) one(v any, columns ...string) error {
	raw, err := rawOf(v)
	if err != nil {
		return err
	}
	switch {
	case p.cli.Output == "json":
		return p.emit(func(w io.Writer) error { return writeJSON(w, raw) })
	case p.cli.Output == "csv" && len(columns) > 0:
		return p.table([]any{raw}, columns...)
	}
	doc, err := parseAny(raw)
	if err != nil {
		return err
	}
	var rows [][]string
	if len(columns) > 0 {
		for _, c := range cols(columns...) {
			rows = append(rows, []string{strings.ToLower(c.title), cell(lookup(doc, c.path))})
		}
	} else {
		rows = flatten("", doc, nil)
	}
	if p.cli.Output == "csv" {
		return p.emit(func(w io.Writer) error { return writeCSV(w, []column{{path: "key"}, {path: "value"}}, rows) })
	}
	shorten(rows)
	// A value is never cut: a terminal breaks the line where it must, and what is
	// copied stays whole.
	return p.emit(func(w io.Writer) error { return writeAligned(w, rows, 0) })
}

// table prints rows in the chosen format.
func (p *program) table(items []any, columns ...string) error {
	if p.cli.Output == "json" {
		raw, err := json.Marshal(items, json.Deterministic(true))
		if err != nil {
			return err
		}
		return p.emit(func(w io.Writer) error { return writeJSON(w, raw) })
	}
	cs := cols(columns...)
	rows := [][]string{make([]string, len(cs))}
	for i, c := range cs {
		rows[0][i] = c.title
	}
	for _, it := range items {
		raw, err := rawOf(it)
		if err != nil {
			return err
		}
		doc, err := parseAny(raw)
		if err != nil {
			return err
		}
		row := make([]string, len(cs))
		for i, c := range cs {
			row[i] = cell(lookup(doc, c.path))
		}
		rows = append(rows, row)
	}
	if p.cli.Output == "csv" {
		return p.emit(func(w io.Writer) error { return writeCSV(w, cs, rows[1:]) })
	}
	if len(rows) == 1 && p.cli.Out == "" {
		fmt.Fprintln(p.err, "Nothing found.")
		return nil
	}
	shorten(rows[1:])
	cs, rows = fit(cs, rows, p.width())
	if left := len(cols(columns...)) - len(cs); left > 0 {
		defer fmt.Fprintf(p.err, "Left out: %s. A wider terminal, -o csv or -o json shows all.\n", titles(cols(columns...)[len(cs):]))
	}
	return p.emit(func(w io.Writer) error { return writeAligned(w, rows, 0) })
}

// emit writes to --out or standard output.
func (p *program) emit(fn func(io.Writer) error) error {
	w, done, err := p.create()
	if err != nil {
		return err
	}
	err = fn(w)
	if cerr := done(); err == nil {
		err = cerr
	}
	return err
}

func rawOf(v any) (jsontext.Value, error) {
	if raw, ok := v.(jsontext.Value); ok {
		return raw, nil
	}
	return json.Marshal(v, json.Deterministic(true))
}

// number keeps the spelling of a number.
type number string

// parseAny reads JSON into maps, slices, strings, booleans and numbers as they
// are written.
func parseAny(raw jsontext.Value) (any, error) {
	var v any
	err := json.Unmarshal(raw, &v, json.WithUnmarshalers(json.UnmarshalFromFunc(func(dec *jsontext.Decoder, to *any) error {
		if dec.PeekKind() != '0' {
			return errors.ErrUnsupported
		}
		n, err := dec.ReadValue()
		*to = number(n)
		return err
	})))
	return v, err
}

// writeJSON indents without changing a value's spelling.
func writeJSON(w io.Writer, raw jsontext.Value) error {
	raw = append(jsontext.Value(nil), raw...)
	if err := raw.Indent(jsontext.WithIndent("  ")); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s\n", raw)
	return err
}

// lookup finds a member by its dotted path.
func lookup(doc any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		m, ok := doc.(map[string]any)
		if !ok {
			return nil
		}
		doc = m[name]
	}
	return doc
}

// cell is a value on one line.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case number:
		return string(v)
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = cell(v[i])
		}
		return strings.Join(parts, ",")
	}
	raw, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return "?"
	}
	return string(raw)
}

// flatten lists all values of a document with their paths.
func flatten(prefix string, doc any, rows [][]string) [][]string {
	switch v := doc.(type) {
	case map[string]any:
		for _, k := range sortedKeys(v) {
			rows = flatten(strings.TrimPrefix(prefix+"."+k, "."), v[k], rows)
		}
		return rows
	case []any:
		for i, e := range v {
			if _, deep := e.(map[string]any); !deep {
				return append(rows, []string{prefix, cell(v)})
			}
			rows = flatten(prefix+"["+strconv.Itoa(i)+"]", e, rows)
		}
		return rows
	}
	return append(rows, []string{prefix, cell(doc)})
}

// writeCSV writes RFC 4180 whose cells no spreadsheet takes for formulas.
func writeCSV(w io.Writer, cs []column, rows [][]string) error {
	cw := csv.NewWriter(w)
	head := make([]string, len(cs))
	for i, c := range cs {
		head[i] = c.path
	}
	if err := cw.Write(head); err != nil {
		return err
	}
	for _, row := range rows {
		for i := range row {
			row[i] = csvSafe(row[i])
		}
		if err := cw.Write(row); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

// csvSafe puts an apostrophe before what a spreadsheet would compute; numbers
// stay as they are.
func csvSafe(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	return "'" + s
}
