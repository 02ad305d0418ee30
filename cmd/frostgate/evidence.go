package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/receipt"
)

type evidenceCmd struct {
	Key        evidenceKeyCmd        `cmd:"" help:"Show the public keys that verify receipts."`
	Checkpoint evidenceCheckpointCmd `cmd:"" help:"Show the log's signed tree head."`
	Verify     evidenceVerifyCmd     `cmd:"" help:"Verify a saved answer or receipt offline."`
	Export     evidenceExportCmd     `cmd:"" help:"Write a log as plain files that anybody can check."`
	Fsck       evidenceFsckCmd       `cmd:"" help:"Check a whole log, exported or in the store, from its entries up."`
	Erase      evidenceEraseCmd      `cmd:"" help:"Destroy what was recorded about a person, host or address."`
	Erasures   evidenceErasuresCmd   `cmd:"" help:"Erasures and their certificates."`
	Rekey      evidenceRekeyCmd      `cmd:"" help:"Make new payload keys, so that backups forget what was erased."`
	Prune      evidencePruneCmd      `cmd:"" help:"Delete what the retention settings have outlived."`
}

type evidenceKeyCmd struct{}

// Run prints the keys that are not revoked, one a line; as a table it is a file
// that verify --trust reads.
func (*evidenceKeyCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	k, err := cl.EvidenceKey(p.ctx)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(k, "vkey", "origin", "vkeys")
	}
	keys := k.VerifierKeys
	if len(keys) == 0 { // a server from before keys rotated
		keys = []string{k.VerifierKey}
	}
	return p.emit(func(w io.Writer) error {
		_, err := fmt.Fprintln(w, strings.Join(keys, "\n"))
		return err
	})
}

type evidenceCheckpointCmd struct {
	Log string `arg:"" optional:"" help:"Log ID; without it, that of your tenant."`
}

// Run prints the signed text.
func (c *evidenceCheckpointCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	if c.Log == "" {
		me, err := cl.Whoami(p.ctx)
		if err != nil {
			return err
		}
		t, err := cl.Tenant(p.ctx, me.TenantID)
		if err != nil {
			return fmt.Errorf("find your tenant's log (name it to go without): %w", err)
		}
		c.Log = t.LogID
	}
	text, err := cl.Checkpoint(p.ctx, c.Log)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(map[string]string{"log": c.Log, "checkpoint": text}, "log", "checkpoint")
	}
	return p.emit(func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
}

type evidenceVerifyCmd struct {
	File     string `arg:"" help:"Saved decision answer, decision, snapshot or receipt; - is standard input."`
	Trust    string `help:"File with the log's public key, one a line. Get it from somewhere other than the server that you check." placeholder:"KEYFILE"`
	Openings string `help:"File with the same entry's receipt as 'decisions receipt ID' prints it, to hold the answer's own fields against." placeholder:"FILE"`
	Unpinned bool   `help:"Check consistency only: anybody could have made such a receipt."`
}

// maxSaved bounds what is read of a saved answer.
const maxSaved = 64 << 20

// Run verifies without a network.
func (c *evidenceVerifyCmd) Run(p *program) error {
	if (c.Trust == "") == !c.Unpinned {
		return usagef("name the log's key with --trust KEYFILE (`frostgate evidence key --out KEYFILE` saves it), or check consistency only with --unpinned")
	}
	data, err := p.readFile(c.File, maxSaved)
	if err != nil {
		return err
	}
	trust, err := readTrust(c.Trust)
	if err != nil {
		return err
	}
	rc, err := savedReceipt(data)
	if err != nil {
		return fmt.Errorf("%s holds no readable receipt: %w", c.File, err)
	}
	claims, err := claimsOf(data)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if err := c.addOpenings(p, rc); err != nil {
		return err
	}
	report, verr := receipt.Verify(rc, trust)
	if verr == nil {
		var check *receipt.Check
		if check, verr = claims.check(rc, report.Header); check != nil {
			report.Checks = append(report.Checks, *check)
		}
	}
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

// readFile reads a file or standard input up to a limit.
func (p *program) readFile(name string, most int64) ([]byte, error) {
	r := p.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, errUsage{err}
		}
		defer f.Close()
		r = f
	}
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(data)) > most {
		err = usagef("%s is larger than %d bytes", name, most)
	}
	return data, err
}

// readTrust reads keys, one a line, or the JSON of `evidence key -o json`.
func readTrust(name string) (receipt.Trust, error) {
	if name == "" {
		return receipt.Trust{}, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return receipt.Trust{}, usagef("--trust: %w", err)
	}
	var keys []string
	var doc struct {
		VerifierKey  string   `json:"vkey"`
		VerifierKeys []string `json:"vkeys"`
	}
	if json.Unmarshal(data, &doc) == nil && doc.VerifierKey != "" {
		keys = append(doc.VerifierKeys, doc.VerifierKey) // NewTrust takes each once
	} else {
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				keys = append(keys, line)
			}
		}
	}
	if len(keys) == 0 {
		return receipt.Trust{}, usagef("--trust: %s holds no key", name)
	}
	trust, err := receipt.NewTrust(keys...)
	if err != nil {
		return receipt.Trust{}, usagef("--trust: %s: %w", name, err)
	}
	return trust, nil
}

// savedReceipt finds the receipt in an answer, a receipt, or the decision of a
// saved decision.
func savedReceipt(data []byte) (*receipt.Receipt, error) {
	var outer struct {
		Receipt  jsontext.Value `json:"receipt"`
		Decision jsontext.Value `json:"decision"`
	}
	if err := json.Unmarshal(data, &outer); err != nil {
		return nil, err
	}
	if outer.Receipt == nil && outer.Decision != nil {
		data = outer.Decision
	}
	rc, err := receipt.FromResponse(data)
	if err != nil {
		return nil, err
	}
	if rc.Proof == "" {
		return nil, errors.New("the receipt is a short one without proof; ask for detail=full, or `frostgate decisions receipt`")
	}
	return rc, nil
}

func (p *program) printReport(report *receipt.Report, verr error) error {
	if p.cli.Output != "table" {
		rows := []any{}
		for _, ch := range report.Checks {
			rows = append(rows, map[string]any{"check": ch.Name, "ok": ch.OK, "skipped": ch.Skipped, "detail": ch.Detail})
		}
		if p.cli.Output == "csv" {
			return p.table(rows, "check", "ok", "skipped", "detail")
		}
		return p.one(map[string]any{"verified": verr == nil, "pinned": report.Pinned, "signer": report.Signer, "checks": rows})
	}
	return p.emit(func(w io.Writer) error {
		writeChecks(w, report, p.paint())
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

func writeChecks(w io.Writer, report *receipt.Report, paint painter) {
	for _, ch := range report.Checks {
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
