package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/evidence/saved"
	"frostgate.io/frostgate/receipt"
)

type evidenceVerifyCmd struct {
	File     string `arg:"" help:"Bundle, saved decision answer, decision, snapshot or receipt; - is standard input."`
	Trust    string `help:"File with the log's public keys, one a line, or a policy that names witnesses too. Get it from somewhere other than the server that you check." placeholder:"KEYFILE"`
	Openings string `help:"File with the same entry's receipt as 'decisions receipt ID' prints it, to hold the answer's own fields against." placeholder:"FILE"`
	Unpinned bool   `hidden:"" help:"What happens without --trust anyway."`
}

// maxSaved bounds what is read of a saved answer.
const maxSaved = 64 << 20

// bundleStart begins every bundle.
const bundleStart = "frostgate.io/bundle/"

// Run verifies without a network.
func (c *evidenceVerifyCmd) Run(p *program) error {
	trust, err := readTrust(c.Trust)
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
	if c.Openings != "" {
		return usagef("--openings is for saved answers: a bundle holds its openings itself")
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
	var doc struct {
		VerifierKey  string   `json:"vkey"`
		VerifierKeys []string `json:"vkeys"`
	}
	text := string(data)
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) && json.Unmarshal(data, &doc) == nil && doc.VerifierKey != "" {
		text = strings.Join(append(doc.VerifierKeys, doc.VerifierKey), "\n") // each counts once
	}
	trust, err := receipt.ParseTrust(text)
	if err != nil {
		return receipt.Trust{}, usagef("--trust: %s: %w", name, err)
	}
	return trust, nil
}

func (p *program) printReport(report *receipt.Report, verr error) error {
	if p.cli.Output != "table" {
		doc := saved.ReportOf(report, verr)
		if p.cli.Output == "csv" {
			rows := make([]any, len(doc.Checks))
			for i := range doc.Checks {
				rows[i] = &doc.Checks[i]
			}
			return p.table(rows, "check", "ok", "skipped", "detail")
		}
		return p.one(doc)
	}
	return p.emit(func(w io.Writer) error {
		if !report.Pinned {
			writeUnpinned(w, report.Signer, p.paint())
		}
		writeChecks(w, report.Checks, p.paint())
		switch {
		case verr != nil:
			fmt.Fprintf(w, "%s: %s\n", p.paint().bad("NOT VERIFIED"), printable(verr.Error()))
		case !report.Pinned:
			fmt.Fprintf(w, "%s: consistent in itself, but the signer is not known; anybody could have made it\n", p.paint().warn("UNPINNED"))
		default:
			fmt.Fprintf(w, "%s: entry %d of log %s, recorded %s, signed by %s\n", p.paint().good("VERIFIED"),
				report.Header.Index, report.Header.Log, microTime(report.Header.Time), report.Signer)
		}
		if last := len(report.Checks) - 1; verr == nil && report.Checks[last].Name == "answer" && report.Checks[last].Skipped {
			fmt.Fprintf(w, "%s: only the receipt is proven. The answer's own fields (threat_level, score, gating and the rest) are not\n"+
				"covered by it without openings: they could have been changed. To check them too:\n"+
				"  frostgate decisions receipt %s-%d --out openings.json\n"+
				"and verify again with --openings openings.json.\n", p.paint().warn("NOTE"), report.Header.Log, report.Header.Index)
		}
		return nil
	})
}

// writeUnpinned says first that nobody vouches for the signer.
func writeUnpinned(w io.Writer, signer string, paint painter) {
	if signer == "" {
		signer = "unknown"
	}
	fmt.Fprintf(w, "%s: %s (--trust KEYFILE pins a key that you have from elsewhere)\n", paint.warn("signer not pinned"), printable(signer))
}

func writeChecks(w io.Writer, checks []receipt.Check, paint painter) {
	for _, ch := range checks {
		state := paint.good("ok  ")
		switch {
		case ch.Skipped:
			state = paint.dim("skip")
		case !ch.OK:
			state = paint.bad("FAIL")
		}
		fmt.Fprintf(w, "  %s  %-17s %s\n", state, ch.Name, printable(ch.Detail))
	}
}
