package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func TestThePageNeedsNothingElse(t *testing.T) {
	t.Parallel()
	wasm, glue := bytes.Repeat([]byte("\x00asm"), 1000), []byte("globalThis.Go = class {};")
	page, err := assemble(os.DirFS("../../web/verify"), wasm, glue, "go9.9")
	if err != nil {
		t.Fatal(err)
	}
	again, err := assemble(os.DirFS("../../web/verify"), wasm, glue, "go9.9")
	if err != nil || !bytes.Equal(page, again) {
		t.Fatal("the same parts give another page")
	}
	text := string(page)
	if m := regexp.MustCompile(`\{\{|(?:src|href)="(?:[^"d#]|d[^a])|https?://`).FindString(text); m != "" {
		t.Errorf("it names something outside: %q", m)
	}
	part := func(open string) string {
		_, rest, ok := strings.Cut(text, open)
		inner, _, ended := strings.Cut(rest, "</s")
		if !ok || !ended {
			t.Fatalf("no %s", open)
		}
		return inner
	}
	for _, want := range []string{
		"default-src 'none'; ", "script-src " + hashOf(part("\n<script>")) + " 'wasm-unsafe-eval';", "style-src " + hashOf(part("<style>")) + ";", "connect-src 'none';",
	} {
		if policy, _, _ := strings.Cut(text, `<meta name="viewport"`); !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %q: %s", want, policy)
		}
	}
	packed, err := base64.StdEncoding.DecodeString(part(`id="wasm">`))
	if err != nil {
		t.Fatal(err)
	}
	zr, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(zr); err != nil || !bytes.Equal(got, wasm) {
		t.Errorf("the verifier in it is another: %v", err)
	}
	if !strings.Contains(part(`id="worker">`), string(glue)) {
		t.Error("the glue is missing")
	}
}

func TestWhatWouldEndTheScriptIsRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"</script>", "</SCRIPT >", "<!-- x", "<script"} {
		parts := fstest.MapFS{"page.html": {}, "page.css": {}, "page.js": {Data: []byte("x = '" + bad + "'")}, "worker.js": {}}
		if _, err := assemble(parts, nil, nil, ""); err == nil {
			t.Errorf("%s stands in the page", bad)
		}
	}
}
