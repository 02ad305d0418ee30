package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/connector"
	"frostgate.io/frostgate/internal/connector/samples"
	"frostgate.io/frostgate/internal/obs"
	"frostgate.io/frostgate/receipt"
	frostgate "frostgate.io/frostgate/sdk/go"
	"frostgate.io/frostgate/web"
)

type demoCmd struct {
	Samples string `help:"Folder of real events to send; without it, FROSTGATE_TESTDATA, else the built-in samples." placeholder:"DIR"`
	Listen  string `help:"Address to serve on." default:"127.0.0.1:0"`
	// Database is for tests that look at the tour's data on PostgreSQL.
	Database string `help:"postgres://... instead of a database in the data folder." placeholder:"URL"`
	Exit     bool   `help:"End after the tour, with 0 only if all of it was there."`
}

// sampleCap bounds the events of one real file, so that the tour stays short.
const sampleCap = 4000

// Run starts a server in this process, feeds it, and shows what came of it.
func (c *demoCmd) Run(p *program) (err error) {
	dir := p.cli.DataDir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "frostgate-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	begun := time.Now()
	cfg := app.DefaultConfig()
	cfg.DataDir, cfg.Listen, cfg.Database, cfg.Env, cfg.Version = dir, c.Listen, c.Database, "dev", version
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	logs, err := os.OpenFile(filepath.Join(dir, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer logs.Close()
	level, err := obs.ParseLevel(cfg.LogLevel)
	if err != nil {
		return err
	}
	srv, err := app.Start(p.ctx, cfg, obs.NewLogger(logs, level))
	if err != nil {
		return p.refused(err)
	}
	defer func() { err = errors.Join(err, srv.Stop()) }()
	boot, err := readBootstrap(dir)
	if err != nil {
		return err
	}
	client, err := frostgate.New(srv.URL, boot.AdminKey, frostgate.WithUserAgent("frostgate-demo/"+version))
	if err != nil {
		return err
	}
	t := &tour{p: p, client: client, key: boot.AdminKey, tenant: boot.TenantID, paint: p.paint(), width: widthOf(p.out), exit: c.Exit, exports: filepath.Join(dir, "tenant-export")}
	if t.width > 110 {
		t.width = 110
	}
	if err := t.show(c.Samples); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "\n%s\n", t.paint.dim(fmt.Sprintf("All of this took %.1f s.", time.Since(begun).Seconds())))
	if c.Exit {
		return nil
	}
	fmt.Fprintf(p.out, "Serving on %s until you press Ctrl-C.", srv.URL)
	if p.cli.DataDir == "" {
		fmt.Fprint(p.out, " Then everything is deleted.")
	}
	fmt.Fprintln(p.out)
	return srv.Wait(p.ctx)
}

// sample is one stream of events to send.
type sample struct {
	name string
	cap  int64
	open func() (io.ReadCloser, error)
}

// demoSamples lists what is sent: real files where a folder holds them, and
// always the built-in requests, which name persona and ring.
func demoSamples(dir string) ([]sample, string, error) {
	var out []sample
	if dir != "" {
		for _, name := range []string{"elastic-authlog/events.log", "cloudtrail-invictus/records.json.gz", "evtx-attack-samples/events.jsonl.gz"} {
			path := filepath.Join(dir, filepath.FromSlash(name))
			if _, err := os.Stat(path); err == nil {
				out = append(out, sample{name, sampleCap, func() (io.ReadCloser, error) { return os.Open(path) }})
			}
		}
	}
	builtin := samples.Files(1)
	add := func(name string) {
		out = append(out, sample{"built-in " + name, 0, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(builtin[name])), nil }})
	}
	from := "real events from " + dir
	if len(out) == 0 {
		if dir != "" {
			return nil, "", usagef("--samples %s holds none of the files that the demo knows (elastic-authlog/events.log, cloudtrail-invictus/records.json.gz, evtx-attack-samples/events.jsonl.gz)", dir)
		}
		from = "built-in events, all invented"
		add(samples.AuthLog)
		add(samples.CloudTrail)
		add(samples.Windows)
	}
	add(samples.Native)
	return out, from, nil
}

// tour shows a server to a newcomer.
type tour struct {
	p           *program
	client      *frostgate.Client
	key, tenant string
	paint       painter
	width       int
	exit        bool // the server ends with the tour

	blocked string   // the decision that is explained
	waiting string   // the decision that waits for approval
	grave   []string // decisions of high or critical level that blocked nothing

	exports  string   // folder in which exports of configuration lie
	observed []string // the exports that were observed
}

