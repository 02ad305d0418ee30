package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type feedCmd struct {
	limited
	Follow     bool   `help:"Go on with what is decided from now." short:"f"`
	After      string `help:"With --follow: begin after this log index." placeholder:"INDEX"`
	Actionable bool   `help:"Only what somebody may want to act on."`
	Changed    bool   `help:"Only what differs from the decision before."`
	Severity   string `help:"Severity: info, low, medium, high, critical."`
	Search     string `help:"Words in title and summary." short:"q"`
	Source     string `help:"Source of the event."`
	EventType  string `help:"Type of the event."`
}

// Run lists or follows the feed.
func (c *feedCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	f := frostgate.FeedFilter{
		OnlyActionable: c.Actionable, OnlyChanged: c.Changed, Severity: c.Severity, Query: c.Search, Source: c.Source, EventType: c.EventType,
	}
	if !c.Follow {
		return list(p, cl.Feed(p.ctx, f, c.page()), c.Limit, "decision_id", "TIME=timestamp", "severity", "ACTION=action_taken", "score", "title", "summary")
	}
	if p.cli.Output == "csv" {
		return usagef("--follow prints lines or, with -o json, one JSON object a line; not csv")
	}
	paint := p.paint()
	for ev, err := range cl.Stream(p.ctx, f, c.After) {
		if errors.Is(err, context.Canceled) && p.ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if p.cli.Output == "json" {
			line, err := json.Marshal(ev.Item, json.Deterministic(true))
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(p.out, "%s\n", line); err != nil {
				return err
			}
			continue
		}
		it := &ev.Item
		if _, err := fmt.Fprintf(p.out, "%s  %s  %s  %s  %s\n", it.Timestamp.UTC().Format("15:04:05"), paint.level(fmt.Sprintf("%-8s", it.Severity)),
			printable(it.Title), words(it.ActionTaken), paint.dim(printable(it.Summary))); err != nil {
			return err
		}
	}
	return nil
}
