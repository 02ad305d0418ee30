package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"frostgate.io/frostgate/internal/inventory/normal"
	sources "frostgate.io/frostgate/internal/inventory/source"
	frostgate "frostgate.io/frostgate/sdk/go"
)

type inventoryRunCmd struct {
	Path       string            `arg:"" help:"Folder or file of configuration (JSON, YAML, NDJSON; gzip too); - reads standard input."`
	Source     string            `help:"Kind of source: directory, kubernetes, aws or upload." default:"directory" placeholder:"KIND"`
	Name       string            `help:"Which of your sources of that kind this is: runs of different ones are never compared." default:"default"`
	Type       []string          `help:"Only this type, and all of it: what the run does not show of it is gone. May be repeated." placeholder:"TYPE"`
	Filter     map[string]string `help:"What narrowed the export, as name=value: runs compare only under equal filters. May be repeated."`
	AllowEmpty bool              `help:"Record the run although there is no object: everything seen before then counts as gone or unknown."`
}

// Run reads the path on this machine, streams what it finds to the server, and
// shows the run with the drift that it brought.
func (c *inventoryRunCmd) Run(p *program) error {
	if _, err := sources.Find(sources.Kind(c.Source)); err != nil {
		return errUsage{err}
	}
	in, err := c.open(p)
	if err != nil {
		return errUsage{err}
	}
	defer in.close()
	cl, err := p.client()
	if err != nil {
		return err
	}
	types, err := c.types()
	if err != nil {
		return err
	}
	run, sum, err := in.send(p.ctx, cl, frostgate.NewInventoryRun{Source: c.Source, Name: c.Name, Types: types, Filters: c.Filter})
	if err != nil {
		return err
	}
	found, err := frostgate.Collect(cl.DriftFindings(p.ctx, frostgate.DriftFilter{Run: run.ID}, frostgate.Page{}), shownFindings+1)
	if err != nil {
		return fmt.Errorf("the run %s is recorded, its findings can't be read: %w", run.ID, err)
	}
	if p.cli.Output != "table" {
		return p.one(inventoryRunReport{InventoryRunDetail: run, Findings: found, Read: sum})
	}
	others := otherSources(p, cl, run)
	return p.emit(func(w io.Writer) error {
		if err := c.text(w, p, run, found, sum); err != nil || others == "" {
			return err
		}
		_, err := fmt.Fprintln(w, others)
		return err
	})
}

