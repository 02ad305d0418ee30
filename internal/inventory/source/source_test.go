package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// heard writes down what a sink is told, in order.
type heard struct {
	log  []string
	stop error
}

func (h *heard) Record(rec *normal.Record) error {
	text := rec.Place
	if rec.Type != "" || rec.ID != "" {
		text += " (" + rec.Type + " " + rec.ID + ")"
	}
	h.log = append(h.log, text+" = "+string(rec.JSON))
	return h.stop
}

func (h *heard) Failed(q manifest.Quarantined) error {
	text := "bad " + q.Place
	if q.Type != "" {
		text += " (" + q.Type + ")"
	}
	h.log = append(h.log, text+": "+q.Reason)
	return nil
}

func (h *heard) Folder(folder string) error { h.log = append(h.log, "read "+folder); return nil }

func (h *heard) Cover(c manifest.Coverage) error {
	h.log = append(h.log, "covered "+c.Type+" "+string(c.Status)+" "+c.Error)
	return nil
}

// tree writes files into a new folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		put(t, filepath.Join(dir, name), text)
	}
	return dir
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string, opt Options) ([]string, *Summary) {
	t.Helper()
	h := &heard{}
	sum, err := Read(t.Context(), name, opt, h)
	if err != nil {
		t.Fatal(err)
	}
	return h.log, sum
}

func stream(t *testing.T, text, name string) []string {
	t.Helper()
	h := &heard{}
	if _, err := Stream(t.Context(), strings.NewReader(text), name, Options{}, h); err != nil {
		t.Fatal(err)
	}
	return h.log
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"b.json":            `{"id":"b"}`,
		"A/a.yaml":          "id: a\n---\nid: a2\n",
		"A/empty.json":      " \n",
		"A/.hidden.json":    `{"id":"h"}`,
		".git/config.json":  `{"id":"git"}`,
		"A/README.md":       "# no",
		"A/deep/c.ndjson":   "{\"id\":\"1\"}\n\n{\"type\":\"T\",\"id\":\"2\",\"object\":{\"x\":1}}\nno json\n",
		"A/picture.png":     "\x89PNG",
		"nothing/notes.txt": "",
		"snap.ndjson":       `{"chunks":[],"coverage":[]}` + "\n",
	})
	got, sum := read(t, dir, Options{TypeOf: func(f string) (string, bool) { return "type-of-" + filepath.Base(f), filepath.Base(f) == "A" }})
	same(t, got, []string{
		`A/a.yaml#1 = {"id":"a"}`,
		`A/a.yaml#2 = {"id":"a2"}`,
		`A/deep/c.ndjson:1 = {"id":"1"}`,
		`A/deep/c.ndjson:3 (T 2) = {"x":1}`,
		`bad A/deep/c.ndjson:4: no valid JSON: unexpected 'o', expected null at byte 1`,
		`read A/deep`,
		`bad A/empty.json (type-of-A): the file is empty`,
		`read A`,
		`b.json = {"id":"b"}`,
		`read nothing`,
		`read .`,
	})
	want := &Summary{Files: 5, Records: 5, Failed: 2, Ignored: 6, Passed: []Passed{{"snap.ndjson", "an exported snapshot, no configuration"}}}
	if d := cmp.Diff(want, sum); d != "" {
		t.Error(d)
	}
}

func TestSecondReadingIsTheSame(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"z.json": `{"a":1}`, "a/z.json": `{"a":2}`, "a.json": `{"a":3}`, "a-b.json": `{"a":4}`})
	first, _ := read(t, dir, Options{})
	second, _ := read(t, dir, Options{})
	same(t, second, first)
}

