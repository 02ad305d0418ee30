package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type rulesImportCmd struct {
	Rules    string `arg:"" optional:"" help:"A folder with rules, a tar (plain or gzip), or one rule file." placeholder:"DIR|TAR"`
	Builtin  bool   `help:"The detections that come with the server's version, instead of a file: after an upgrade, or after they were removed. Imported rules and tuning stay."`
	Name     string `help:"Of the rules in the ruleset; what has the name is replaced." default:"imported"`
	Activate bool   `help:"Decide by them from the next event on; without it, only store the new ruleset." default:"true" negatable:""`
}

// Run sends rules to the server.
func (c *rulesImportCmd) Run(p *program) error {
	if c.Builtin == (c.Rules != "") {
		return usagef("name a folder, tar or file with rules, or --builtin")
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	got, err := c.send(p, cl)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(got, "loaded", "refused_total", "unserved", "document.hash", "ruleset.hash", "active", "generation")
	}
	return p.emit(func(w io.Writer) error { return importText(w, got) })
}

func (c *rulesImportCmd) send(p *program, cl *frostgate.Client) (*frostgate.RulesImported, error) {
	if c.Builtin {
		return cl.RestoreBuiltinRules(p.ctx)
	}
	archive, err := packRules(c.Rules)
	if err != nil {
		return nil, err
	}
	return cl.ImportRules(p.ctx, c.Name, c.Activate, archive)
}

// importText says what became of an import.
func importText(w io.Writer, got *frostgate.RulesImported) error {
	fmt.Fprintf(w, "%s loaded as %s.\n", counted(got.Loaded, "rule"), got.Document.Name)
	if len(got.Skipped) > 0 {
		var parts []string
		for _, why := range sortedKeys(got.Skipped) {
			parts = append(parts, fmt.Sprintf("%d %s", got.Skipped[why], why))
		}
		fmt.Fprintf(w, "Left out: %s.\n", strings.Join(parts, ", "))
	}
	if got.Unserved > 0 {
		fmt.Fprintf(w, "No known kind of event reaches %d of them (`frostgate rules list --no-served`).\n", got.Unserved)
	}
	if got.RefusedTotal > 0 {
		fmt.Fprintf(w, "Refused, because they can't be honoured as written: %d.\n", got.RefusedTotal)
		for _, r := range got.Refused {
			fmt.Fprintf(w, "  %s:%d: %s\n", printable(r.File), r.Line, printable(r.Reason))
		}
	}
	state := "stored; `frostgate rulesets activate` switches to it"
	if got.Active {
		state = fmt.Sprintf("decides from the next event on (generation %d)", got.Generation)
	}
	_, err := fmt.Fprintf(w, "Ruleset %s %s.\n", got.Ruleset.Hash, state)
	return err
}

type rulesListCmd struct {
	limited
	Kind      string `help:"rule, or correlation."`
	Search    string `help:"Text in title, ID, description, author or tags." short:"q"`
	Level     string `help:"informational, low, medium, high, critical."`
	Product   string `help:"Product of the log source, for example windows."`
	Category  string `help:"Category of the log source, for example process_creation."`
	Service   string `help:"Service of the log source, for example cloudtrail."`
	Technique string `help:"ATT&CK technique; T1059 finds T1059.001 too."`
	Source    string `help:"Name under which the rules were imported; builtin are FrostGate's own."`
	Enabled   *bool  `help:"Only rules that are enabled, or not." negatable:""`
	Served    *bool  `help:"Only rules that some known kind of event reaches, or none does." negatable:""`
}

// Run lists rules.
func (c *rulesListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	q := frostgate.RuleQuery{
		Kind: c.Kind, Text: c.Search, Level: c.Level, Product: c.Product, Category: c.Category, Service: c.Service, Technique: c.Technique, Source: c.Source,
		Enabled: c.Enabled, Served: c.Served,
	}
	return list(p, cl.Rules(p.ctx, q, c.page()), c.Limit, "id", "kind", "level", "title", "techniques", "source", "enabled", "tuned", "author")
}

type rulesShowCmd struct{ idArg }

// Run shows a rule with its text.
func (c *rulesShowCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	r, err := cl.Rule(p.ctx, c.ID)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(r)
	}
	return p.emit(func(w io.Writer) error { return ruleText(w, r, p.paint(), p.width()) })
}

// ruleText writes a rule for reading.
func ruleText(w io.Writer, r *frostgate.RuleDetail, paint painter, width int) error {
	line := labelled(w, paint, width)
	fmt.Fprintf(w, "%s  %s\n", paint.bold(printable(r.Title)), paint.level(r.Level))
	line("id", "%s", r.ID)
	if r.Author != "" {
		line("author", "%s", r.Author)
	}
	if len(r.Techniques) > 0 {
		line("att&ck", "%s", strings.Join(r.Techniques, " "))
	}
	if k := r.Correlation; k != nil {
		line("looks at", "%s", strings.Join(k.Rules, " "))
		line("counts", "%s within %s by %s", k.Type, k.Timespan, or(strings.Join(k.GroupBy, ", "), "nothing"))
	}
	line("source", "%s, %s line %d", r.Source, r.File, r.Line)
	line("state", "%s", ruleState(r))
	line("hits", "%d since %s, %d of them suppressed", r.Counts.Hits, clockOf(r.Counts.Since), r.Counts.Suppressed)
	for _, f := range r.Filters {
		line("filter", "%s %s: %s", f.ID, filterState(&f), f.Title)
	}
	_, err := fmt.Fprintf(w, "\n%s\n", printableLines(r.Text))
	return err
}

