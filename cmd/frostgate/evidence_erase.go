package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type evidenceEraseCmd struct {
	Subject string `required:"" help:"Whom: ip:ADDRESS, user:NAME or host:NAME." placeholder:"KIND:VALUE"`
	Reason  string `required:"" help:"Why. It stays in the log for ever, so name a case, not the subject." placeholder:"TEXT"`
	DryRun  bool   `help:"Show what would be erased."`
	Yes     bool   `help:"Do not ask."`
}

// Run erases a subject and prints the certificate.
func (c *evidenceEraseCmd) Run(p *program) error {
	kind, value, ok := strings.Cut(c.Subject, ":")
	if !ok || value == "" {
		return usagef("--subject must be KIND:VALUE, for example ip:192.0.2.1")
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	s := frostgate.Subject{Kind: kind, Value: value}
	if c.DryRun || !c.Yes {
		plan, err := cl.Erase(p.ctx, s, c.Reason, true)
		if err != nil {
			return err
		}
		if c.DryRun {
			return p.one(plan.Raw)
		}
		if err := p.confirm(fmt.Sprintf("Destroy %d payloads about this %s for good?", plan.Payloads, kind), true); err != nil {
			return err
		}
	}
	cert, err := cl.Erase(p.ctx, s, c.Reason, false)
	if err != nil {
		return err
	}
	return p.certificate(cert)
}

// certificate prints a certificate; into a file it goes as the server sent it,
// so that `evidence verify` reads it.
func (p *program) certificate(cert *frostgate.ErasureCertificate) error {
	if p.cli.Output == "json" || p.cli.Out != "" {
		if err := p.emit(func(w io.Writer) error { return writeJSON(w, cert.Raw) }); err != nil {
			return err
		}
		if left := stillKept(cert.Copies); left != "" {
			fmt.Fprintln(p.err, left)
		}
		return nil
	}
	short := *cert
	short.Receipt = nil
	// To a reader it is complete when nothing is left, not when the work ended.
	short.Complete = cert.Complete && stillKept(cert.Copies) == ""
	err := p.one(&short, "id", "at", "reason", "subject_kind", "payloads", "already_gone", "complete", "backups", "warning")
	if err != nil || p.cli.Output == "csv" {
		return err
	}
	return writeCopies(p.out, cert.Copies)
}

// writeCopies names the clear copies beside the log and ends with what stays.
func writeCopies(w io.Writer, copies []frostgate.ErasureCopy) error {
	if len(copies) == 0 {
		return nil
	}
	rows := [][]string{{"COPIES", "ROWS", "", "WHY"}}
	for _, c := range copies {
		done := "removed"
		if c.Kept != "" {
			done = "kept"
		}
		rows = append(rows, []string{c.What, strconv.FormatInt(c.Rows, 10), done, c.Kept})
	}
	fmt.Fprintln(w)
	if err := writeAligned(w, rows, 0); err != nil {
		return err
	}
	if left := stillKept(copies); left != "" {
		fmt.Fprintln(w, left)
	}
	return nil
}

// keptUntil says what ends the reason for which a kind of copy is kept.
func keptUntil(what string) string {
	switch what {
	case "targets of enforcements in force":
		return "they have ended or are revoked"
	case "allow-list entries in force":
		return "they have ended or are removed"
	case "audit entries":
		return "audit_retention_days end them"
	}
	return "the reason above is over"
}

// stillKept is the line on what an erasure left; empty: nothing.
func stillKept(copies []frostgate.ErasureCopy) string {
	var left []string
	for _, c := range copies {
		if c.Kept != "" {
			left = append(left, fmt.Sprintf("%s (%d) stay until %s", printable(c.What), c.Rows, keptUntil(c.What)))
		}
	}
	if len(left) == 0 {
		return ""
	}
	return "NOT EVERYTHING: " + strings.Join(left, "; ") + "; run the same command again then."
}

// confirm asks a person; where nobody is there to answer, --yes is wanted.
func (p *program) confirm(question string, dry bool) error {
	in, ok := p.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		if dry {
			return usagef("this can't be undone: add --yes to do it without being asked, or --dry-run to see what it would do")
		}
		return usagef("this can't be undone: add --yes to do it without being asked")
	}
	fmt.Fprintf(p.err, "%s It can't be undone. Type yes: ", question)
	line, err := bufio.NewReader(io.LimitReader(in, 100)).ReadString('\n')
	if err != nil && err != io.EOF {
		return err
	}
	if strings.TrimSpace(line) != "yes" {
		return usagef("nothing was done")
	}
	return nil
}

type evidenceErasuresCmd struct {
	List erasuresListCmd `cmd:"" help:"List erasures."`
	Show erasuresShowCmd `cmd:"" help:"Show the certificate of an erasure; --out keeps it in a file that 'evidence verify' reads."`
}

type erasuresListCmd struct{ limited }

// Run lists erasures.
func (c *erasuresListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.Erasures(p.ctx, c.page()), c.Limit, "id", "at", "artifacts")
}

type erasuresShowCmd struct{ idArg }

// Run shows a certificate.
func (c *erasuresShowCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	cert, err := cl.Erasure(p.ctx, c.ID)
	if err != nil {
		return err
	}
	return p.certificate(cert)
}

type evidenceRekeyCmd struct {
	Yes bool `help:"Do not ask."`
}

// Run gives the tenant new payload keys.
func (c *evidenceRekeyCmd) Run(p *program) error {
	if !c.Yes {
		if err := p.confirm("Make new payload keys and destroy the old ones?", false); err != nil {
			return err
		}
	}
	return act(p, func(cl *frostgate.Client) (*frostgate.Rekeyed, error) { return cl.Rekey(p.ctx) })
}

type evidencePruneCmd struct {
	DryRun bool `help:"Show what would go."`
	Yes    bool `help:"Do not ask."`
}

// Run deletes what the tenant's retention has outlived.
func (c *evidencePruneCmd) Run(p *program) error {
	if !c.DryRun && !c.Yes {
		if err := p.confirm("Delete what the retention settings have outlived?", true); err != nil {
			return err
		}
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	out, err := cl.Prune(p.ctx, c.DryRun)
	if err != nil {
		return err
	}
	if err := p.one(out); err != nil {
		return err
	}
	for _, off := range []struct {
		days int64
		what string
		name string
	}{{out.RetentionDays, "payloads", "retention_days"}, {out.AuditRetentionDays, "audit entries", "audit_retention_days"}} {
		if off.days == 0 {
			fmt.Fprintf(p.err, "Retention of %s is off (%s is 0): nothing of them ends. `frostgate tenants settings TENANT --set %s=DAYS` turns it on.\n", off.what, off.name, off.name)
		}
	}
	return nil
}
