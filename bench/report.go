package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// figure is one line of the table. A goal is text for people; Met says how it
// went: yes, NO, or empty where there is no goal.
type figure struct {
	Part  string  `json:"part"`
	What  string  `json:"what"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Text  string  `json:"text"`
	Goal  string  `json:"goal,omitempty"`
	Met   string  `json:"met,omitempty"`
	// Details are further values of the line, their units in their names.
	Details map[string]float64 `json:"details,omitempty"`
}

// report collects figures.
type report struct {
	machine string
	figures []figure
	notes   []string
}

func (r *report) add(part, what, text string, value float64, unit string) *figure {
	r.figures = append(r.figures, figure{Part: part, What: what, Text: text, Value: value, Unit: unit})
	return &r.figures[len(r.figures)-1]
}

func (f *figure) goal(text string, met bool) {
	f.Goal, f.Met = text, "NO"
	if met {
		f.Met = "yes"
	}
}

func (r *report) perSecond(part, what string, v float64) *figure {
	return r.add(part, what, fmt.Sprintf("%.0f/s", v), v, "1/s")
}

func (r *report) duration(part, what string, nanos float64) *figure {
	return r.add(part, what, ns(int64(nanos)), nanos, "ns")
}

func (r *report) bytes(part, what string, v int64) *figure {
	return r.add(part, what, bytesText(v), float64(v), "B")
}

func (r *report) ratio(part, what string, v float64) *figure {
	return r.add(part, what, fmt.Sprintf("%.2fx", v), v, "ratio")
}

func (r *report) note(part, text string) { r.notes = append(r.notes, part+": "+text) }

func (r *report) print(w io.Writer) {
	fmt.Fprintln(w, r.machine)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "PART\tWHAT\tFIGURE\tGOAL\tMET")
	last := ""
	for _, f := range r.figures {
		shown := f.Part
		if shown == last {
			shown = ""
		}
		last = f.Part
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", shown, f.What, f.Text, f.Goal, f.Met)
	}
	_ = t.Flush() // to a terminal; there is nobody else to tell
	for _, n := range r.notes {
		fmt.Fprintln(w, "note:", n)
	}
}

func (r *report) write(path string) error {
	out := struct {
		Machine string   `json:"machine"`
		Figures []figure `json:"figures"`
		Notes   []string `json:"notes"`
	}{r.machine, r.figures, r.notes}
	raw, err := json.Marshal(out, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(raw, '\n'), 0o600)
}

// machine describes what the figures were measured on: a figure without it says
// nothing.
func machine(dir string) string {
	cmd := exec.Command("scripts/machine.sh")
	cmd.Env = append(os.Environ(), "TMPDIR="+filepath.Dir(dir))
	if out, err := cmd.Output(); err == nil {
		return strings.TrimSpace(string(out)) + "\n"
	}
	return fmt.Sprintf("machine  %s/%s, %d CPUs, %s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
}
