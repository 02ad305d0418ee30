package main

import (
	"errors"
	"fmt"
	"io"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/evidence"
)

// exitUnreadable ends a verification that could not begin: what is to be checked
// is not there, or is something else.
const exitUnreadable = 2

type evidenceFsckCmd struct {
	Dir      string `arg:"" optional:"" help:"Exported folder; without it, the store of --data-dir, also while its server runs."`
	Trust    string `help:"Of a folder: file with the log's public keys, one a line." placeholder:"KEYFILE"`
	Tenant   string `help:"Of a store: only the log of this tenant; root is the log of logs." placeholder:"ID"`
	Database string `help:"Of a store: sqlite:PATH (frostgate.db in the data folder) or postgres://..." placeholder:"URL"`
	Config   string `help:"Of a store: the server's configuration file." placeholder:"FILE"`
}

// Help says what is checked and the exit codes.
func (*evidenceFsckCmd) Help() string {
	return "Computes each leaf, each tile and the root from the entries, and checks signatures, order and links. Of a store also every " +
		"earlier signed state, payloads, subjects and the rows beside the log. It changes nothing. " +
		"Exit code 0: valid; 1: something is wrong, and named; 2: it could not be read."
}

// Run checks a folder or the logs of a store.
func (c *evidenceFsckCmd) Run(p *program) error {
	var out []fsckLog
	var err error
	if c.Dir != "" {
		if c.Tenant+c.Database+c.Config != "" {
			return usagef("--tenant, --database and --config are for a store, not for a folder")
		}
		out, err = c.folder(p)
	} else {
		if c.Trust != "" {
			return usagef("--trust is for a folder; a store is checked with its own keys")
		}
		out, err = c.store(p)
	}
	var usage errUsage
	if errors.As(err, &usage) {
		return err
	}
	if err != nil {
		fmt.Fprintf(p.err, "frostgate: can't read it: %s\n", message(err))
		return errQuiet(exitUnreadable)
	}
	if err := p.printFsck(out); err != nil {
		return err
	}
	for _, l := range out {
		if !l.Valid {
			return errQuiet(exitFailed)
		}
	}
	return nil
}

func (c *evidenceFsckCmd) folder(p *program) ([]fsckLog, error) {
	trust, err := readTrust(c.Trust)
	if err != nil {
		return nil, err
	}
	r, err := evidence.FsckFolder(p.ctx, c.Dir, trust)
	if err != nil {
		return nil, err
	}
	return []fsckLog{newFsckLog(r, "")}, nil
}

func (c *evidenceFsckCmd) store(p *program) (out []fsckLog, err error) {
	flags := map[string]string{}
	for key, v := range map[string]string{"data_dir": p.cli.DataDir, "database": c.Database, "config": c.Config} {
		if v != "" {
			flags[key] = v
		}
	}
	cfg, err := app.LoadConfig(flags, p.environ)
	if err != nil {
		return nil, err
	}
	store, err := app.OpenStore(p.ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	logs, err := store.Logs(p.ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range logs {
		if c.Tenant != "" && c.Tenant != string(l.Tenant) {
			continue
		}
		r, err := store.Fsck(p.ctx, l)
		if err != nil {
			return nil, err
		}
		out = append(out, newFsckLog(r, string(l.Tenant)))
	}
	if len(out) == 0 {
		return nil, usagef("the store has no tenant %s", c.Tenant)
	}
	return out, nil
}

// fsckLog is what is printed of one log.
type fsckLog struct {
	Log      string        `json:"log"`
	Tenant   string        `json:"tenant,omitempty"`
	Size     uint64        `json:"size"`
	Root     string        `json:"root"`
	Computed string        `json:"computed_root"`
	Valid    bool          `json:"valid"`
	Pinned   bool          `json:"pinned"`
	Checks   []fsckCheck   `json:"checks"`
	Bad      uint64        `json:"problem_count"`
	Problems []fsckProblem `json:"problems"`
}

type fsckCheck struct {
	Name    string `json:"check"`
	OK      bool   `json:"ok"`
	Skipped bool   `json:"skipped"`
	Detail  string `json:"detail"`
}

type fsckProblem struct {
	Check string `json:"check"`
	Index *int64 `json:"index,omitempty"`
	File  string `json:"file,omitempty"`
	What  string `json:"what"`
	text  string
}

func newFsckLog(r *evidence.FsckReport, tenant string) fsckLog {
	l := fsckLog{
		Log: r.Log, Tenant: tenant, Size: r.Size, Root: r.Root.String(), Computed: r.Computed.String(), Valid: r.Valid(), Bad: r.Bad,
		Checks: []fsckCheck{}, Problems: []fsckProblem{},
	}
	for _, c := range r.Checks {
		l.Checks = append(l.Checks, fsckCheck(c))
		l.Pinned = l.Pinned || c.Name == evidence.CheckSignature && c.OK
	}
	for _, p := range r.Problems {
		out := fsckProblem{Check: p.Check, File: p.File, What: p.What, text: p.String()}
		if p.Index >= 0 {
			out.Index = &p.Index
		}
		l.Problems = append(l.Problems, out)
	}
	return l
}

func (p *program) printFsck(logs []fsckLog) error {
	if p.cli.Output == "json" {
		valid := true
		for _, l := range logs {
			valid = valid && l.Valid
		}
		return p.one(map[string]any{"valid": valid, "logs": logs})
	}
	if p.cli.Output == "csv" {
		var rows []any
		for _, l := range logs {
			for _, c := range l.Checks {
				rows = append(rows, map[string]any{"log": l.Log, "size": l.Size, "check": c.Name, "ok": c.OK, "skipped": c.Skipped, "detail": c.Detail})
			}
		}
		return p.table(rows, "log", "size", "check", "ok", "skipped", "detail")
	}
	return p.emit(func(w io.Writer) error {
		for _, l := range logs {
			p.writeFsck(w, l)
		}
		return nil
	})
}

func (p *program) writeFsck(w io.Writer, l fsckLog) {
	paint := p.paint()
	fmt.Fprintf(w, "%s, %d entries\n", printable(l.Log), l.Size)
	for _, c := range l.Checks {
		state := paint.good("ok  ")
		switch {
		case c.Skipped:
			state = paint.dim("skip")
		case !c.OK:
			state = paint.bad("FAIL")
		}
		fmt.Fprintf(w, "  %s  %-10s %s\n", state, c.Name, printable(c.Detail))
	}
	const most = 20
	for _, pr := range l.Problems[:min(most, len(l.Problems))] {
		fmt.Fprintf(w, "  %s: %s\n", pr.Check, printable(pr.text))
	}
	if l.Bad > most {
		fmt.Fprintf(w, "  and %d more; -o json shows up to 100\n", l.Bad-most)
	}
	switch {
	case !l.Valid:
		fmt.Fprintf(w, "%s: log %s, %s\n", paint.bad("INVALID"), printable(l.Log), printable(l.Problems[0].text))
	case !l.Pinned:
		fmt.Fprintf(w, "%s: whole in itself, but nothing says who signed it\n", paint.warn("UNPINNED"))
	default:
		fmt.Fprintf(w, "%s: log %s\n", paint.good("VALID"), printable(l.Log))
	}
}
