package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Lines that are no events are known before the server's answers, yet people
// read the rejects from the top of the file down.
func TestRejectsStandInTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, rejects := filepath.Join(dir, "events.ndjson"), filepath.Join(dir, "rejects.txt")
	if err := os.WriteFile(file, []byte("{\"n\":1}\n{\"refuse\":1}\nnot JSON\n{\"n\":4}\n{\"refuse\":1}\n[]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := call(t, func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		i := 0
		for line := range bytes.Lines(sent) {
			if i++; bytes.Contains(line, []byte("refuse")) {
				fmt.Fprintf(w, `{"line":%d,"problem":{"status":400,"code":"invalid_request","detail":"no"}}`+"\n", i)
				continue
			}
			fmt.Fprintln(w, `{"event_id":"e","threat_level":"none","gating":"allow","action_taken":"log_only"}`)
		}
	}, "ingest", "--format", "native", "--rejects", rejects, file)
	if code != exitFailed {
		t.Errorf("exit code %d: %s", code, errOut)
	}
	written, err := os.ReadFile(rejects)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(written), out} {
		var got []string
		for line := range strings.Lines(text) {
			if _, after, ok := strings.Cut(line, file+":"); ok {
				got = append(got, after[:1])
			}
		}
		if want := []string{"2", "3", "5", "6"}; !slices.Equal(got, want) {
			t.Errorf("lines %v, want %v:\n%s", got, want, text)
		}
	}
}

func TestAgentSaysThatAFileIsNotThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "auth.log")
	code, _, errOut := call(t, answer(``), "agent", "--tail", file, "--state-dir", filepath.Join(dir, "state"), "--once")
	if code != exitOK || !strings.Contains(errOut, "is not there") || !strings.Contains(errOut, file) {
		t.Errorf("exit code %d: %s", code, errOut)
	}
}