func ruleState(r *frostgate.RuleDetail) string {
	out := "enabled"
	if !r.Enabled {
		out = "disabled"
	}
	if r.Tuning.Level != "" && r.Tuning.Level != r.OwnLevel {
		out += ", level " + r.Level + " instead of " + r.OwnLevel
	}
	if r.Tuning.Cap != "" {
		out += ", at most " + r.Tuning.Cap
	}
	if !r.Served {
		out += ", no known kind of event reaches it"
	}
	return out
}

func filterState(f *frostgate.RuleFilter) string {
	if f.Expired {
		return "expired " + clockOf(f.Expires)
	}
	return "until " + clockOf(f.Expires)
}

// printableLines is printable for text of many lines.
func printableLines(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = printable(strings.ReplaceAll(lines[i], "\t", "  "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

type rulesStatsCmd struct {
	Window string `help:"Of decisions: ${enum}." enum:"1h,24h,7d,30d,all" default:"24h"`
	Limit  int    `help:"Most rules to show." default:"50"`
}

// Run shows which rules fire.
func (c *rulesStatsCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	st, err := cl.RuleStats(p.ctx, c.Window, c.Limit)
	if err != nil {
		return err
	}
	if p.cli.Output == "json" {
		return p.one(st)
	}
	rows := make([]any, len(st.Items))
	for i := range st.Items {
		rows[i] = st.Items[i]
	}
	if p.cli.Output == "table" {
		fmt.Fprintf(p.err, "Hits and suppressed since %s; decisions %s. %d rules are in force.\n", clockOf(st.Since), windowText(st.Window), st.Rules)
	}
	return p.table(rows, "id", "hits", "suppressed", "shared", "decisions", "RIGHT=true_positives", "WRONG=false_positives", "COST NS=cost_ns", "level", "title", "source", "LAST HIT=last_hit")
}

// windowText says how far back a window goes.
func windowText(window string) string {
	if window == "all" {
		return "of all time"
	}
	return "of the last " + window
}

type rulesTuneCmd struct {
	idArg
	Disable bool   `help:"Do not look at the rule."`
	Cap     string `help:"Hits that count per span, such as 100/1h." placeholder:"HITS/SPAN"`
	Level   string `help:"Level instead of the rule's own: informational, low, medium, high, critical."`
	Reset   bool   `help:"Back to what the author wrote."`
	Reason  string `help:"Why; it is kept in the audit."`
}

// Run tunes a rule.
func (c *rulesTuneCmd) Run(p *program) error {
	changes := c.Disable || c.Cap != "" || c.Level != ""
	if changes == c.Reset {
		return usagef("say what to change (--disable, --cap, --level), or --reset")
	}
	t := frostgate.RuleTuning{Cap: c.Cap, Level: c.Level}
	if c.Disable {
		no := false
		t.Enabled = &no
	}
	return act(p, func(cl *frostgate.Client) (*frostgate.RuleDetail, error) {
		return cl.TuneRule(p.ctx, c.ID, t, c.Reason)
	},
		"id", "title", "level", "own_level", "enabled", "tuning.cap", "ruleset_hash")
}

type rulesRemoveCmd struct {
	Name string `arg:"" help:"Name under which rules were imported."`
}

// Run takes imported rules out of the ruleset.
func (c *rulesRemoveCmd) Run(p *program) error {
	return p.done("Removed from the next event on. The documents stay: decisions were made with them.",
		func(cl *frostgate.Client) error { return cl.RemoveRules(p.ctx, c.Name) })
}

// explainOnServer asks the server which of its rules match an event.
func explainOnServer(p *program, event []byte, rule string) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	got, err := cl.ExplainRules(p.ctx, event)
	if err != nil {
		return err
	}
	if rule != "" {
		got.Matches = slices.DeleteFunc(got.Matches, func(m frostgate.RuleMatch) bool { return m.ID != rule && m.ID != "sigma:"+rule })
	}
	if p.cli.Output != "table" {
		return p.one(got)
	}
	return p.emit(func(w io.Writer) error { return explainedText(w, got, p.paint(), p.width()) })
}

func explainedText(w io.Writer, got *frostgate.RulesExplained, paint painter, width int) error {
	line := labelled(w, paint, width)
	switch {
	case got.Pipeline == "":
		fmt.Fprintln(w, "The event is of no known kind, so that no detection looks at it.")
	case len(got.Matches) == 0:
		fmt.Fprintf(w, "None of %d rules matches. The event was recognised as %s.\n", got.Rules, got.Pipeline)
	default:
		fmt.Fprintf(w, "%d of %d rules match. The event was recognised as %s.\n", len(got.Matches), got.Rules, got.Pipeline)
	}
	for i := range got.Matches {
		m := &got.Matches[i]
		fmt.Fprintf(w, "%s  %s\n", paint.bold(printable(m.Title)), paint.level(m.Level))
		line("id", "%s", m.ID)
		line("points", "%d%s", m.Points, suppressed(m.Suppressed))
		for _, f := range m.Fields {
			line("because", "%s = %s: %s", or(f.Path, or(f.Field, "keyword")), f.Value, f.Test)
		}
		if len(m.Techniques) > 0 {
			line("att&ck", "%s", strings.Join(m.Techniques, " "))
		}
		if m.Author != "" {
			line("author", "%s", m.Author)
		}
		for _, f := range m.FalsePositives {
			line("may be", "%s", f)
		}
	}
	return nil
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
