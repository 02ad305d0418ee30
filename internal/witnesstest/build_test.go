package witnesstest

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// write makes a module with one source file.
func write(t *testing.T, dir, mod, source string) {
	t.Helper()
	for name, content := range map[string]string{"go.mod": mod, "main.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	plainMod  = "module example.test/program\n\ngo 1.26\n"
	plainMain = "package main\n\nfunc main() {}\n"
)

// Callers that come together get one program; an edit gets another.
func TestEnsureBuildsOnce(t *testing.T) {
	t.Parallel()
	source, cache := t.TempDir(), t.TempDir()
	write(t, source, plainMod, plainMain)
	paths := make([]string, 4)
	var all sync.WaitGroup
	for i := range paths {
		all.Go(func() {
			var err error
			if paths[i], err = ensure(source, cache); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, p := range paths {
		if p != paths[0] {
			t.Errorf("%s and %s", p, paths[0])
		}
	}
	before, err := os.Stat(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	again, err := ensure(source, cache)
	if err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(again); err != nil || !os.SameFile(before, after) {
		t.Errorf("built again: %v", err)
	}

	write(t, source, plainMod, plainMain+"\n// edited\n")
	edited, err := ensure(source, cache)
	if err != nil || edited == paths[0] {
		t.Errorf("after an edit: %s, %v", edited, err)
	}
}

// Modules that can't be had are told from a program that doesn't compile: the
// first is the machine's doing.
func TestEnsureSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	source, cache := t.TempDir(), t.TempDir()
	write(t, source, plainMod, "package main\n\nfunc main() { missing() }\n")
	if _, err := ensure(source, cache); err == nil || errors.Is(err, errUnavailable) {
		t.Errorf("doesn't compile: %v", err)
	}
	// A replacement by a folder that isn't there fails without asking a network.
	write(t, source, plainMod+"\nrequire example.test/absent v1.0.0\n\nreplace example.test/absent => ./absent\n",
		"package main\n\nimport _ \"example.test/absent\"\n\nfunc main() {}\n")
	if _, err := ensure(source, cache); !errors.Is(err, errUnavailable) {
		t.Errorf("absent module: %v", err)
	}
}

// Names and borders of files count: moving a line between two files is an edit.
func TestDigest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, plainMod, plainMain)
	first, err := digest(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "main.go"), filepath.Join(dir, "other.go")); err != nil {
		t.Fatal(err)
	}
	if renamed, err := digest(dir); err != nil || renamed == first {
		t.Errorf("a renamed file: %s, %v", renamed, err)
	}
}
