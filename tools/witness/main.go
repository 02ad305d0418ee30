// Command witness runs the omniwitness of transparency-dev on loopback, so that
// tests are cosigned by a witness that nobody here wrote. It is a module of its
// own: what a witness needs stays out of the product's go.mod.
//
// Invariant: it never calls anybody. It has no feeders, no distributors and no
// public configuration, only the logs it is given, and its HTTP client refuses
// every request. It ends on SIGTERM, on an interrupt, or when its standard input
// closes, so that it can't outlive the test that started it.
//
// It must not change what the library answers: internal/witnesstest, which
// builds, starts and tests it, records that behaviour for our client.
//
// Standard output has two lines, its URL and its verifier key (cosignature/v1);
// the log of the library goes to standard error.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/transparency-dev/witness/config"
	"github.com/transparency-dev/witness/omniwitness"
	"github.com/transparency-dev/witness/persistence/inmemory"
	"github.com/transparency-dev/witness/persistence/sqlite"
)

// options is what the command line says.
type options struct {
	listen, db, name, seed string
	logs                   []config.Log
}

func main() {
	o := options{}
	flag.StringVar(&o.listen, "listen", "127.0.0.1:0", "loopback `address`; port 0 takes a free one")
	flag.StringVar(&o.db, "db", "", "SQLite `file` that keeps what was cosigned; empty keeps it in memory")
	flag.StringVar(&o.name, "name", "witness.example/test", "`name` of the witness key")
	flag.StringVar(&o.seed, "seed", "", "Ed25519 seed of the witness key, 64 `hex` digits; empty makes a new key")
	flag.Func("log", "a log to witness, `\"ORIGIN VKEY\"`; may be repeated", func(s string) error {
		l, err := parseLog(s)
		o.logs = append(o.logs, l)
		return err
	})
	flag.Parse()

	if err := run(o, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "witness:", err)
		os.Exit(1)
	}
}

// run serves until a signal comes or in closes.
func run(o options, in io.Reader, out io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, in)
		stop()
	}()
	seed, err := readSeed(o.seed)
	if err != nil {
		return err
	}
	k, err := newKey(o.name, seed)
	if err != nil {
		return err
	}
	store, shut, err := open(ctx, o.db)
	if err != nil {
		return err
	}
	defer shut()
	if err := store.AddLogs(ctx, o.logs); err != nil {
		return fmt.Errorf("add logs: %w", err)
	}
	ln, err := net.Listen("tcp", o.listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "http://%s\n%s\n", ln.Addr(), k.vkey)

	cfg := omniwitness.OperatorConfig{WitnessKeys: k.signers, WitnessVerifier: k.verifier, Logs: store}
	err = omniwitness.Main(ctx, cfg, store, ln, &http.Client{Transport: noNetwork{}})
	if ctx.Err() != nil {
		return nil // asked to end; what the library says about it is no news
	}
	return err
}

// persistence keeps checkpoints and the list of logs.
type persistence interface {
	omniwitness.Persistence
	omniwitness.LogConfig
}

func open(ctx context.Context, file string) (persistence, func(), error) {
	if file == "" {
		return inmemory.New(), func() {}, nil
	}
	// One connection: the library begins its transactions deferred, and two at
	// once would answer 429 at random.
	p, shut, err := sqlite.New(ctx, sqlite.Opts{Path: file, MaxOpenConns: 1})
	if err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", file, err)
	}
	return p, func() { _ = shut() }, nil
}

// readSeed reads 64 hex digits, or makes a seed where there are none.
func readSeed(digits string) ([]byte, error) {
	if digits == "" {
		seed := make([]byte, 32)
		_, _ = rand.Read(seed) // never fails (crypto/rand)
		return seed, nil
	}
	seed, err := hex.DecodeString(digits)
	if err != nil || len(seed) != 32 {
		return nil, errors.New("-seed: need 64 hex digits")
	}
	return seed, nil
}

// noNetwork refuses every outgoing request.
type noNetwork struct{}

func (noNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("a test witness calls nobody: %s %s", r.Method, r.URL)
}
