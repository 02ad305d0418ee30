// Command sigmapeers measures two other Go engines for Sigma rules on the rules
// and events that bench prepared for them. It is a module of its own: what the
// engines need stays out of the product's go.mod.
//
// What is prepared favours them: events are decoded, their fields are found under
// the names that rules use, and each comes with the rules of its logsource only.
// The clock runs for matching alone. It counts CPU time of one core, so that other
// work on the machine does not count.
//
// It must not mend an engine: a rule that one can't load or evaluate is counted,
// and what it finds of the regression cases is told beside its rate.
//
//	sigmapeers -dir FOLDER -seconds 5
//
// FOLDER has rules/, groups.json (name: files of rules), one NAME.events.jsonl for
// each mix of events, and cases.jsonl. The answer on standard output is JSON.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/go-json-experiment/json"
)

// figures is what is told of one engine.
type figures struct {
	Engine  string `json:"engine"`
	Version string `json:"version"`
	// Loaded is the number of the given rules that it evaluates; Refused counts the
	// others by reason.
	Given   int             `json:"given"`
	Loaded  int             `json:"loaded"`
	Refused map[string]int  `json:"refused"`
	Mixes   map[string]rate `json:"mixes"`
	Cases   int             `json:"cases"`
	Found   int             `json:"found"` // of the cases
}

type rate struct {
	Events    int     `json:"events"` // matched, some more than once
	PerSecond float64 `json:"per_second"`
	Rules     float64 `json:"rules"` // that each event is held against, on average
	Matches   int     `json:"matches"`
}

func main() {
	dir := flag.String("dir", "", "`FOLDER` that bench prepared")
	seconds := flag.Float64("seconds", 5, "CPU `SECONDS` for each engine and mix")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	out, err := measure(*dir, *seconds)
	if err == nil {
		err = json.MarshalWrite(os.Stdout, out, json.Deterministic(true))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sigmapeers:", err)
		os.Exit(1)
	}
}

func measure(dir string, seconds float64) ([]*figures, error) {
	w, err := readWork(dir)
	if err != nil {
		return nil, err
	}
	var out []*figures
	for _, e := range []struct {
		module string
		load   loader
	}{
		{"github.com/bradleyjkemp/sigma-go", loadSigmaGo},
		{"github.com/markuskont/go-sigma-rule-engine", loadRuleEngine},
	} {
		f := &figures{Engine: e.module, Version: version(e.module), Given: len(w.rules), Refused: map[string]int{}, Mixes: map[string]rate{}, Cases: len(w.cases)}
		s := &set{rules: map[string]matcher{}}
		for file, data := range w.rules {
			m, reason := safely(e.load, file, data)
			if reason != "" {
				f.Refused[reason]++
				continue
			}
			s.rules[file] = m
		}
		f.Loaded = len(s.rules)
		for name, events := range w.mixes {
			f.Mixes[name] = s.run(w, events, seconds)
		}
		for i := range w.cases {
			if s.finds(w, &w.cases[i]) {
				f.Found++
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// version is that of a module in this binary.
func version(module string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == module {
				return d.Version
			}
		}
	}
	return "unknown"
}
