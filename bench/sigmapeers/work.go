package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/go-json-experiment/json"
)

// work is what bench prepared.
type work struct {
	rules  map[string][]byte   // by file name
	groups map[string][]string // files of the rules of a logsource
	mixes  map[string][]event
	cases  []regression
}

// event is one event as its logsources show it: a view is its fields under the
// names that the rules of a group use.
type event []*view

type view struct {
	Group  string            `json:"group"`
	Fields map[string]string `json:"fields"`

	loose    map[string]any // the same for sigma-go
	keywords []string       // the same without names
}

// regression is events that a rule must find.
type regression struct {
	File   string  `json:"file"`
	Least  int     `json:"least"`
	Events []event `json:"events"`
}

func readWork(dir string) (*work, error) {
	w := &work{rules: map[string][]byte{}, mixes: map[string][]event{}}
	raw, err := os.ReadFile(filepath.Join(dir, "groups.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &w.groups); err != nil {
		return nil, fmt.Errorf("groups.json: %w", err)
	}
	for _, files := range w.groups {
		for _, f := range files {
			if w.rules[f], err = os.ReadFile(filepath.Join(dir, "rules", f)); err != nil {
				return nil, err
			}
		}
	}
	mixes, err := filepath.Glob(filepath.Join(dir, "*.events.jsonl"))
	if err != nil {
		return nil, err
	}
	for _, path := range mixes {
		name := strings.TrimSuffix(filepath.Base(path), ".events.jsonl")
		if w.mixes[name], err = readLines[event](path); err != nil {
			return nil, err
		}
		for _, e := range w.mixes[name] {
			e.prepare()
		}
	}
	w.cases, err = readLines[regression](filepath.Join(dir, "cases.jsonl"))
	for i := range w.cases {
		for _, e := range w.cases[i].Events {
			e.prepare()
		}
	}
	return w, err
}

func readLines[T any](path string) (out []T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, v)
	}
	return out, lines.Err()
}

// prepare makes the forms that the engines take, before the clock starts.
func (e event) prepare() {
	for _, v := range e {
		v.loose = make(map[string]any, len(v.Fields))
		for name, value := range v.Fields {
			v.loose[name] = value
			v.keywords = append(v.keywords, value)
		}
	}
}

// set is the rules that an engine loaded.
type set struct {
	rules map[string]matcher
}

// run matches events for so many CPU seconds. They are in random order: any run of
// them is a fair sample.
func (s *set) run(w *work, events []event, seconds float64) rate {
	groups := make(map[string][]matcher, len(w.groups))
	for name, files := range w.groups {
		for _, f := range files {
			if m := s.rules[f]; m != nil {
				groups[name] = append(groups[name], m)
			}
		}
	}
	var r rate
	tried := 0
	start, used := cpu(), 0.0
	for used < seconds && len(events) > 0 {
		for _, v := range events[r.Events%len(events)] {
			for _, m := range groups[v.Group] {
				tried++
				if m(v) {
					r.Matches++
				}
			}
		}
		r.Events++
		used = cpu() - start
	}
	r.PerSecond, r.Rules = float64(r.Events)/used, float64(tried)/float64(max(1, r.Events))
	return r
}

// finds reports whether the rule of a case matches as many of its events as it
// should.
func (s *set) finds(w *work, c *regression) bool {
	m, hits := s.rules[c.File], 0
	for _, e := range c.Events {
		for _, v := range e {
			if m != nil && slices.Contains(w.groups[v.Group], c.File) && m(v) {
				hits++
				break
			}
		}
	}
	return hits >= c.Least
}

// cpu is the CPU seconds that this process has used.
func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}
