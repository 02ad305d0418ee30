package main

import (
	"fmt"
	"io"
	"strings"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type driftSummaryCmd struct {
	Tenant string `help:"A tenant of your organisation, or all; without it, the key's." placeholder:"ID|all"`
}

// Run says what needs attention.
func (c *driftSummaryCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	s, err := cl.DriftSummary(p.ctx, c.Tenant)
	if err != nil {
		return err
	}
	switch p.cli.Output {
	case "json":
		return p.one(s)
	case "csv":
		rows := make([]any, len(s.ByTenant))
		for i := range s.ByTenant {
			rows[i] = s.ByTenant[i]
		}
		return p.table(rows, "tenant_id", "name", "waiting", "reopened", "open", "worst", "by_severity.critical", "by_severity.high", "by_severity.medium", "by_severity.low")
	}
	return p.emit(func(w io.Writer) error { return summaryText(w, s, c.Tenant, p.paint(), p.width()) })
}

// summaryText says first what to look at, then where, then what could not be seen.
func summaryText(w io.Writer, s *frostgate.DriftSummary, tenant string, paint painter, width int) error {
	observed := 0
	for i := range s.ByTenant {
		observed += len(s.ByTenant[i].Sources)
	}
	if observed == 0 && s.Open == 0 {
		_, err := fmt.Fprintln(w, "Nothing was observed yet. `frostgate inventory run FOLDER` observes an export; the second run shows what changed.")
		return err
	}
	fmt.Fprintln(w, paint.bold(summaryHead(s)))
	if len(s.ByTenant) > 1 {
		fmt.Fprintln(w)
		if err := tenantTable(w, s.ByTenant, width); err != nil {
			return err
		}
	}
	if s.Open > 0 {
		fmt.Fprintln(w)
		if err := typeTable(w, s.ByType, width); err != nil {
			return err
		}
	}
	line := labelled(w, paint, width)
	fmt.Fprintln(w)
	for i := range s.ByTenant {
		t := &s.ByTenant[i]
		for j := range t.Sources {
			name := "last run"
			if len(s.ByTenant) > 1 {
				name = clip(or(t.Name, t.Tenant), 14)
			}
			line(name, "%s", sourceText(&t.Sources[j]))
		}
	}
	if err := blindText(w, s, paint); err != nil {
		return err
	}
	if s.Waiting > 0 {
		fmt.Fprintf(w, "\n`frostgate drift findings%s` lists what waits, `frostgate drift show ID` shows one.\n", tenantArg(tenant))
	}
	return nil
}

func tenantArg(tenant string) string {
	if tenant == "" {
		return ""
	}
	return " --tenant " + tenant
}

func summaryHead(s *frostgate.DriftSummary) string {
	var rest []string
	for _, state := range []string{"acknowledged", "accepted", "denied"} {
		if n := s.ByState[state]; n > 0 {
			rest = append(rest, fmt.Sprintf("%d %s", n, state))
		}
	}
	open := ""
	if len(rest) > 0 {
		open = " Also open: " + strings.Join(rest, ", ") + "."
	}
	if s.Waiting == 0 {
		return "Nothing waits for you." + open
	}
	verb := "wait"
	if s.Waiting == 1 {
		verb = "waits"
	}
	back := ""
	if n := s.ByState["reopened"]; n > 0 {
		back = fmt.Sprintf(", %d of them back", n)
	}
	return fmt.Sprintf("%s %s for you: %s%s.%s", counted(s.Waiting, "finding"), verb, severityCounts(s.BySeverity), back, open)
}

func tenantTable(w io.Writer, tenants []frostgate.DriftTenantSummary, width int) error {
	rows := [][]string{{"TENANT", "NAME", "WAITING", "BACK", "WORST", "OPEN"}}
	for _, t := range tenants {
		rows = append(rows, []string{t.Tenant, t.Name, fmt.Sprint(t.Waiting), fmt.Sprint(t.Reopened), or(t.Worst, "-"), fmt.Sprint(t.Open)})
	}
	return writeAligned(w, rows, width)
}

func typeTable(w io.Writer, types []frostgate.DriftTypeSummary, width int) error {
	rows := [][]string{{"TYPE", "WAITING", "WORST", "OPEN"}}
	for _, t := range types {
		rows = append(rows, []string{or(t.Label, t.Type), fmt.Sprint(t.Waiting), or(t.Worst, "-"), fmt.Sprint(t.Open)})
	}
	return writeAligned(w, rows, width)
}

// sourceText says what the last run of a source told.
func sourceText(s *frostgate.DriftSource) string {
	out := fmt.Sprintf("%s, %s (%s): ", s.Source, clockOf(s.At), s.Run)
	if !s.Compared {
		return out + "not compared yet"
	}
	if s.New+s.Reopened+s.Resolved == 0 {
		return out + "nothing changed"
	}
	return out + fmt.Sprintf("%d new, %d back, %d resolved", s.New, s.Reopened, s.Resolved)
}

// blindText says what the last runs could not see.
func blindText(w io.Writer, s *frostgate.DriftSummary, paint painter) error {
	for i := range s.ByTenant {
		for _, src := range s.ByTenant[i].Sources {
			var parts []string
			for _, c := range src.Incomplete {
				if c.Status != "skipped" {
					parts = append(parts, coverageText(&c))
				}
			}
			if src.Unknown > 0 {
				parts = append(parts, counted(src.Unknown, "object")+" of which nobody can say whether they are still there")
			}
			told := len(src.Incomplete) > 0 // with their types
			if !told && src.Quarantined > 0 {
				parts = append(parts, fmt.Sprintf("%d unreadable", src.Quarantined))
			}
			if !told && src.Duplicates > 0 {
				parts = append(parts, counted(src.Duplicates, "object")+" with an ID that others have too")
			}
			if len(parts) == 0 {
				continue
			}
			if _, err := fmt.Fprintf(w, "%s %s. `frostgate inventory runs show %s` says which.\n",
				paint.warn("Not seen by "+printable(src.Source)+":"), printable(strings.Join(parts, "; ")), src.Run); err != nil {
				return err
			}
		}
	}
	return nil
}
