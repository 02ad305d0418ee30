package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	frostgate "frostgate.io/frostgate/sdk/go"

	"frostgate.io/frostgate/receipt"
)

type evidenceBundleCmd struct {
	Decision string    `help:"One decision." placeholder:"ID"`
	Subject  string    `help:"All that was recorded about one subject: ip:ADDRESS, user:NAME or host:NAME." placeholder:"KIND:VALUE"`
	From     time.Time `help:"Recorded at this time or later." placeholder:"TIME"`
	To       time.Time `help:"Recorded before this time; default now." placeholder:"TIME"`
	All      bool      `help:"The whole log."`
	Absent   string    `help:"Show that nothing of this kind was recorded in the time, for example erasure." placeholder:"ARTIFACT"`
	Openings bool      `default:"true" negatable:"" help:"With the payloads, as far as the key may read them."`
	Trust    string    `help:"Check with these keys before the file is kept; without it, against itself." placeholder:"KEYFILE"`
	Accept   string    `help:"Keep what is proven less than the witness policy in --trust asks for: committed or anchored. Witnesses cosign some time after the entry." enum:",committed,anchored" default:"" placeholder:"LEVEL"`
}

// bundleTries is how often a bundle is asked for that broke off.
const bundleTries = 3

// Run saves a bundle. It stands under its name only when it came whole and was
// verified.
func (c *evidenceBundleCmd) Run(p *program) error {
	if p.cli.Out == "" {
		return usagef("name the file with --out FILE")
	}
	trust, err := readTrustAccepting(c.Trust, c.Accept)
	if err != nil {
		return err
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	q := frostgate.BundleQuery{
		Decision: c.Decision, Subject: c.Subject, From: c.From, To: c.To, All: c.All, Absent: c.Absent, HeadersOnly: !c.Openings,
	}
	if err := c.one(); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(p.cli.Out), "."+filepath.Base(p.cli.Out)+".*")
	if err != nil {
		return errUsage{err}
	}
	defer func() { // nothing is left there once it has its name
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	if err := p.fetchBundle(cl, q, f); err != nil {
		return err
	}
	return p.keepBundle(f, trust)
}

// one wants exactly one selection.
func (c *evidenceBundleCmd) one() error {
	timed := !c.From.IsZero() || !c.To.IsZero()
	n := 0
	for _, is := range []bool{c.Decision != "", c.Subject != "", c.All, c.Absent != "", timed && c.Absent == ""} {
		if is {
			n++
		}
	}
	switch {
	case n != 1:
		return usagef("say what the bundle is to hold, exactly one of: --decision ID, --subject KIND:VALUE, --from TIME --to TIME, --all, --absent ARTIFACT --from TIME --to TIME")
	case c.Absent != "" && c.From.IsZero():
		return usagef("--absent needs --from, and --to unless it is now")
	}
	return nil
}

// fetchBundle downloads into f, again when the answer broke off.
func (p *program) fetchBundle(cl *frostgate.Client, q frostgate.BundleQuery, f *os.File) error {
	for try := 1; ; try++ {
		progress := &meter{to: f}
		if isTerminal(p.err) {
			progress.err = p.err
		}
		_, err := cl.Bundle(p.ctx, q, progress)
		progress.end()
		var broken *frostgate.UnreachableError
		if err == nil || try == bundleTries || progress.n == 0 || !errors.As(err, &broken) {
			return err
		}
		fmt.Fprintln(p.err, "The bundle broke off; asking again.")
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if err := f.Truncate(0); err != nil {
			return err
		}
	}
}

// keepBundle verifies what came and gives it its name.
func (p *program) keepBundle(f *os.File, trust receipt.Trust) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	report, verr := receipt.VerifyBundle(f, trust)
	if verr != nil {
		writeBundleReport(p.err, report, p.paint())
		return fmt.Errorf("what the server sent is no valid bundle, so it is not kept: %w", verr)
	}
	if err := errors.Join(f.Chmod(0o600), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), p.cli.Out); err != nil {
		return err
	}
	fmt.Fprintf(p.err, "%s: %s\n", p.cli.Out, bundleTitle(report))
	return nil
}

// meter passes bytes on and says now and then how many there were.
type meter struct {
	to   io.Writer
	err  io.Writer // nil tells nobody
	n    int64
	said int64
}

// meterStep is how often progress is told.
const meterStep = 8 << 20

// Write passes on and counts.
func (m *meter) Write(b []byte) (int, error) {
	n, err := m.to.Write(b)
	if m.n += int64(n); m.err != nil && m.n-m.said >= meterStep {
		m.said = m.n
		fmt.Fprintf(m.err, "\r%d MiB", m.n>>20)
	}
	return n, err
}

func (m *meter) end() {
	if m.said > 0 {
		fmt.Fprintf(m.err, "\r%d MiB\n", m.n>>20)
	}
}