func TestLinks(t *testing.T) {
	t.Parallel()
	outside := tree(t, map[string]string{"secret.json": `{"secret":true}`, "dir/s.json": `{"secret":true}`})
	dir := tree(t, map[string]string{"real.json": `{"id":"r"}`, "..data/mounted.json": `{"id":"m"}`, "sub/s.json": `{"id":"s"}`})
	for from, to := range map[string]string{
		"mounted.json": "..data/mounted.json", // as Kubernetes mounts a ConfigMap
		"again.json":   "real.json",
		"loop":         ".",
		"sub2":         "sub",
		"out.json":     filepath.Join(outside, "secret.json"),
		"up.json":      filepath.Join("..", filepath.Base(outside), "secret.json"),
		"outdir":       filepath.Join(outside, "dir"),
		"gone.json":    "no-such.json",
		"gone.txt":     "no-such.txt",
	} {
		if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
			t.Fatal(err)
		}
	}
	got, sum := read(t, dir, Options{})
	for i, line := range got {
		if strings.HasPrefix(line, "bad ") {
			got[i], _, _ = strings.Cut(line, ":")
		}
		if strings.Contains(line, "secret") {
			t.Errorf("read out of the folder: %s", line)
		}
	}
	same(t, got, []string{
		`bad gone.json`, `mounted.json = {"id":"m"}`, `bad out.json`, `real.json = {"id":"r"}`,
		`sub/s.json = {"id":"s"}`, `read sub`, `bad up.json`, `read .`,
	})
	var passed []string
	for _, p := range sum.Passed {
		passed = append(passed, p.Place)
	}
	same(t, passed, []string{"again.json", "loop", "sub2"})
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	dir := tree(t, map[string]string{"a.json": `{"id":"a"}`, "closed/b.json": `{"id":"b"}`, "c.json": `{"id":"c"}`})
	for _, name := range []string{"closed", "c.json"} {
		if err := os.Chmod(filepath.Join(dir, name), 0); err != nil {
			t.Fatal(err)
		}
	}
	got, _ := read(t, dir, Options{})
	same(t, got, []string{
		`a.json = {"id":"a"}`, `bad c.json: the file can't be read: permission denied`,
		`bad closed: the folder can't be read: permission denied`, `read .`,
	})
	if err := os.Chmod(filepath.Join(dir, "closed"), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, c := range []struct {
		path string
		kind Kind
		code fault.Code
		text string
	}{
		{filepath.Join(dir, "none"), "", fault.NotFound, "none"},
		{dir, "graph", fault.Unsupported, "can't be read yet; these can: aws, directory, kubernetes, upload"},
		{dir, "smoke", fault.Unsupported, "there is no source \"smoke\""},
		{os.DevNull, "", fault.Invalid, "neither a folder nor a file"},
	} {
		_, err := Read(t.Context(), c.path, Options{Kind: c.kind}, &heard{})
		if fault.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s as %q: %v", c.path, c.kind, err)
		}
	}
}

