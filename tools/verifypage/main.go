// Command verifypage compiles the verifier for browsers and puts it into one
// page that needs nothing else:
//
//	go run ./tools/verifypage -o FOLDER
//
// The folder then holds receipt.wasm, wasm_exec.js of the Go toolchain in use,
// and verify.html. The same sources and toolchain give the same bytes on every
// machine.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

func main() {
	out := flag.String("o", "web/.wasm", "folder to write to")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "verifypage:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	wasm, err := compile(filepath.Join(out, "receipt.wasm"))
	if err != nil {
		return err
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	glue, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return err
	}
	page, err := assemble(os.DirFS("web/verify"), wasm, glue, runtime.Version())
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{"wasm_exec.js": glue, "verify.html": page} {
		if err := writeChanged(filepath.Join(out, name), data); err != nil {
			return err
		}
	}
	return nil
}

// compile builds the verifier; nothing of the machine goes into it.
func compile(to string) ([]byte, error) {
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", to, "./cmd/receiptwasm")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOWASM=", "GOFLAGS=-mod=readonly", "GOEXPERIMENT=", "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("compile the verifier: %w", err)
	}
	return os.ReadFile(to)
}

// writeChanged leaves a file alone that is right, so that nothing is built anew.
func writeChanged(name string, data []byte) error {
	if kept, err := os.ReadFile(name); err == nil && bytes.Equal(kept, data) {
		return nil
	}
	return os.WriteFile(name, data, 0o644)
}

// pack is gzip without name and time, in base64.
func pack(data []byte) (string, error) {
	var b bytes.Buffer
	zw, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := zw.Write(data); err != nil {
		return "", err
	}
	if err := zw.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// hashOf is a content policy's hash of an inline script or style.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