// show runs all steps; a missing one is an error.
func (t *tour) show(dir string) error {
	found := dir == "" && t.p.env("FROSTGATE_TESTDATA") != ""
	if found {
		dir = filepath.Join(t.p.env("FROSTGATE_TESTDATA"), "events")
	}
	list, from, err := demoSamples(dir)
	if err != nil && found {
		list, from, err = demoSamples("")
	}
	if err != nil {
		return err
	}
	w := t.p.out
	fmt.Fprintf(w, "%s\n\n", t.paint.title("FrostGate: events in, gated and explained decisions out, each with a proof"))
	line := labelled(w, t.paint, t.width)
	if !t.exit { // who reads the tour then has no server to ask
		line("API", "%s", t.client.URL())
		line("documentation", "%s/docs", t.client.URL())
		line("API key", "%s", t.key)
	}
	line("tenant", "%s", t.tenant)
	line("events", "%s", from)
	for _, step := range []func() error{
		func() error { return t.ingest(list) }, t.detected, t.explainBlocked, t.showWaiting, t.verify, t.bundle, func() error { return t.drift(dir) }, t.next,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (t *tour) heading(n int, text string) {
	fmt.Fprintf(t.p.out, "\n%s\n\n", t.paint.title(fmt.Sprintf("%d. %s", n, text)))
}

// ingest sends the samples and prints what was decided.
func (t *tour) ingest(list []sample) error {
	t.heading(1, "Decisions made")
	rows := [][]string{{"SOURCE", "EVENTS", "NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL", "BLOCKED", "WAITING", "EVENTS/S"}}
	in := &ingestion{client: t.client, options: connector.Options{Now: clock.System{}.Now()}}
	for _, s := range list {
		sum, err := t.one(in, s)
		if err != nil {
			return fmt.Errorf("send %s: %w", s.name, err)
		}
		row := []string{s.name, fmt.Sprint(sum.Accepted + sum.Replayed)}
		for _, l := range levels() {
			row = append(row, fmt.Sprint(sum.Levels[l]))
		}
		rows = append(rows, append(row, fmt.Sprint(sum.Actions["blocked"]), fmt.Sprint(sum.Actions["pending_approval"]), fmt.Sprintf("%.0f", sum.PerSecond())))
		if sum.Rejected > 0 {
			rows = append(rows, []string{fmt.Sprintf("  (%d lines are no events)", sum.Rejected), "", "", "", "", "", "", "", "", ""})
		}
	}
	return writeAligned(t.p.out, rows, 0)
}

func (t *tour) one(in *ingestion, s sample) (*tally, error) {
	r, err := s.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	sum := newTally()
	in.cap = s.cap
	in.seen = func(v verdict) {
		t.remember(v)
		switch {
		case v.ActionTaken == "blocked" && t.blocked == "":
			t.blocked = v.DecisionID
		case v.ActionTaken == "pending_approval" && t.waiting == "":
			t.waiting = v.DecisionID
		}
	}
	start := time.Now()
	err = in.send(t.p.ctx, r, s.name, sum)
	sum.Seconds = time.Since(start).Seconds()
	return sum, err
}

// explainBlocked shows the first blocked brute force.
func (t *tour) explainBlocked() error {
	t.heading(3, "A brute force that was blocked, and why")
	if t.blocked == "" {
		return errors.New("no decision blocked anything")
	}
	rec, err := t.client.Decision(t.p.ctx, t.blocked)
	if err != nil {
		return err
	}
	d := &rec.Decision
	if !slices.Contains(d.Explain.RulesTriggered, "rule:ssh_bruteforce") {
		return fmt.Errorf("decision %s blocked no brute force", t.blocked)
	}
	if err := explain(t.p.out, d, t.paint, t.width); err != nil {
		return err
	}
	for _, m := range d.Mitigations {
		if m.EnforcementID == "" {
			continue
		}
		e, err := t.client.Enforcement(t.p.ctx, m.EnforcementID)
		if err != nil {
			return err
		}
		labelled(t.p.out, t.paint, t.width)("in force", "%s %s until %s, or until revoked", words(e.Action), e.Target, clockOf(e.ExpiresAt))
		return nil
	}
	return fmt.Errorf("decision %s put nothing in force", t.blocked)
}

// showWaiting shows the first decision that waits for a human.
func (t *tour) showWaiting() error {
	t.heading(4, "A decision that waits for a human")
	if t.waiting == "" {
		return errors.New("no decision waits for approval")
	}
	rec, err := t.client.Decision(t.p.ctx, t.waiting)
	if err != nil {
		return err
	}
	d := &rec.Decision
	line := labelled(t.p.out, t.paint, t.width)
	fmt.Fprintf(t.p.out, "%s  %s\n", t.paint.bold(d.DecisionID), t.paint.level(d.ThreatLevel))
	line("in short", "%s", or(d.Explain.Summary, d.ExplanationBrief))
	tie := d.Explain.TieD
	why := fmt.Sprintf("persona %s in ring %s", tie.Persona, tie.Classification)
	if tie.AORequired {
		why += " needs the authorising official for what disrupts a service"
	}
	line("why it waits", "%s", why)
	for _, s := range d.Explain.Steps {
		if s.Stage == "doctrine" {
			line(s.Stage, "%s", stepText(s))
		}
	}
	for _, m := range d.Mitigations {
		line("proposed", "%s; not in force", mitigation(&m))
	}
	if d.Approval == nil {
		return fmt.Errorf("decision %s names no approval", d.DecisionID)
	}
	line("approval", "%s, waits until %s", d.Approval.ID, clockOf(d.Approval.ExpiresAt))
	return nil
}

// verify checks the blocked decision's receipt without the server.
func (t *tour) verify() error {
	t.heading(5, "Its receipt, verified offline")
	key, err := t.client.EvidenceKey(t.p.ctx)
	if err != nil {
		return err
	}
	rc, raw, err := t.client.Receipt(t.p.ctx, t.blocked)
	if err != nil {
		return err
	}
	trust, err := receipt.NewTrust(key.VerifierKey)
	if err != nil {
		return err
	}
	line := labelled(t.p.out, t.paint, t.width)
	line("log key", "%s", key.VerifierKey)
	line("receipt", "%d bytes; the checks below use these and the key, no server", len(raw))
	report, verr := receipt.Verify(rc, trust)
	writeChecks(t.p.out, report.Checks, t.paint)
	if verr != nil {
		return fmt.Errorf("the receipt does not verify: %w", verr)
	}
	line("verified", "%s", t.paint.good(fmt.Sprintf("entry %d of log %s, signed by %s", report.Header.Index, report.Header.Log, report.Signer)))
	return nil
}

// bundle takes the whole log as one file, verifies it, changes one bit of an
// entry, and verifies again.
func (t *tour) bundle() error {
	t.heading(6, "The whole log in one file, and what happens to a forger")
	var file bytes.Buffer
	if _, err := t.client.Bundle(t.p.ctx, frostgate.BundleQuery{All: true}, &file); err != nil {
		return err
	}
	key, err := t.client.EvidenceKey(t.p.ctx)
	if err != nil {
		return err
	}
	trust, err := receipt.NewTrust(key.VerifierKey)
	if err != nil {
		return err
	}
	line := labelled(t.p.out, t.paint, t.width)
	begun := time.Now()
	report, err := receipt.VerifyBundle(bytes.NewReader(file.Bytes()), trust)
	if err != nil {
		return fmt.Errorf("the bundle does not verify: %w", err)
	}
	line("bundle", "%d entries with their payloads, %.1f MB", report.Entries, float64(file.Len())/1e6)
	line("verified", "%s", t.paint.good(fmt.Sprintf("in %d ms, level %s: %s", time.Since(begun).Milliseconds(), report.Level, report.Complete)))
	forged := bytes.Clone(file.Bytes())
	at := bytes.LastIndex(forged, []byte("\nentry ")) + 120
	forged[at] ^= 1
	report, err = receipt.VerifyBundle(bytes.NewReader(forged), trust)
	if err == nil || report.Failure == nil || report.Failure.Location == nil {
		return errors.New("a forged bundle is not refused with its place")
	}
	line("forged", "one bit at byte %d: %s", at, t.paint.bad("refused")+", "+report.Failure.Name+" at "+report.Failure.Location.String())
	return nil
}

// next names commands that work against this server as they stand, or where it
// ends now, how to have one that stays.
func (t *tour) next() error {
	t.heading(8, "Try it yourself")
	if t.exit {
		fmt.Fprintf(t.p.out, "  This server ends now. For one that stays, with commands to try against it:\n  %s demo\n", t.p.self())
		return nil
	}
	base := t.client.URL()
	if web.Built(web.Files()) {
		fmt.Fprintf(t.p.out, "  In a browser: %s/console/   sign in with the key %s\n\n", base, t.key)
	} else {
		fmt.Fprint(t.p.out, "  This build has no console: make web, then make demo again.\n\n")
	}
	body := `{"source":"vpn","event_type":"auth","timestamp":"` + time.Now().UTC().Format(time.RFC3339) + `","event":{"src_ip":"192.0.2.55","user":"you","failed_auths":12}}`
	for _, cmd := range []string{
		fmt.Sprintf("curl -s -H 'X-API-Key: %s' -d '%s' -H 'Content-Type: application/json' %s/defend", t.key, body, base),
		fmt.Sprintf("curl -s -H 'X-API-Key: %s' '%s/feed/live?only_actionable=true&limit=5'", t.key, base),
		fmt.Sprintf("curl -s -H 'X-API-Key: %s' '%s/enforcements?active=true&limit=5'", t.key, base),
	} {
		fmt.Fprintf(t.p.out, "  %s\n", cmd)
	}
	fmt.Fprintf(t.p.out, "\n  %s\n", strings.Join([]string{"export FROSTGATE_URL=" + base, "export FROSTGATE_API_KEY=" + t.key}, "\n  "))
	fmt.Fprintln(t.p.out, "  "+t.p.self()+" decisions list --severity high")
	fmt.Fprintln(t.p.out, "  "+t.p.self()+" decisions get "+t.waiting)
	fmt.Fprintln(t.p.out, "  "+t.p.self()+" evidence bundle --all --out all.bundle && "+t.p.self()+" evidence verify all.bundle")
	fmt.Fprintln(t.p.out, "  "+t.p.self()+" drift summary")
	fmt.Fprintln(t.p.out, "  "+t.p.self()+" drift findings --type 'conditional access'")
	for _, dir := range t.observed {
		fmt.Fprintf(t.p.out, "  %s inventory run %s --name %s   # after you changed a file in it\n", t.p.self(), dir, filepath.Base(dir))
	}
	return nil
}
