package source

import (
	"bytes"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// strict checks what every source promises: records are valid JSON in bounds.
type strict struct {
	t   *testing.T
	log []string
}

func (s *strict) Record(rec *normal.Record) error {
	if _, err := jsondoc.Parse(rec.JSON, jsondoc.Limits{MaxBytes: normal.MaxRecord, MaxDepth: maxDepth, MaxNodes: maxNodes}); err != nil {
		s.t.Errorf("a record that is no JSON: %v", err)
	}
	s.log = append(s.log, rec.Place+rec.Type+rec.ID+string(rec.JSON))
	return nil
}

func (s *strict) Failed(q manifest.Quarantined) error {
	if len(q.Reason) > maxReason+len("…") {
		s.t.Errorf("a reason of %d bytes", len(q.Reason))
	}
	s.log = append(s.log, "bad "+q.Place+q.Reason)
	return nil
}

func (s *strict) Folder(string) error           { return nil }
func (s *strict) Cover(manifest.Coverage) error { return nil }

func FuzzStream(f *testing.F) {
	for _, text := range []string{
		"", "{}", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n", "[{\"a\":1}]", "a: 1\n---\nb: *x\n", "\xff\xfe{\x00}\x00", "\xfe\xff\x00{\x00}",
		"\xef\xbb\xbf{}", "\x1f\x8b\x08", "{\"object\":{},\"type\":\"t\"}\n", "{\"end\":{\"objects\":1}}", "{\"chunks\":[", "{\"failed\":{}}\n{", "&a [*a]",
		"笍ਠ", "a: !!binary x", "<<: {a: 1}", "%YAML 1.2\n---\na: 1", "{\"a\":1}{\"b\":2}", "a: 0x1F\nb: .5\nc: 1_0",
	} {
		for _, name := range []string{"-", "x.json", "x.yaml", "x.ndjson.gz"} {
			f.Add([]byte(text), name)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		var logs [2][]string
		for i := range logs {
			s := &strict{t: t}
			sum, err := Stream(t.Context(), bytes.NewReader(text), name, Options{}, s)
			if err == nil && sum.Records+sum.Failed != len(s.log) {
				t.Errorf("%+v of %d", sum, len(s.log))
			}
			logs[i] = s.log
		}
		if strings.Join(logs[0], "\n") != strings.Join(logs[1], "\n") {
			t.Error("read twice, it differs")
		}
	})
}

func FuzzYAML(f *testing.F) {
	for _, text := range []string{"a: 1", "- a\n- b", "a: &x {b: 1}\nc: {<<: *x}", "a: \"\\ud800\"", "a: \"\\0\"", "? a\n: b", "!!set {a}", "a: |+\n  x\n\n", "\u0085a: 1", "a: +.5e3", "a: -0", "a: -0b1", "a: 0o8"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		out, err := yamlToJSON(text)
		if err != nil {
			return
		}
		// NUL and depth are the document's to refuse, all else must be JSON.
		if _, err := jsondoc.Parse(out, jsondoc.Limits{MaxBytes: 2 * normal.MaxRecord, MaxDepth: 1000, MaxNodes: 2 * maxNodes}); err != nil && !strings.Contains(err.Error(), "NUL") {
			t.Errorf("%q became %q: %v", text, out, err)
		}
	})
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1", "-0", "0644", "0x_1", "1e5", ".", "-", "+", "0b", "1__0", "00", "-.5e-3", "9e999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if number, ok := numberOf(s); ok && !jsonNumber.MatchString(number) {
			t.Errorf("%q became %q", s, number)
		}
	})
}
