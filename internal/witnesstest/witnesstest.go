// Package witnesstest gives tests a real C2SP tlog-witness: the omniwitness of
// transparency-dev, run as a process on loopback by tools/witness. What the
// tests of this package find out about its answers is what our client has to
// live with (protocol_test.go holds the table).
//
// Invariant: a witness ends with its test, also when the test process is killed,
// and keeps its address, key and memory over a restart. It must not be imported
// outside tests, nor reach beyond loopback once the program is built.
package witnesstest

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// patience bounds how long a witness may take to start or to end before it is
// killed; a healthy one takes milliseconds.
const patience = time.Minute

// Log is a log that a witness cosigns.
type Log struct {
	Origin string // first line of its checkpoints
	VKey   string // Ed25519 verifier key (signed note, type 0x01)
}

// Witness is a running witness, or a stopped one that remembers. The test's
// goroutine owns it.
type Witness struct {
	URL  string // base of its API, without a slash at the end: POST URL/add-checkpoint
	VKey string // cosignature/v1 verifier key (type 0x04)
	Name string // name in VKey and in its signature lines, different for every witness

	t       testing.TB
	program string
	args    []string
	cmd     *exec.Cmd
	stdin   io.Closer
	stderr  *bytes.Buffer // the process's until it has ended
}

// Start runs a witness for the given logs until the test ends. Its memory is a
// database in the test's temporary folder. Where the program can't be built for
// want of a network the test skips; under CI=true that is a failure.
func Start(t testing.TB, logs ...Log) *Witness {
	t.Helper()
	return start(t, filepath.Join(t.TempDir(), "witness.db"), logs)
}

// start is Start with a choice of memory: a file, or "" for the process's own.
func start(t testing.TB, db string, logs []Log) *Witness {
	t.Helper()
	seed := make([]byte, 32)
	_, _ = rand.Read(seed) // never fails (crypto/rand)
	w := &Witness{
		Name:    "witness.example/" + hex.EncodeToString(seed[:4]),
		t:       t,
		program: program(t),
	}
	w.args = []string{"-listen", reserve(t), "-db", db, "-name", w.Name, "-seed", hex.EncodeToString(seed)}
	for _, l := range logs {
		w.args = append(w.args, "-log", l.Origin+" "+l.VKey)
	}
	t.Cleanup(w.Stop)
	w.Restart()
	return w
}

// Stop ends the witness; connections to it are refused from then on. Stopping a
// stopped one does nothing.
func (w *Witness) Stop() {
	w.t.Helper()
	if w.cmd == nil {
		return
	}
	_ = w.stdin.Close()
	watchdog := time.AfterFunc(patience, func() { _ = w.cmd.Process.Kill() })
	defer watchdog.Stop()
	err := w.cmd.Wait()
	w.cmd = nil
	if err != nil {
		w.t.Errorf("witness %s: %v\n%s", w.Name, err, w.stderr)
	}
}

// Restart starts the witness again, having stopped it first if need be: same
// address, key and logs, and what it cosigned is not forgotten.
func (w *Witness) Restart() {
	w.t.Helper()
	w.Stop()
	w.stderr = &bytes.Buffer{}
	cmd := exec.Command(w.program, w.args...)
	cmd.Stderr = w.stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.cmd, w.stdin = cmd, stdin
	watchdog := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	w.URL, w.VKey, err = hello(stdout)
	watchdog.Stop()
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		w.cmd = nil
		w.t.Fatalf("witness %s doesn't start: %v\n%s", w.Name, err, w.stderr)
	}
}

// hello reads the two lines with which the program says that it listens.
func hello(r io.Reader) (url, vkey string, err error) {
	lines := bufio.NewScanner(r)
	for _, to := range []*string{&url, &vkey} {
		if !lines.Scan() {
			return "", "", errors.Join(errors.New("it ended before its address and key"), lines.Err())
		}
		*to = strings.TrimSpace(lines.Text())
	}
	return url, vkey, nil
}
