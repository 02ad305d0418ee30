package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type forensicsCmd struct {
	Snapshot snapshotCmd `cmd:"" help:"Show event, facts, decision and receipt of one event."`
	Trail    trailCmd    `cmd:"" help:"Show all that happened around one event, in the order of time."`
	Replay   replayCmd   `cmd:"" help:"Decide recorded events again and compare the bytes. Exits 1 on a difference, and where a replay is unavailable for another reason than erased or pruned."`
	Chain    chainCmd    `cmd:"" help:"Have the server recompute the tenant's log and hold its rows against it."`
}

type snapshotCmd struct {
	EventID string `arg:"" help:"Event ID."`
}

// Run shows the snapshot.
func (c *snapshotCmd) Run(p *program) error {
	return p.shown(func(cl *frostgate.Client) (jsontext.Value, error) { return cl.Snapshot(p.ctx, c.EventID) })
}

type trailCmd struct {
	EventID string `arg:"" help:"Event ID."`
}

// Run shows the trail.
func (c *trailCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	t, err := cl.Trail(p.ctx, c.EventID)
	if err != nil {
		return err
	}
	if p.cli.Output == "json" {
		return p.one(t)
	}
	rows := make([]any, len(t.Items))
	for i := range t.Items {
		rows[i] = t.Items[i]
	}
	if t.Hidden > 0 {
		defer fmt.Fprintf(p.err, "%d more that this key may not read.\n", t.Hidden)
	}
	return p.table(rows, "time", "kind", "actor", "ref", "index", "detail")
}

type replayCmd struct {
	ID      string    `arg:"" optional:"" help:"Event ID or decision ID (LOG-INDEX)."`
	From    time.Time `help:"Instead of one: received at or after (2026-11-21, or RFC 3339)." placeholder:"TIME"`
	To      time.Time `help:"Instead of one: received before (2026-11-21, or RFC 3339)." placeholder:"TIME"`
	Ruleset string    `help:"Ask this ruleset instead of each decision's own: what it would have said." placeholder:"HASH"`
	All     bool      `help:"List those that are the same too."`
}

// replayTally counts the outcomes of a replay.
type replayTally struct {
	same, different, unavailable int
	lost                         int // of the unavailable: those that no erasure or prune explains
}

// Run replays and fails when an outcome is not the recorded one, or can't be had
// although nobody ended the payload.
func (c *replayCmd) Run(p *program) error {
	ranged := !c.From.IsZero() || !c.To.IsZero()
	if (c.ID == "") != ranged {
		return usagef("name one event or decision, or a span of time with --from and --to")
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	rq := frostgate.ReplayRequest{From: c.From, To: c.To, Ruleset: c.Ruleset}
	if strings.Contains(c.ID, "-") {
		rq.DecisionID = c.ID
	} else {
		rq.EventID = c.ID
	}
	var tally replayTally
	shown := []frostgate.Replay{}
	for r, err := range cl.Replay(p.ctx, rq, 500) {
		if err != nil {
			return err
		}
		tally.add(&r)
		if c.All || !ranged || !r.Same {
			shown = append(shown, r)
		}
	}
	if err := c.show(p, shown, tally); err != nil {
		return err
	}
	if tally.different+tally.lost > 0 {
		return errQuiet(exitFailed)
	}
	return nil
}

func (t *replayTally) add(r *frostgate.Replay) {
	switch r.Outcome {
	case "same":
		t.same++
	case "different":
		t.different++
	default:
		t.unavailable++
		if r.Reason != "erased" && r.Reason != "pruned" {
			t.lost++
		}
	}
}

func (c *replayCmd) show(p *program, shown []frostgate.Replay, tally replayTally) error {
	if p.cli.Output == "json" {
		return p.one(map[string]any{"items": shown, "same": tally.same, "different": tally.different, "unavailable": tally.unavailable})
	}
	if p.cli.Output == "csv" {
		rows := make([]any, len(shown))
		for i := range shown {
			rows[i] = shown[i]
		}
		return p.table(rows, "decision_id", "received_at", "outcome", "recorded_hash", "replayed_hash", "reason", "fields")
	}
	return p.emit(func(w io.Writer) error {
		for i := range shown {
			writeReplay(w, &shown[i], p.paint())
		}
		_, err := fmt.Fprintf(w, "replayed %d: %d same, %d different, %d unavailable\n",
			tally.same+tally.different+tally.unavailable, tally.same, tally.different, tally.unavailable)
		return err
	})
}

func writeReplay(w io.Writer, r *frostgate.Replay, paint painter) {
	with := ""
	if r.OtherRuleset {
		with = " with another ruleset, " + printable(r.Ruleset)
	}
	switch r.Outcome {
	case "same":
		fmt.Fprintf(w, "%s %s%s: %s\n", paint.good("same     "), printable(r.DecisionID), with, printable(r.RecordedHash))
	case "different":
		fmt.Fprintf(w, "%s %s%s: recorded %s, replayed %s\n", paint.bad("DIFFERENT"), printable(r.DecisionID), with, printable(r.RecordedHash), printable(r.ReplayedHash))
		for _, f := range r.Fields {
			fmt.Fprintf(w, "  %s: recorded %s, replayed %s\n", printable(f.Path), shownValue(f.Recorded), shownValue(f.Replayed))
		}
	default:
		fmt.Fprintf(w, "%s %s%s: %s (%s)\n", paint.warn("no replay"), printable(r.DecisionID), with, printable(r.Problem), printable(r.Reason))
	}
}

func shownValue(v jsontext.Value) string {
	if v == nil {
		return "nothing"
	}
	return printable(string(v))
}

type chainCmd struct{}

// Run recomputes the log and fails when it is not as it should be.
func (*chainCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	v, err := cl.VerifyChain(p.ctx)
	if err != nil {
		return err
	}
	if err := p.one(v); err != nil {
		return err
	}
	if !v.Valid {
		return fmt.Errorf("the log is not what it was: %s", v.Problem)
	}
	return nil
}
