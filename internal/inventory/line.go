package inventory

import (
	"bytes"
	"fmt"
	"strings"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// wireLine is one line of an upload: exactly one of object, failed, coverage,
// folder and end.
type wireLine struct {
	Object   jsontext.Value `json:"object"`
	Place    string         `json:"place"`
	Type     string         `json:"type"`
	ID       string         `json:"id"`
	Failed   *wireFailed    `json:"failed"`
	Coverage *wireCoverage  `json:"coverage"`
	Folder   *string        `json:"folder"`
	End      *wireEnd       `json:"end"`
}

type wireFailed struct {
	Place  string `json:"place"`
	Type   string `json:"type"`
	Reason string `json:"reason"`
}

type wireCoverage struct {
	Type   string          `json:"type"`
	Status manifest.Status `json:"status"`
	Error  string          `json:"error"`
}

type wireEnd struct {
	Objects int64 `json:"objects"`
}

// forms is how many of the forms of a line it has.
func (w *wireLine) forms() (n int) {
	for _, is := range []bool{w.Object != nil, w.Failed != nil, w.Coverage != nil, w.Folder != nil, w.End != nil} {
		if is {
			n++
		}
	}
	return n
}

// parseLine reads a line; object is the raw object of an object line. The object
// itself is not looked at: who normalises it does that, and once is enough.
func parseLine(line []byte) (w wireLine, object []byte, err error) {
	text := line
	from, to, cut := findObject(line)
	if cut {
		object = line[from:to]
		text = append(append(append(make([]byte, 0, len(line)-len(object)+4), line[:from]...), "null"...), line[to:]...)
	}
	if err := json.Unmarshal(text, &w, json.RejectUnknownMembers(true)); err != nil {
		return w, nil, err
	}
	if !cut {
		object = w.Object
	}
	return w, object, nil
}

// findObject finds the value of the member "object" of a JSON object without
// parsing it. What it takes for the value may be no JSON, but then neither the
// value nor the rest can be.
func findObject(line []byte) (from, to int, ok bool) {
	i := skipSpace(line, 0)
	if i >= len(line) || line[i] != '{' {
		return 0, 0, false
	}
	for i++; ; i++ {
		i = skipSpace(line, i)
		key := i
		if i = skipValue(line, i); i < 0 || line[key] != '"' {
			return 0, 0, false
		}
		name := line[key:i]
		if i = skipSpace(line, i); i >= len(line) || line[i] != ':' {
			return 0, 0, false
		}
		from = skipSpace(line, i+1)
		if to = skipValue(line, from); to < 0 {
			return 0, 0, false
		}
		if string(name) == `"object"` {
			return from, to, true
		}
		if i = skipSpace(line, to); i >= len(line) || line[i] != ',' {
			return 0, 0, false
		}
	}
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}

// skipValue gives where the value at i ends, going by quotes and brackets alone;
// negative: it doesn't.
func skipValue(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			if i = skipString(b, i); i < 0 {
				return -1
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		default:
			if depth > 0 {
				continue
			}
			for i++; i < len(b) && strings.IndexByte(" \t\r\n,}]:", b[i]) < 0; i++ {
			}
			return i
		}
		if depth == 0 {
			return i + 1
		}
		if depth < 0 {
			return -1
		}
	}
	return -1
}

// skipString gives where the string's closing quote is.
func skipString(b []byte, i int) int {
	for i++; ; i++ {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		escapes := 0
		for b[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
}

// line makes what a line says of it. A line that is no JSON at all is something
// that can't be read; one that is, and says nothing that we know, is a mistake
// of the sender.
func (p *pipe) line(n *normal.Normaliser, b *batch, it *item) {
	raw := it.rec.JSON
	w, object, err := parseLine(raw)
	switch {
	case err != nil && !jsontext.Value(raw).IsValid():
		b.out = append(b.out, result{what: aGarbled})
		b.quarantine(manifest.Quarantined{Reason: "not JSON"}, it)
	case err != nil:
		b.refuse(it, "it must be one JSON object with exactly one of object, failed, coverage, folder and end (and place, type, id beside object), each of its own form")
	case w.forms() != 1:
		b.refuse(it, "it must have exactly one of object, failed, coverage, folder and end")
	case w.End != nil:
		b.out = append(b.out, result{what: anEnd, line: it.number, count: w.End.Objects})
	case w.Object != nil:
		b.out = append(b.out, result{what: aCount})
		it.rec = normal.Record{Place: w.Place, Type: w.Type, ID: w.ID, JSON: object}
		p.record(n, b, it)
	case w.Failed != nil:
		b.quarantine(manifest.Quarantined(*w.Failed), it)
	case w.Folder != nil:
		b.out = append(b.out, result{what: aReadFolder, place: *w.Folder})
	default:
		c := manifest.Coverage{Type: w.Coverage.Type, Status: w.Coverage.Status, Error: w.Coverage.Error}
		if err := checkCoverage(&c); err != nil {
			b.refuse(it, "%s", reasonOf(err))
			return
		}
		b.out = append(b.out, result{what: aStatement, coverage: c})
	}
}

func (b *batch) refuse(it *item, format string, args ...any) {
	b.out = append(b.out, result{what: anError, err: lineError(it.number, format, args...)})
}

func lineText(number int64) string { return fmt.Sprintf("line %d", number) }

func lineError(number int64, format string, args ...any) error {
	f := fault.New(fault.Invalid, format, args...)
	f.Msg = lineText(number) + ": " + f.Msg
	return f.At(lineText(number))
}
