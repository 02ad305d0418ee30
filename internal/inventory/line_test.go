package inventory

import (
	"context"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"

	"github.com/go-json-experiment/json/jsontext"
)

func TestParseLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, object string }{
		{`{"object":{"a":"}\\\"{"},"place":"p"}`, `{"a":"}\\\"{"}`},
		{` { "place" : "p" , "object" : [1,{"b":2}] } `, `[1,{"b":2}]`},
		{`{"place":"p","object":12}`, `12`},
		{`{"place":"p","object":"x\"y"}`, `"x\"y"`},
		{`{"place":"p","\u006fbject":{"a":1}}`, `{"a":1}`},
		{`{"place":"p","object":null}`, `null`},
	} {
		w, object, err := parseLine([]byte(c.line))
		if err != nil || string(object) != c.object || w.Place != "p" && c.line[1] != '"' || w.forms() != 1 {
			t.Errorf("%s: %q %+v %v", c.line, object, w, err)
		}
	}
	for _, line := range []string{
		``, `x`, `[]`, `{"object":{}`, `{"object":{},}`, `{"object":{},"object":{}}`, `{"object":{}} x`, `{"objct":{}}`, `{"object":{},"place":1}`, `{"object":`,
		`{"object":{"a":"`, `{"object" {}}`, `{"folder":"a","folder":"b"}`, `{object:{}}`,
	} {
		if _, object, err := parseLine([]byte(line)); err == nil {
			t.Errorf("%s: accepted as %s", line, object)
		}
	}
}

// FuzzParseLine holds that the quick way to an object finds what a parser finds.
func FuzzParseLine(f *testing.F) {
	for _, seed := range []string{
		`{"object":{"a":[1,"}"]},"place":"p","type":"t","id":"i"}`, `{"object":12}`, `{"failed":{"place":"x","reason":"r"}}`,
		`{"coverage":{"type":"t","status":"partial"}}`, `{"folder":"a/b"}`, `{"end":{"objects":3}}`, `{"object":{]},"place":"a"}`, `{"a":"\"","object":[]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		w, object, err := parseLine(line)
		whole := jsontext.Value(line)
		if err == nil && object != nil && jsontext.Value(object).IsValid() && !whole.IsValid() {
			t.Fatalf("%q is no JSON, and gave %q of %+v", line, object, w)
		}
		if err == nil && whole.IsValid() && w.Object != nil && !jsontext.Value(object).IsValid() {
			t.Fatalf("%q: the object is not %q", line, object)
		}
	})
}

func TestLinesThatAreMistakes(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		good := many(1)[0].line() + "\n"
		for name, c := range map[string]struct {
			text, says string
			code       fault.Code
		}{
			"unknown member": {good + `{"objct":{}}`, "line 2", fault.Invalid},
			"nothing":        {good + "\n\n{}\n", "line 4", fault.Invalid},
			"two forms":      {`{"folder":"a","end":{"objects":0}}`, "line 1", fault.Invalid},
			"status":         {good + `{"coverage":{"type":"groups","status":"good"}}`, "line 2", fault.Invalid},
			"too few":        {good + `{"end":{"objects":2}}`, "sent 2 objects, 1 arrived", fault.Invalid},
			"after the end":  {`{"end":{"objects":0}}` + "\n" + good, "more follows", fault.Invalid},
		} {
			err := f.refused(directory(), strings.NewReader(c.text))
			if fault.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
				f.t.Errorf("%s: %v", name, err)
			}
		}
		if got := f.items(tenantA, ItemFilter{}); len(got) != 0 {
			f.t.Errorf("items: %v", got)
		}
		runs, _, err := f.Runs(context.Background(), tenantA, RunFilter{State: Aborted}, "", 0)
		if err != nil || len(runs) != 6 {
			f.t.Errorf("%d aborted runs, %v", len(runs), err)
		}
	})
}

func TestGarbledLinesAreQuarantined(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		things := many(3)
		r := f.receive("\ufeff" + things[0].line() + "\n" + things[1].line()[:40] + "\n" + things[2].line() + "\n" + `{"end":{"objects":3}}`)
		if r.Objects != 2 || r.Quarantined != 1 {
			f.t.Fatalf("run: %+v", r)
		}
		snap, err := f.Snapshot(context.Background(), tenantA, r.Root)
		if err != nil {
			f.t.Fatal(err)
		}
		if q := snap.Root.Quarantined[0]; q != (manifest.Quarantined{Place: "line 2", Reason: "not JSON"}) {
			f.t.Errorf("quarantined: %+v", q)
		}
	})
}
