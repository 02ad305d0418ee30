package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/sigma"
)

// peerEvents is how many events of a mix the peers are given, in random order:
// they take seconds for as many.
const peerEvents = 2000

// peer is what the program in sigmapeers tells of an engine.
type peer struct {
	Engine  string              `json:"engine"`
	Version string              `json:"version"`
	Given   int                 `json:"given"`
	Loaded  int                 `json:"loaded"`
	Refused map[string]int      `json:"refused"`
	Mixes   map[string]peerRate `json:"mixes"`
	Cases   int                 `json:"cases"`
	Found   int                 `json:"found"`
}

type peerRate struct {
	Events    int     `json:"events"`
	PerSecond float64 `json:"per_second"`
	Rules     float64 `json:"rules"`
	Matches   int     `json:"matches"`
}

// peers measures the other engines, each on one core, on the rules and events that
// the matcher has.
func (b *bench) peers(ctx context.Context, set *sigma.Set) ([]peer, error) {
	dir := filepath.Join(b.dir, "peers")
	if err := b.preparePeers(dir, set); err != nil {
		return nil, fmt.Errorf("prepare the peers' work: %w", err)
	}
	bin := filepath.Join(b.dir, "sigmapeers")
	build := exec.CommandContext(ctx, "go", "build", "-o", bin, ".")
	build.Dir, build.Env = "bench/sigmapeers", append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build bench/sigmapeers: %w\n%s", err, text)
	}
	run := exec.CommandContext(ctx, bin, "-dir", dir, "-seconds", fmt.Sprint(b.o.duration.Seconds()))
	run.Stderr = os.Stderr
	out, err := run.Output()
	if err != nil {
		return nil, fmt.Errorf("sigmapeers: %w", err)
	}
	var all []peer
	if err := json.Unmarshal(out, &all); err != nil {
		return nil, fmt.Errorf("sigmapeers: %w", err)
	}
	return all, nil
}

// reportPeers sets the matcher's rates, by mix, beside those of the peers.
func (b *bench) reportPeers(own map[string]float64, all []peer) {
	const part = "detect"
	for i := range all {
		p := &all[i]
		name := p.Engine[strings.LastIndexByte(p.Engine, '/')+1:] + " " + p.Version
		for _, mix := range mixes {
			r := p.Mixes[mix.name]
			if r.PerSecond == 0 {
				continue
			}
			f := b.found.perSecond(part, mix.name+": "+name+", one core", r.PerSecond)
			f.Details = map[string]float64{"events": float64(r.Events), "rules_tried_each": r.Rules, "matches": float64(r.Matches)}
			ratio := own[mix.name] / r.PerSecond
			b.found.ratio(part, mix.name+": matcher / "+name, ratio).goal(">= 100x", ratio >= 100)
		}
		refused, _ := json.Marshal(p.Refused, json.Deterministic(true))
		b.found.note(part, fmt.Sprintf("%s evaluates %d of the %d rules that these events' logsources bring in; refused by reason: %s; it finds %d of %d regression cases",
			name, p.Loaded, p.Given, refused, p.Found, p.Cases))
	}
	b.found.note(part, fmt.Sprintf("the peers are given %d events of each mix in random order, decoded, with fields under the rules' names and the rules of each event's logsource only; "+
		"their clock runs for matching alone. The matcher's counts all events, from their bytes", peerEvents))
}

// preparePeers writes rules, events and regression cases as sigmapeers reads them.
func (b *bench) preparePeers(dir string, set *sigma.Set) error {
	if err := os.MkdirAll(filepath.Join(dir, "rules"), 0o700); err != nil {
		return err
	}
	v := newViews(set.Rules())
	for _, mix := range mixes {
		events, _, err := b.corpus(mix.corpora)
		if err != nil {
			return err
		}
		if err := writePeerEvents(filepath.Join(dir, mix.name+".events.jsonl"), v, events); err != nil {
			return fmt.Errorf("%s: %w", mix.name, err)
		}
	}
	cases, err := b.peerCases(v)
	if err != nil {
		return err
	}
	groups, err := json.Marshal(v.groups)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(filepath.Join(dir, "cases.jsonl"), cases, 0o600),
		os.WriteFile(filepath.Join(dir, "groups.json"), groups, 0o600), b.writePeerRules(dir, v))
}

func writePeerEvents(path string, v *views, events [][]byte) error {
	var out []byte
	order := rand.New(rand.NewPCG(4, 4)).Perm(len(events))
	for _, i := range order[:min(len(order), peerEvents)] {
		line, err := v.encode(events[i])
		if err != nil {
			return err
		}
		out = append(append(out, line...), '\n')
	}
	return os.WriteFile(path, out, 0o600)
}

func (v *views) encode(event []byte) ([]byte, error) {
	doc, err := jsondoc.Parse(event, jsondoc.Limits{MaxBytes: 16 << 20})
	if err != nil {
		return nil, err
	}
	return json.Marshal(v.of(doc.Root()))
}

// peerCases are the events that SigmaHQ keeps for its rules.
func (b *bench) peerCases(v *views) ([]byte, error) {
	lines, _, err := b.corpus([]string{"sigmahq-regression"})
	if err != nil {
		return nil, err
	}
	file := map[string]string{}
	for r, f := range v.file {
		file[r.ID] = f
	}
	var out []byte
	for _, line := range lines {
		var c struct {
			Rule   string           `json:"rule_id"`
			Least  *int             `json:"match_count"`
			Events []jsontext.Value `json:"events"`
		}
		if err := json.Unmarshal(line, &c); err != nil {
			return nil, err
		}
		to := struct {
			File   string           `json:"file"`
			Least  int              `json:"least"`
			Events []jsontext.Value `json:"events"`
		}{File: file[c.Rule], Least: 1}
		if c.Least != nil {
			to.Least = *c.Least
		}
		for _, e := range c.Events {
			seen, err := v.encode(e)
			if err != nil {
				return nil, err
			}
			to.Events = append(to.Events, seen)
		}
		text, err := json.Marshal(to)
		if err != nil {
			return nil, err
		}
		out = append(append(out, text...), '\n')
	}
	return out, nil
}

// writePeerRules writes the files of the rules that any event reached.
func (b *bench) writePeerRules(dir string, v *views) error {
	raw, err := os.ReadFile(filepath.Join(b.o.samples, "events", "sigmahq-rules", "sigma-rules.tar.gz"))
	if err != nil {
		return err
	}
	files, _, err := sigma.ReadTar(bytes.NewReader(raw), sigma.LoadOptions{})
	if err != nil {
		return err
	}
	data := map[string][]byte{}
	for _, f := range files {
		data[f.Name] = f.Data
	}
	reached := map[string]bool{}
	for _, group := range v.groups {
		for _, f := range group {
			reached[f] = true
		}
	}
	for r, name := range v.file {
		if !reached[name] {
			continue
		}
		if data[r.File] == nil {
			return fmt.Errorf("%s is not in the archive", r.File)
		}
		if err := os.WriteFile(filepath.Join(dir, "rules", name), data[r.File], 0o600); err != nil {
			return err
		}
	}
	return nil
}
