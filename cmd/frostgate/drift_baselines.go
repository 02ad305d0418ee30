package main

import (
	"fmt"
	"os"
	"strings"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type driftBaselinesCmd struct {
	List       driftBaselinesListCmd       `cmd:"" default:"withargs" help:"List what runs are compared with."`
	Show       driftBaselinesShowCmd       `cmd:"" help:"Show a baseline with its versions."`
	Create     driftBaselinesCreateCmd     `cmd:"" help:"Compare the runs of a source with a snapshot, another tenant or a template."`
	Edit       driftBaselinesEditCmd       `cmd:"" help:"Make the next version of a baseline; findings and history stay."`
	Activate   driftBaselinesActivateCmd   `cmd:"" help:"Compare runs with it again."`
	Deactivate driftBaselinesDeactivateCmd `cmd:"" help:"Compare nothing with it any more; findings and history stay."`
}

type driftBaselinesListCmd struct {
	tenantFlag
	Source   string `help:"Source, for example directory/default."`
	Inactive bool   `help:"Those that are off too."`
}

// Run lists baselines.
func (c *driftBaselinesListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	found, err := frostgate.Collect(cl.DriftBaselines(p.ctx, c.Tenant, c.Source, true), 0)
	if err != nil {
		return err
	}
	rows, off := []any{}, 0
	for i := range found {
		if !found[i].Active && !c.Inactive {
			off++
			continue
		}
		if rows = append(rows, found[i]); p.cli.Output == "table" {
			rows[len(rows)-1] = shownBaseline{found[i], expectsText(&found[i])}
		}
	}
	if err := p.table(rows, "id", "name", "kind", "source", "active", "version", "UPDATED=updated_at", "by", "expects", "snapshot", "GOLDEN=golden.tenant_id", "note"); err != nil {
		return err
	}
	if off > 0 && p.cli.Output == "table" {
		fmt.Fprintf(p.err, "%s off: --inactive lists what is off too.\n", map[bool]string{true: "1 baseline is", false: fmt.Sprintf("%d baselines are", off)}[off == 1])
	}
	return nil
}

// shownBaseline is a baseline for reading.
type shownBaseline struct {
	frostgate.DriftBaseline
	Expects string `json:"expects"`
}

// expectsText says what a baseline expects.
func expectsText(b *frostgate.DriftBaseline) string {
	switch {
	case b.Kind == "last_run":
		return "the run before"
	case b.Golden != nil:
		return or(b.Golden.Name, b.Golden.Tenant) + " " + b.Golden.Source
	case b.Kind == "template":
		return "a template: `drift baselines show` prints it"
	}
	return "snapshot " + clip(b.Snapshot, 13)
}

type driftBaselinesShowCmd struct {
	tenantFlag
	idArg
}

// Run shows a baseline.
func (c *driftBaselinesShowCmd) Run(p *program) error {
	return act(p, func(cl *frostgate.Client) (*frostgate.DriftBaselineDetail, error) {
		return cl.DriftBaseline(p.ctx, c.Tenant, c.ID)
	})
}

// expectation is where a baseline takes what it expects from: exactly one.
type expectation struct {
	Snapshot string `help:"Hash of a snapshot." placeholder:"HASH"`
	Golden   string `help:"Last run of another tenant of your organisation." placeholder:"TENANT/KIND/NAME"`
	Template string `help:"File with the desired state, as YAML." placeholder:"FILE"`
}

// read gives the kind and its parts; none where nothing is named.
func (e *expectation) read() (kind string, golden *frostgate.DriftGolden, template string, err error) {
	n := 0
	if e.Snapshot != "" {
		kind, n = "snapshot", n+1
	}
	if e.Golden != "" {
		kind, n = "golden", n+1
		tenant, source, ok := strings.Cut(e.Golden, "/")
		if !ok || !strings.Contains(source, "/") {
			return "", nil, "", usagef("--golden is TENANT/KIND/NAME, for example tn_1/directory/default")
		}
		golden = &frostgate.DriftGolden{Tenant: tenant, Source: source}
	}
	if e.Template != "" {
		kind, n = "template", n+1
		text, err := os.ReadFile(e.Template)
		if err != nil {
			return "", nil, "", usagef("read the template: %w", err)
		}
		template = string(text)
	}
	if n > 1 {
		return "", nil, "", usagef("--snapshot, --golden and --template exclude each other")
	}
	return kind, golden, template, nil
}

type driftBaselinesCreateCmd struct {
	tenantFlag
	expectation
	Name        string `arg:"" help:"Name; unique among the source's baselines."`
	Source      string `help:"Whose runs are compared with it." required:"" placeholder:"KIND/NAME"`
	KeepLastRun bool   `help:"Go on comparing with the run before too."`
	Inactive    bool   `help:"Make it without comparing anything with it yet."`
	Note        string `help:"Why; it is kept." short:"m"`
}

// Run makes a baseline.
func (c *driftBaselinesCreateCmd) Run(p *program) error {
	kind, golden, template, err := c.read()
	if err != nil {
		return err
	}
	if kind == "" {
		return usagef("say what is expected: --snapshot HASH, --golden TENANT/KIND/NAME or --template FILE")
	}
	return baselineStep(p, func(cl *frostgate.Client) (*frostgate.DriftBaseline, error) {
		return cl.CreateDriftBaseline(p.ctx, c.Tenant, frostgate.NewDriftBaseline{
			Name: c.Name, Kind: kind, Source: c.Source, Snapshot: c.Snapshot, Golden: golden, Template: template, Note: c.Note, KeepLastRun: c.KeepLastRun, Inactive: c.Inactive,
		})
	})
}

// baselineStep makes or switches a baseline and says what that did to what waits.
func baselineStep(p *program, step func(cl *frostgate.Client) (*frostgate.DriftBaseline, error)) error {
	var got *frostgate.DriftBaseline
	err := act(p, func(cl *frostgate.Client) (b *frostgate.DriftBaseline, err error) {
		got, err = step(cl)
		return got, err
	}, "id", "name", "kind", "source", "active", "version", "entry")
	if err == nil && got.Effect != nil {
		fmt.Fprint(p.err, effectText(got))
	}
	return err
}

func effectText(b *frostgate.DriftBaseline) string {
	out, e := "", b.Effect
	switch e.LastRun {
	case "off":
		out = fmt.Sprintf("last-run of %s is off now (--keep-last-run keeps it)", b.Source)
		if e.SetAside > 0 {
			out += fmt.Sprintf("; %s that waited set aside with it", map[bool]string{true: "1 finding", false: fmt.Sprintf("%d findings", e.SetAside)}[e.SetAside == 1])
		}
		out += ". `frostgate drift baselines --inactive` lists it; activating it brings that back.\n"
	case "on":
		out = fmt.Sprintf("last-run of %s is on again.\n", b.Source)
	}
	if b.Active && b.Kind != "last_run" {
		out += fmt.Sprintf("Against %s, %s of the last run %s.\n", b.Name, counted(e.Waiting, "finding"), map[bool]string{true: "waits", false: "wait"}[e.Waiting == 1])
	}
	return printableLines(out)
}

type driftBaselinesEditCmd struct {
	tenantFlag
	expectation
	idArg
	Name    string `help:"Another name."`
	Note    string `help:"Why; it is kept." short:"m"`
	Version int64  `help:"Version that you saw: another is refused."`
}

// Run makes the next version of a baseline.
func (c *driftBaselinesEditCmd) Run(p *program) error {
	kind, golden, template, err := c.read()
	if err != nil {
		return err
	}
	if kind == "" && c.Name == "" {
		return usagef("say what changes: --name, --snapshot, --golden or --template")
	}
	return act(p, func(cl *frostgate.Client) (*frostgate.DriftBaseline, error) {
		return cl.EditDriftBaseline(p.ctx, c.Tenant, c.ID, frostgate.DriftBaselineChange{
			Name: c.Name, Snapshot: c.Snapshot, Golden: golden, Template: template, Note: c.Note, Version: c.Version,
		})
	}, "id", "name", "kind", "source", "active", "version", "entry")
}

type driftBaselinesActivateCmd struct {
	tenantFlag
	idArg
	KeepLastRun bool   `help:"Go on comparing with the run before too."`
	Note        string `help:"Why; it is kept." short:"m"`
}

// Run has runs compared with a baseline again.
func (c *driftBaselinesActivateCmd) Run(p *program) error {
	return switchBaseline(p, c.Tenant, c.ID, true, c.KeepLastRun, c.Note)
}

type driftBaselinesDeactivateCmd struct {
	tenantFlag
	idArg
	Note string `help:"Why; it is kept." short:"m"`
}

// Run ends a baseline.
func (c *driftBaselinesDeactivateCmd) Run(p *program) error {
	return switchBaseline(p, c.Tenant, c.ID, false, false, c.Note)
}

func switchBaseline(p *program, tenant, id string, active, keep bool, note string) error {
	return baselineStep(p, func(cl *frostgate.Client) (*frostgate.DriftBaseline, error) {
		return cl.SwitchDriftBaseline(p.ctx, tenant, id, active, keep, note)
	})
}

type driftSeverityCmd struct {
	Show driftSeverityShowCmd `cmd:"" default:"withargs" help:"Show the rules that say how grave a change is."`
	Set  driftSeveritySetCmd  `cmd:"" help:"Put new rules into force, from the next comparison on."`
}

type driftSeverityShowCmd struct{ tenantFlag }

// Run shows the severity rules, as text that can be edited and set again.
func (c *driftSeverityShowCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	r, err := cl.DriftSeverity(p.ctx, c.Tenant)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(r)
	}
	w, done, err := p.create()
	if err != nil {
		return err
	}
	if _, err = fmt.Fprint(w, r.Text); err == nil && !strings.HasSuffix(r.Text, "\n") {
		_, err = fmt.Fprintln(w)
	}
	if cerr := done(); err == nil {
		err = cerr
	}
	fmt.Fprintf(p.err, "Version %d.\n", r.Version)
	return err
}

type driftSeveritySetCmd struct {
	tenantFlag
	File    string `arg:"" help:"File with the rules, as YAML."`
	Version *int64 `help:"Version that you saw: another in force is refused."`
}

// Run puts severity rules into force.
func (c *driftSeveritySetCmd) Run(p *program) error {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return usagef("read the rules: %w", err)
	}
	return act(p, func(cl *frostgate.Client) (*frostgate.DriftSeverityRules, error) {
		return cl.SetDriftSeverity(p.ctx, c.Tenant, string(text), c.Version)
	}, "version", "entry", "created_at")
}
