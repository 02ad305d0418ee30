package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
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
		if err := p.confirm(fmt.Sprintf("Destroy %d payloads about this %s for good?", plan.Payloads, kind)); err != nil {
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
		return p.emit(func(w io.Writer) error { return writeJSON(w, cert.Raw) })
	}
	short := *cert
	short.Receipt = nil
	return p.one(&short, "id", "at", "reason", "subject_kind", "payloads", "already_gone", "complete", "backups")
}

// confirm asks a person; where nobody is there to answer, --yes is wanted.
func (p *program) confirm(question string) error {
	in, ok := p.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return usagef("this can't be undone: add --yes to do it without being asked, or --dry-run to see what it would do")
	}
	fmt.Fprintf(p.err, "%s It can't be undone. Type yes: ", question)
	line, err := bufio.NewReader(io.LimitReader(in, 100)).ReadString('\n')
	if err != nil && err != io.EOF {
		return err
	}
	if strings.TrimSpace(line) != "yes" {
		return usagef("nothing was erased")
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
		if err := p.confirm("Make new payload keys and destroy the old ones?"); err != nil {
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
		if err := p.confirm("Delete what the retention settings have outlived?"); err != nil {
			return err
		}
	}
	return act(p, func(cl *frostgate.Client) (*frostgate.Pruned, error) { return cl.Prune(p.ctx, c.DryRun) })
}
