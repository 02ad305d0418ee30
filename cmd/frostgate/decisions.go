package main

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// limited bounds a list.
type limited struct {
	Limit  int    `help:"Most items to show; 0 shows all." default:"50"`
	Cursor string `help:"Where to begin; from an earlier list." hidden:""`
}

func (l *limited) page() frostgate.Page {
	p := frostgate.Page{Cursor: l.Cursor, Size: 500}
	if l.Limit > 0 {
		p.Size = min(l.Limit, 500)
	}
	return p
}

type decisionsCmd struct {
	List    decisionsListCmd    `cmd:"" help:"List decisions, the newest first."`
	Get     decisionsGetCmd     `cmd:"" help:"Show one decision with its event and receipt."`
	Receipt decisionsReceiptCmd `cmd:"" help:"Show a decision's receipt with what opens its commitments."`

	Feedback decisionsFeedbackCmd `cmd:"" help:"Say whether a decision was right."`
}

type decisionsListCmd struct {
	limited
	Level     string    `help:"Threat level: none, low, medium, high, critical."`
	Severity  string    `help:"Severity: info, low, medium, high, critical."`
	Gating    string    `help:"allow, require_approval, reject."`
	Action    string    `help:"Action taken, for example blocked."`
	Source    string    `help:"Source of the event."`
	EventType string    `help:"Type of the event."`
	Rule      string    `help:"Rule that fired."`
	Ring      string    `help:"Classification ring."`
	Mission   string    `help:"Mission."`
	Subject   string    `help:"IP address, user or host that the event speaks of."`
	From      time.Time `help:"Received at or after (2026-11-21, or RFC 3339)." placeholder:"TIME"`
	To        time.Time `help:"Received before (2026-11-21, or RFC 3339)." placeholder:"TIME"`
	EventFrom time.Time `help:"Happened at or after (2026-11-21, or RFC 3339)." placeholder:"TIME"`
	EventTo   time.Time `help:"Happened before (2026-11-21, or RFC 3339)." placeholder:"TIME"`
	Changed   bool      `help:"Only those that differ from the one before."`
}

// Run lists decisions.
func (c *decisionsListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	f := frostgate.DecisionFilter{
		Level: c.Level, Severity: c.Severity, Gating: c.Gating, Action: c.Action, Source: c.Source, EventType: c.EventType,
		Rule: c.Rule, Ring: c.Ring, Mission: c.Mission, Subject: c.Subject, From: c.From, To: c.To,
		EventFrom: c.EventFrom, EventTo: c.EventTo, Changed: c.Changed,
	}
	return list(p, titledDecisions(cl.Decisions(p.ctx, f, c.page())), c.Limit,
		"decision_id", "EVENT TIME=event_time", "LEVEL=threat_level", "ACTION=action_taken", "source", "event_type", "score", "gating",
		"FIRED=rule_titles", "rules")
}

// titledDecisions calls what has no title by its ID.
func titledDecisions(seq iter.Seq2[frostgate.DecisionItem, error]) iter.Seq2[frostgate.DecisionItem, error] {
	return func(yield func(frostgate.DecisionItem, error) bool) {
		for d, err := range seq {
			titles := slices.Clone(d.Rules)
			for i, t := range d.RuleTitles {
				if i < len(titles) && t != "" {
					titles[i] = t
				}
			}
			d.RuleTitles = titles
			if !yield(d, err) {
				return
			}
		}
	}
}

type decisionsGetCmd struct {
	ID string `arg:"" help:"Decision ID: LOG-INDEX."`
}

// Run shows a decision; JSON output is the server's bytes and can be verified.
func (c *decisionsGetCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	d, err := cl.Decision(p.ctx, c.ID)
	if err != nil {
		return err
	}
	if p.cli.Output == "json" {
		return p.emit(func(w io.Writer) error { _, err := fmt.Fprintf(w, "%s\n", d.Raw); return err })
	}
	if p.cli.Output == "csv" {
		return p.table([]any{d.Decision}, "decision_id", "event_id", "received_at", "threat_level", "score", "gating", "action_taken", "explanation_brief")
	}
	return p.emit(func(w io.Writer) error { return explain(w, &d.Decision, p.paint(), p.width()) })
}

type decisionsReceiptCmd struct {
	ID string `arg:"" help:"Decision ID: LOG-INDEX."`
}

// Run writes the receipt as the server gave it, whatever the format.
func (c *decisionsReceiptCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	_, raw, err := cl.Receipt(p.ctx, c.ID)
	if err != nil {
		return err
	}
	return p.emit(func(w io.Writer) error { _, err := fmt.Fprintf(w, "%s\n", raw); return err })
}
