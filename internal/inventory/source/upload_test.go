package source

import (
	"bytes"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// What a writer wrote reads like what it was given.
func TestUploadRoundTrip(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, err := range []error{
		w.Record(&normal.Record{Place: "a/b \"x\".json", JSON: []byte("{\r\n\t\"id\": \"a\\nb\"\n}")}),
		w.Record(&normal.Record{Type: "T", ID: "i", JSON: []byte(`{"object":{"id":"x"}}`)}),
		w.Failed(manifest.Quarantined{Place: "p", Type: "t", Reason: "r"}),
		w.Cover(manifest.Coverage{Type: "t", Status: manifest.Partial, Error: "e"}),
		w.Folder("a"),
		w.End(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := `{"place":"a/b \"x\".json","object":{  	"id": "a\nb" }}
{"type":"T","id":"i","object":{"object":{"id":"x"}}}
{"failed":{"place":"p","type":"t","reason":"r"}}
{"coverage":{"type":"t","status":"partial","error":"e"}}
{"folder":"a"}
{"end":{"objects":2}}
`
	if b.String() != want {
		t.Errorf("got %s", b.String())
	}
	same(t, stream(t, b.String(), "-"), []string{
		"-:1 = {  \t\"id\": \"a\\nb\" }", `-:2 (T i) = {"object":{"id":"x"}}`, "bad p (t): r", "covered t partial e", "read a", "read .",
	})
	if strings.Count(b.String(), "\n") != 6 {
		t.Error("an object over several lines")
	}
}