// otherSources says, after the first observation of a source, which sources were
// observed before: a name that was left out or mistyped makes another source, and
// nothing is compared with it.
func otherSources(p *program, cl *frostgate.Client, run *frostgate.InventoryRunDetail) string {
	is := false
	for i := range run.Drift {
		is = is || first(&run.Drift[i])
	}
	if !is {
		return ""
	}
	found, err := frostgate.Collect(cl.InventorySources(p.ctx, ""), 20)
	if err != nil {
		return "" // the run is what counts
	}
	var names []string
	for _, s := range found {
		if kind, name, _ := strings.Cut(s.Source, "/"); s.Source != run.Source {
			names = append(names, fmt.Sprintf("%s (--source %s --name %s)", s.Source, kind, name))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return printable("Observed before, and never compared with it: " + strings.Join(names, ", ") + ".")
}

// shownFindings is how many findings of a run are shown.
const shownFindings = 50

// inventoryRunReport is a run with what was read for it and what drifted.
type inventoryRunReport struct {
	*frostgate.InventoryRunDetail
	Findings []frostgate.DriftFinding `json:"findings"`
	Read     *sources.Summary         `json:"read"`
}

// types are the types asked for, by name. What fits no listed type is taken as
// the name of one: others exist.
func (c *inventoryRunCmd) types() ([]string, error) {
	var out []string
	types := normal.Builtin()
	for _, text := range c.Type {
		fits := types.Find(text)
		switch len(fits) {
		case 0:
			out = append(out, text)
		case 1:
			out = append(out, fits[0].Name)
		default:
			names := ""
			for _, f := range fits {
				names += "\n  " + f.Name + inParens(f.Label)
			}
			return nil, usagef("--type %s fits several types, name one:%s", text, names)
		}
	}
	return out, nil
}

// runInput is what a run reads.
type runInput struct {
	read  func(context.Context, sources.Sink) (*sources.Summary, error)
	close func()
	empty bool // may be
}

// open makes sure that the path can be read before the server hears of a run.
func (c *inventoryRunCmd) open(p *program) (*runInput, error) {
	opt := sources.Options{Kind: sources.Kind(c.Source), TypeOf: normal.Builtin().TypeOfFolder}
	in := &runInput{close: func() {}, empty: c.AllowEmpty}
	if c.Path == "-" {
		in.read = func(ctx context.Context, sink sources.Sink) (*sources.Summary, error) {
			return sources.Stream(ctx, p.in, "-", opt, sink)
		}
		return in, nil
	}
	f, err := os.Open(c.Path)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	switch {
	case err != nil:
		f.Close()
		return nil, err
	case st.IsDir():
		_, err := f.ReadDir(1)
		f.Close()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		in.read = func(ctx context.Context, sink sources.Sink) (*sources.Summary, error) {
			return sources.Read(ctx, c.Path, opt, sink)
		}
		return in, nil
	}
	in.close = func() { f.Close() }
	in.read = func(ctx context.Context, sink sources.Sink) (*sources.Summary, error) {
		return sources.Stream(ctx, f, filepath.Base(c.Path), opt, sink)
	}
	return in, nil
}

// send reads and uploads at the same time. If reading fails the upload breaks
// off, and the server records nothing but that.
func (in *runInput) send(ctx context.Context, cl *frostgate.Client, n frostgate.NewInventoryRun) (*frostgate.InventoryRunDetail, *sources.Summary, error) {
	type result struct {
		sum *sources.Summary
		err error
	}
	pr, pw := io.Pipe()
	done := make(chan result, 1)
	go func() {
		var res result
		buf := bufio.NewWriterSize(pw, 64<<10)
		out := sources.NewWriter(buf)
		res.sum, res.err = in.read(ctx, out)
		if res.err == nil && res.sum.Records == 0 && res.sum.Failed == 0 && !in.empty {
			res.err = errNoObjects
		}
		if res.err == nil {
			res.err = errors.Join(out.End(), buf.Flush())
		}
		pw.CloseWithError(res.err)
		done <- res
	}()
	// The server hears of a run only when there is something to say.
	body := bufio.NewReaderSize(pr, 64<<10)
	var run *frostgate.InventoryRunDetail
	var err error
	if _, none := body.Peek(1); none == nil {
		run, err = cl.ObserveInventory(ctx, n, body)
	}
	pr.CloseWithError(errServerDone)
	res := <-done
	var exported *sources.SnapshotError
	switch {
	case errors.As(res.err, &exported):
		return nil, nil, usagef("%w; `frostgate inventory import` takes it", res.err)
	case errors.Is(res.err, errNoObjects):
		return nil, nil, errUsage{res.err}
	case res.err != nil && !errors.Is(res.err, errServerDone):
		return nil, nil, fmt.Errorf("nothing was recorded: %w", res.err)
	}
	return run, res.sum, err
}

var (
	errServerDone = errors.New("the server has ended the upload")
	errNoObjects  = errors.New("there is no configuration to record; --allow-empty records that there is none")
)

// text shows the run as `inventory runs show` does, then what it brought.
func (c *inventoryRunCmd) text(w io.Writer, p *program, run *frostgate.InventoryRunDetail, found []frostgate.DriftFinding, sum *sources.Summary) error {
	paint, width := p.paint(), p.width()
	if err := runText(w, run, paint, width); err != nil {
		return err
	}
	line := labelled(w, paint, width)
	if sum.Ignored > 0 {
		line("passed over", "%s: no configuration, or hidden", counted(sum.Ignored, "file"))
	}
	for i, f := range sum.Passed {
		if i == shownPassed {
			line("", "and %d more", len(sum.Passed)-i)
			break
		}
		line("", "%s: %s", f.Place, f.Reason)
	}
	if len(found) == 0 {
		return nil
	}
	if len(found) > shownFindings {
		found = found[:shownFindings]
		defer fmt.Fprintf(w, "More wait: `%s drift findings --run %s` lists all.\n", p.self(), run.ID)
	}
	fmt.Fprintf(w, "\n%s\n", paint.title("Waits for you since this run"))
	writeFindings(w, paint, width, found)
	_, err := fmt.Fprintf(w, "`%s drift show ID` says more, `%s drift ack ID` and `%s drift accept ID` decide.\n", p.self(), p.self(), p.self())
	return err
}

// shownPassed is how many files that are no configuration are named.
const shownPassed = 5

// writeFindings shows findings by object, in the order of the first of each.
func writeFindings(w io.Writer, paint painter, width int, found []frostgate.DriftFinding) {
	ids := make([]string, len(found))
	for i := range found {
		ids[i] = found[i].ID
	}
	short := shortFindings(ids)
	byObject, order := map[objectKey][]int{}, []objectKey(nil)
	for i := range found {
		key := objectKey{found[i].Type, found[i].ObjectID}
		if byObject[key] == nil {
			order = append(order, key)
		}
		byObject[key] = append(byObject[key], i)
	}
	for _, key := range order {
		first := &found[byObject[key][0]]
		fmt.Fprintf(w, "  %s  %s\n", paint.bold(printable(or(first.Name, first.ObjectID))), printable(first.Label))
		for _, i := range byObject[key] {
			f := &found[i]
			mark := ""
			if f.State == "reopened" {
				mark = "reopened: "
			}
			text := printable(mark + changeText(f.Kind, f.Path, f.Change, f.From, f.To))
			if room := width - 6 - len(short[i]) - len(f.Severity); width > 0 && room > 20 {
				text = clip(text, room)
			}
			fmt.Fprintf(w, "    %s  %s %s\n", paint.dim(short[i]), paint.level(f.Severity), text)
		}
	}
}

// findingLine shows one finding with its object.
func findingLine(w io.Writer, paint painter, width int, f *frostgate.DriftFinding) {
	text := printable(changeText(f.Kind, f.Path, f.Change, f.From, f.To))
	if width > 30 {
		text = clip(text, width-6)
	}
	mark := ""
	if f.State == "reopened" {
		mark = paint.bad(" reopened")
	}
	fmt.Fprintf(w, "  %s%s  %s  %s\n      %s\n", paint.level(f.Severity), mark, paint.bold(printable(or(f.Name, f.ObjectID))), printable(f.Label), text)
}
