package witnesstest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// buildTime bounds a build with empty caches: some 40 modules to fetch and, on a
// slow machine, minutes of compiling SQLite.
const buildTime = 12 * time.Minute

// errUnavailable says that the program's modules can't be had here.
var errUnavailable = errors.New("its modules are neither cached nor to be had")

// program gives the path of the witness program, built at most once per machine
// and state of its sources. Without network and cache the test skips; under
// CI=true that fails, so that CI can't go green without a real witness.
func program(t testing.TB) string {
	t.Helper()
	source, err := findSource()
	if err != nil {
		t.Fatal(err)
	}
	cache, err := toolCache()
	if err != nil {
		t.Fatal(err)
	}
	path, err := ensure(source, cache)
	switch {
	case err == nil:
		return path
	case errors.Is(err, errUnavailable) && os.Getenv("CI") != "true":
		t.Skipf("skipped: no witness program: %s", strings.ReplaceAll(err.Error(), "\n", "; "))
	default:
		t.Fatalf("build the witness program: %v", err)
	}
	return ""
}

// findSource walks up to the folder with the program's module.
func findSource() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		source := filepath.Join(dir, "tools", "witness")
		if _, err := os.Stat(filepath.Join(source, "go.mod")); err == nil {
			return source, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("no tools/witness above the test")
		}
		dir = up
	}
}

// toolCache is the folder of scripts/tool.sh, where built tools stay.
func toolCache() (string, error) {
	if dir := os.Getenv("FROSTGATE_TOOLS"); dir != "" {
		return filepath.Abs(dir)
	}
	if dir := os.Getenv("FROSTGATE_CACHE"); dir != "" {
		return filepath.Abs(filepath.Join(dir, "tools"))
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("set HOME or FROSTGATE_TOOLS: %w", err)
	}
	return filepath.Join(dir, "frostgate", "tools"), nil
}

// ensure builds the program unless the cache has it. Test processes start
// together, so the first one builds and the others wait for its lock.
func ensure(source, cache string) (string, error) {
	sum, err := digest(source)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "witness@"+sum+"-"+runtime.Version())
	path := filepath.Join(dir, "witness")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	unlock, err := lock(filepath.Join(cache, "witness.lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(path); err == nil {
		return path, nil // built while we waited
	}
	// Renamed when complete: whoever sees the file may run it. What a killed build
	// left would make the go command refuse.
	unfinished := path + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return "", err
	}
	if err := build(source, unfinished); err != nil {
		return "", err
	}
	return path, os.Rename(unfinished, path)
}

// digest hashes what the program is built from, so that an edit builds it anew.
func digest(source string) (string, error) {
	h := sha256.New()
	for _, pattern := range []string{"go.mod", "go.sum", "*.go"} {
		files, err := filepath.Glob(filepath.Join(source, pattern))
		if err != nil {
			return "", err
		}
		for _, file := range files { // Glob sorts
			content, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(h, "%s %d\n", filepath.Base(file), len(content))
			h.Write(content)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:6]), nil
}

// lock takes the file's lock, waiting for whoever holds it; a process that dies
// loses it.
func lock(file string) (unlock func(), err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", file, err)
	}
	return func() { f.Close() }, nil
}

// build compiles the program. Listing its packages first fetches the modules,
// which tells a missing network from sources that don't compile.
func build(source, output string) error {
	ctx, cancel := context.WithTimeout(context.Background(), buildTime)
	defer cancel()
	if err := goCommand(ctx, source, "list", "-deps", "."); err != nil {
		return fmt.Errorf("%w: %w", errUnavailable, err)
	}
	return goCommand(ctx, source, "build", "-o", output, ".")
}

// goCommand runs the go command in the program's module. The caller's flags and
// workspace are meant for another module; scripts/test.sh sets the same
// CGO_ENABLED to analyse it, so that both use one build cache.
func goCommand(ctx context.Context, dir string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-buildvcs=false")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go %s: %w: %s", args[0], err, withoutProgress(said.String()))
	}
	return nil
}

// withoutProgress leaves out the lines that say what is being fetched.
func withoutProgress(said string) string {
	var kept []string
	for line := range strings.Lines(said) {
		if !strings.HasPrefix(line, "go: downloading ") {
			kept = append(kept, strings.TrimSpace(line))
		}
	}
	return strings.Join(kept, "\n")
}
