package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"frostgate.io/frostgate/internal/evidence/saved"
	"frostgate.io/frostgate/receipt"
)

type evidenceVerifyCmd struct {
	File      string   `arg:"" help:"Bundle, saved decision answer, decision, snapshot or receipt; - is standard input."`
	Trust     string   `help:"File with the log's public keys, one a line, or a policy that names witnesses too. Get it from somewhere other than the server that you check." placeholder:"KEYFILE"`
	Accept    string   `help:"Be content with this level, committed or anchored. With a witness policy in --trust its quorum is required: this accepts what is proven less." enum:",committed,anchored" default:"" placeholder:"LEVEL"`
	Openings  string   `help:"File with the same entry's receipt as 'decisions receipt ID' prints it, to hold the answer's own fields against." placeholder:"FILE"`
	ModuleKey []string `help:"Verifier key of a module, or a file of them, one a line: checks the module's own signature under the receipt of an attestation." placeholder:"VKEY|FILE" sep:"none"`
	Unpinned  bool     `hidden:"" help:"What happens without --trust anyway."`
}

// maxSaved bounds what is read of a saved answer.
const maxSaved = 64 << 20

// bundleStart begins every bundle.
const bundleStart = "frostgate.io/bundle/"

// Run verifies without a network.
func (c *evidenceVerifyCmd) Run(p *program) error {
	trust, err := readTrustAccepting(c.Trust, c.Accept)
	if err != nil {
		return err
	}
	f, done, err := p.openFile(c.File)
	if err != nil {
		return err
	}
	defer done()
	r := bufio.NewReaderSize(f, 64<<10)
	if start, _ := r.Peek(len(bundleStart)); string(start) == bundleStart {
		return c.verifyBundle(p, r, trust)
	}
	data, err := readAtMost(r, c.File, maxSaved)
	if err != nil {
		return err
	}
	return c.verifySaved(p, data, trust)
}

func (c *evidenceVerifyCmd) verifyBundle(p *program, r io.Reader, trust receipt.Trust) error {
	switch {
	case c.Openings != "":
		return usagef("--openings is for saved answers: a bundle holds its openings itself")
	case len(c.ModuleKey) > 0:
		return usagef("--module-key is for the receipt of one attestation, as GET /evidence/attestations/{id} gives it")
	}
	report, verr := receipt.VerifyBundle(r, trust)
	var unreadable *receipt.FormatError
	if errors.As(verr, &unreadable) {
		return usagef("%s can't be read: %w", c.File, verr)
	}
	if err := p.printBundleReport(report); err != nil {
		return err
	}
	if verr != nil {
		return errQuiet(exitFailed)
	}
	return nil
}

func (c *evidenceVerifyCmd) verifySaved(p *program, data []byte, trust receipt.Trust) error {
	doc, err := saved.Read(data)
	if err != nil {
		return usagef("%s holds no readable receipt, and is no bundle: %w", c.File, err)
	}
	if err := c.addOpenings(p, doc.Receipt); err != nil {
		return err
	}
	if doc.ModuleKeys, err = readModuleKeys(c.ModuleKey); err != nil {
		return err
	}
	report, verr := doc.Verify(trust)
	if err := p.printReport(report, verr); err != nil {
		return err
	}
	if verr != nil {
		return errQuiet(exitFailed)
	}
	return nil
}

// addOpenings takes the openings of the same entry from another file.
func (c *evidenceVerifyCmd) addOpenings(p *program, rc *receipt.Receipt) error {
	if c.Openings == "" {
		return nil
	}
	data, err := p.readFile(c.Openings, maxSaved)
	if err != nil {
		return err
	}
	opened, err := receipt.FromResponse(data)
	if err != nil {
		return fmt.Errorf("--openings: %s: %w", c.Openings, err)
	}
	if opened.LeafHash != rc.LeafHash || len(opened.Openings) == 0 {
		return usagef("--openings: %s does not open entry %d of log %s", c.Openings, rc.Index, rc.Log)
	}
	rc.Openings = opened.Openings
	return nil
}

// openFile opens a file, or gives standard input.
func (p *program) openFile(name string) (io.Reader, func(), error) {
	if name == "-" {
		return p.in, func() {}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, errUsage{err}
	}
	return f, func() { _ = f.Close() }, nil
}

// readFile reads a file or standard input up to a limit.
func (p *program) readFile(name string, most int64) ([]byte, error) {
	f, done, err := p.openFile(name)
	if err != nil {
		return nil, err
	}
	defer done()
	return readAtMost(f, name, most)
}

func readAtMost(r io.Reader, name string, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case err != nil:
		return nil, errUsage{err}
	case int64(len(data)) > most:
		return nil, usagef("%s is larger than %d bytes", name, most)
	}
	return data, nil
}

// readTrust reads keys, one a line, a policy, or the JSON of `evidence key -o json`.
func readTrust(name string) (receipt.Trust, error) {
	if name == "" {
		return receipt.Trust{}, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return receipt.Trust{}, usagef("--trust: %w", err)
	}
	trust, err := saved.ParseTrust(data)
	if err != nil {
		return receipt.Trust{}, usagef("--trust: %s: %w", name, err)
	}
	return trust, nil
}

// readTrustAccepting is readTrust, content with a lower level where one is named.
func readTrustAccepting(name, level string) (receipt.Trust, error) {
	trust, err := readTrust(name)
	if err != nil || level == "" {
		return trust, err
	}
	return trust.Accepting(receipt.Level(level)), nil
}

// readModuleKeys reads keys given as such or as files of them, one a line.
func readModuleKeys(given []string) ([]receipt.DSSEKey, error) {
	var keys []receipt.DSSEKey
	for _, g := range given {
		if _, key, err := receipt.ParseModuleKey(g); err == nil {
			keys = append(keys, key)
			continue
		}
		data, err := os.ReadFile(g)
		if err != nil {
			return nil, usagef("--module-key: neither a key nor a file: %w", err)
		}
		before := len(keys)
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
				continue
			}
			_, key, err := receipt.ParseModuleKey(line)
			if err != nil {
				return nil, usagef("--module-key: %s: %w", g, err)
			}
			keys = append(keys, key)
		}
		if len(keys) == before {
			return nil, usagef("--module-key: %s holds no key", g)
		}
	}
	return keys, nil
}