func TestEndsWithTheSinkAndTheContext(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.json": `{"id":"a"}`, "b.json": `{"id":"b"}`})
	stop := errors.New("stop")
	h := &heard{stop: stop}
	if _, err := Read(t.Context(), dir, Options{}, h); !errors.Is(err, stop) || len(h.log) != 1 {
		t.Errorf("got %v after %v", err, h.log)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, dir, Options{}, &heard{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestSingle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"x.json", `{"id":"a"}`, []string{`x.json = {"id":"a"}`, "read ."}},
		{"export", " {\n \"id\": \"a\"\n}\n", []string{"export = {\n \"id\": \"a\"\n}", "read ."}},
		{"-", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n", []string{`-:1 = {"id":"a"}`, `-:2 = {"id":"b"}`, "read ."}},
		{"-", "\n\n{\"id\":\"a\"}\n{\"id\":\"b\"}", []string{`-:3 = {"id":"a"}`, `-:4 = {"id":"b"}`, "read ."}},
		{"x.json", `{"id":"a"} {"id":"b"}`, []string{`x.json#1 = {"id":"a"}`, `x.json#2 = {"id":"b"}`, "read ."}},
		{"x.json", `[{"id":"a"}]`, []string{`x.json = [{"id":"a"}]`, "read ."}},
		{"x.json", `"text"`, []string{`bad x.json: a string, no object`, "read ."}},
		{"x.json", `{"a":1,"a":2}`, []string{`bad x.json: no valid JSON: duplicate key "a" at byte 7`, "read ."}},
		{"x.json", "{\"a\":\"\xff\"}", []string{`bad x.json: no valid UTF-8 at byte 6`}},
		{"x.json", "\xef\xbb\xbf{\"id\":\"a\"}", []string{`x.json = {"id":"a"}`, "read ."}},
		{"x.ndjson", "{\"id\":\"a\"}\n{\"id\":\"b", []string{`x.ndjson:1 = {"id":"a"}`, `bad x.ndjson:2: the file ends in the middle of a line`}},
		{"x.ndjson", "{\"id\":\"a\"}\n\xff\n{\"id\":\"c\"}\n", []string{`x.ndjson:1 = {"id":"a"}`, `bad x.ndjson:2: no valid UTF-8 at byte 0`, `x.ndjson:3 = {"id":"c"}`, "read ."}},
		{"conf", "id: a\n", []string{`conf = {"id":"a"}`, "read ."}},
		{"x.json", `{"type":"T","id":"i","object":5}`, []string{"bad x.json (T): the object is a number, no object", "read ."}},
		{"x.json", `{"type":"T","id":"i","object":{"a":1}}`, []string{`x.json (T i) = {"a":1}`, "read ."}},
		{"x.json", `{"type":"T","id":"i","object":{"a":1},"more":1}`, []string{`x.json = {"type":"T","id":"i","object":{"a":1},"more":1}`, "read ."}},
		{
			"-", "{\"failed\":{\"place\":\"p\",\"type\":\"t\",\"reason\":\"r\"}}\n{\"coverage\":{\"type\":\"t\",\"status\":\"partial\",\"error\":\"e\"}}\n{\"folder\":\"f\"}\n{\"end\":{\"objects\":0}}\n",
			[]string{"bad p (t): r", "covered t partial e", "read f", "read ."},
		},
	} {
		same(t, stream(t, c.text, c.name), c.want)
	}
}

func TestStreamThatEndsOtherwise(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"{\"id\":\"a\"}\n{\"end\":{\"objects\":2}}\n",
		"{\"folder\":\"x\"}\n{\"coverage\":{\"type\":\"t\",\"status\":\"perfect\"}}\n",
	} {
		if _, err := Stream(t.Context(), strings.NewReader(text), "-", Options{}, &heard{}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
	const snapshot = "{\"chunks\":[]}\n{}\n"
	_, err := Stream(t.Context(), strings.NewReader(snapshot), "-", Options{}, &heard{})
	var exported *SnapshotError
	if !errors.As(err, &exported) {
		t.Fatalf("a snapshot: %v", err)
	}
	if body, err := io.ReadAll(exported.Body); err != nil || string(body) != snapshot {
		t.Errorf("the snapshot's body is %q, %v", body, err)
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	text := "{\"name\":\"Prüfung 😀\"}"
	want := []string{"x.json = " + text, "read ."}
	for name, order := range map[string]binary.ByteOrder{"le": binary.LittleEndian, "be": binary.BigEndian} {
		units := append([]uint16{0xfeff}, utf16.Encode([]rune(text))...)
		b := make([]byte, 2*len(units))
		for i, u := range units {
			order.PutUint16(b[2*i:], u)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			same(t, stream(t, string(b), "x.json"), want)
			same(t, stream(t, string(b[2:]), "x.json"), []string{"bad x.json: text in UTF-16 without a byte order mark"})
			same(t, stream(t, string(b[:len(b)-1]), "x.json"), []string{"bad x.json: text in UTF-16 with half a character at its end"})
		})
	}
	same(t, stream(t, "\xff\xfe{\x00\x3d\xd8", "x.json"), []string{"bad x.json: half a surrogate pair in UTF-16 at byte 4"})
	// Read as UTF-16 although it was not, and saved again.
	same(t, stream(t, "笍ਠ•䁯摡瑡", "x.json"), []string{"bad x.json: mangled text: it was read as UTF-16 although it was not, and saved like that; export the object again", "read ."})
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	same(t, stream(t, z.String(), "x.json"), want)
	got := stream(t, z.String()[:z.Len()-6], "x.json")
	if len(got) != 1 || !strings.HasPrefix(got[0], "bad x.json: the file can't be read to its end") {
		t.Errorf("cut gzip: %v", got)
	}
}

func TestKubernetesTakesNothingElse(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"deploy.yaml":      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {paused: on}\n",
		"values.yaml":      "replicas: 1\n",
		"kubernetes.jsonl": `{"type":"v1/Secret","id":"a/b","object":{"a":1}}`,
	})
	got, sum := read(t, dir, Options{Kind: Kubernetes})
	same(t, got, []string{
		`deploy.yaml = {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"spec":{"paused":true}}`,
		`kubernetes.jsonl:1 (v1/Secret a/b) = {"a":1}`, "read .",
	})
	if d := cmp.Diff([]Passed{{"values.yaml", "no object of the source kubernetes"}}, sum.Passed); d != "" {
		t.Error(d)
	}
}
