package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// shown prints one document that a call gives.
func (p *program) shown(call func(*frostgate.Client) (jsontext.Value, error), columns ...string) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	raw, err := call(cl)
	if err != nil {
		return err
	}
	return p.one(raw, columns...)
}

type statsCmd struct {
	Window string `help:"How far back: ${enum}." enum:"1h,24h,7d,30d,all" default:"24h"`
	Clock  string `help:"By when an event was received or happened: ${enum}." enum:"received,event" default:"received"`
}

// Run shows counts.
func (c *statsCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	st, err := cl.Stats(p.ctx, c.Window, c.Clock)
	if err != nil {
		return err
	}
	if p.cli.Output == "json" {
		return p.one(st)
	}
	return p.table(statsRows(st, c.titles(p, cl, st)), "what", "count")
}

// statsRows are the counts by kind; rules and sources by what comes most.
func statsRows(st *frostgate.Stats, titles map[string]string) []any {
	rows := []any{map[string]any{"what": "total", "count": st.Total}, map[string]any{"what": "denied by policy", "count": st.Denied}}
	for _, g := range []struct {
		name   string
		counts map[string]int64
	}{{"severity", st.BySeverity}, {"gating", st.ByGating}, {"action", st.ByAction}, {"source", st.BySource}, {"rule", st.ByRule}} {
		keys := slices.DeleteFunc(sortedKeys(g.counts), func(k string) bool { return g.counts[k] == 0 })
		if g.name == "rule" || g.name == "source" {
			slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(g.counts[b], g.counts[a]) })
		}
		shown := keys[:min(len(keys), mostCounts)]
		for _, k := range shown {
			what := g.name + " " + k
			if t := titles[k]; g.name == "rule" && t != "" {
				what = g.name + " " + t + " (" + k + ")"
			}
			rows = append(rows, map[string]any{"what": what, "count": g.counts[k]})
		}
		if more := len(keys) - len(shown); more > 0 {
			rows = append(rows, map[string]any{"what": fmt.Sprintf("%d more of %s: -o json shows all", more, g.name)})
		}
	}
	return rows
}

// mostCounts is how many rules or sources are shown.
const mostCounts = 20

// titles asks what detections are called; a key that may not ask shows IDs.
func (c *statsCmd) titles(p *program, cl *frostgate.Client, st *frostgate.Stats) map[string]string {
	out := map[string]string{}
	if !slices.ContainsFunc(sortedKeys(st.ByRule), func(id string) bool { return strings.HasPrefix(id, "sigma:") }) {
		return out
	}
	rules, err := cl.RuleStats(p.ctx, c.Window, 500)
	if err != nil {
		return out
	}
	for i := range rules.Items {
		out[rules.Items[i].ID] = rules.Items[i].Title
	}
	return out
}

type auditCmd struct {
	List auditListCmd `cmd:"" help:"List entries, the newest first."`
}

type auditListCmd struct {
	limited
	Action    string    `help:"Action, or with a dot at the end all that start so (key.)."`
	Principal string    `help:"Who: a principal's ID."`
	KeyID     string    `help:"Which key."`
	Target    string    `help:"What it was done to."`
	Outcome   string    `help:"ok or denied."`
	From      time.Time `help:"At or after (2026-11-21, or RFC 3339)." placeholder:"TIME"`
	To        time.Time `help:"Before (2026-11-21, or RFC 3339)." placeholder:"TIME"`
}

// Run lists the audit.
func (c *auditListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	f := frostgate.AuditFilter{
		Action: c.Action, Principal: c.Principal, KeyID: c.KeyID, Target: c.Target, Outcome: c.Outcome, From: c.From, To: c.To,
	}
	return list(p, cl.Audit(p.ctx, f, c.page()), c.Limit, "at", "principal", "action", "target", "outcome", "times", "remote", "detail")
}

type usageCmd struct {
	From time.Time `help:"At or after (2026-11-21, or RFC 3339)." placeholder:"TIME"`
	To   time.Time `help:"Before (2026-11-21, or RFC 3339)." placeholder:"TIME"`
}

// Run lists decisions by hour.
func (c *usageCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	u, err := cl.Usage(p.ctx, c.From, c.To)
	if err != nil {
		return err
	}
	if p.cli.Output == "json" {
		return p.one(u)
	}
	rows := make([]any, len(u.Hours))
	for i := range u.Hours {
		rows[i] = u.Hours[i]
	}
	return p.table(rows, "HOUR=start", "decisions")
}

type healthCmd struct {
	Detailed bool `help:"With reasons and modules; needs ops:read."`
}

// Run shows readiness and fails when the server is not ready.
func (c *healthCmd) Run(p *program) error {
	if c.Detailed {
		return p.shown(func(cl *frostgate.Client) (jsontext.Value, error) { return cl.DetailedHealth(p.ctx) })
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	h, err := cl.Ready(p.ctx)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		err = p.one(h, "status")
	} else {
		err = p.emit(func(w io.Writer) error {
			fmt.Fprintf(w, "%s  %s\n", h.Status, cl.URL())
			rows := [][]string{}
			for _, ch := range h.Checks {
				state := "ok"
				if !ch.OK {
					if state = "FAIL"; ch.Advisory {
						state = "warn"
					}
				}
				rows = append(rows, []string{state, ch.Name, fmt.Sprintf("%.1f ms", ch.LatencyMS), ch.Reason})
			}
			return writeAligned(w, rows, p.width())
		})
	}
	if err == nil && h.Status != "ready" {
		return errQuiet(exitFailed)
	}
	return err
}

type contractsCmd struct {
	Status contractsStatusCmd `cmd:"" help:"Show whether the served contract is the committed one."`
}

type contractsStatusCmd struct{}

// Run shows the state of the contract and fails when it differs.
func (*contractsStatusCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	st, err := cl.Contract(p.ctx)
	if err != nil {
		return err
	}
	if err := p.one(st); err != nil || st.Equal {
		return err
	}
	return errQuiet(exitFailed)
}

type whoamiCmd struct{}

// Run shows the key's owner and powers.
func (*whoamiCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	id, err := cl.Whoami(p.ctx)
	if err != nil {
		return err
	}
	return p.one(id)
}

type versionCmd struct{}

// Run prints the version.
func (*versionCmd) Run(p *program) error {
	if p.cli.Output != "table" {
		return p.one(map[string]string{"version": version}, "version")
	}
	return p.emit(func(w io.Writer) error { _, err := fmt.Fprintln(w, "frostgate", version); return err })
}
