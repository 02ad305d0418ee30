package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/detect/ruletest"
	"frostgate.io/frostgate/internal/governance/defaults"
	"frostgate.io/frostgate/sigma"
)

// rulesTestCmd runs the NAME.test.yml files that stand beside rules (their form:
// package ruletest). It exits with 1 when a case fails, when a file of tests can't
// be read or when there is none.
type rulesTestCmd struct {
	Rules     []string `arg:"" help:"Rules with their tests: folders, tars (plain or gzip) or files."`
	Scenarios string   `help:"Scenario document that tests of scenarios are about; without it the built-in one." placeholder:"FILE"`
}

// tested is the result of rules test.
type tested struct {
	Files    int       `json:"files"`
	Cases    int       `json:"cases"`
	Failed   int       `json:"failed"`
	Failures []failure `json:"failures"`
	Untested []string  `json:"untested"` // rules that no file is about
}

type failure struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Rule    string `json:"rule"`
	Case    string `json:"case"`
	Problem string `json:"problem"`
}

// Run runs the tests of rules.
func (c *rulesTestCmd) Run(p *program) error {
	rules, err := loadRules(c.Rules)
	if err != nil {
		return err
	}
	runner, err := ruletest.New(rules)
	if err != nil {
		return errUsage{fmt.Errorf("rules: %w", err)}
	}
	scenarios, err := c.scenarios()
	if err != nil {
		return errUsage{fmt.Errorf("scenarios: %w", err)}
	}
	runner.WithScenarios(scenarios)
	out := &tested{Failures: []failure{}}
	var files []*ruletest.File
	for _, path := range c.Rules {
		err := eachTest(path, func(name string, data []byte) {
			out.Files++
			f, err := ruletest.Parse(name, data)
			if err != nil {
				out.Failed++
				out.Failures = append(out.Failures, failure{File: name, Problem: err.Error()})
				return
			}
			files = append(files, f)
			out.add(runner.Run(f))
		})
		if err != nil {
			return errUsage{fmt.Errorf("rules: %w", err)}
		}
	}
	out.Untested = append([]string{}, runner.Untested(files)...)
	return c.print(p, out, rules)
}

// scenarios compiles the document that tests of scenarios are about.
func (c *rulesTestCmd) scenarios() (*decision.Scenarios, error) {
	var doc []byte
	if c.Scenarios != "" {
		f, err := os.Open(c.Scenarios)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if doc, err = boundedRead(f, c.Scenarios); err != nil {
			return nil, err
		}
	} else {
		for _, d := range defaults.Documents() {
			if d.Kind == defaults.KindScenarios {
				doc = d.Content
			}
		}
	}
	set, err := detect.Compile(detect.Documents{Scenarios: doc})
	if err != nil {
		return nil, err
	}
	return decision.NewScenarios(set), nil
}

func (t *tested) add(results []ruletest.Result) {
	for _, r := range results {
		t.Cases++
		if r.Problem != "" {
			t.Failed++
			t.Failures = append(t.Failures, failure{r.File, r.Line, r.Rule, r.Case, r.Problem})
		}
	}
}

func (c *rulesTestCmd) print(p *program, out *tested, rules *sigma.Collection) error {
	var err error
	switch {
	case p.cli.Output == "json":
		err = p.one(out)
	case len(out.Failures) > 0:
		rows := make([]any, len(out.Failures))
		for i, f := range out.Failures {
			at := f.File
			if f.Line > 0 { // else the problem itself names the line
				at += fmt.Sprintf(":%d", f.Line)
			}
			rows[i] = map[string]any{"at": at, "case": f.Case, "problem": f.Problem}
		}
		err = p.table(rows, "at", "case", "problem")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "Rules: %d, files of tests: %d, cases: %d, failed: %d.\n", len(rules.Rules)+len(rules.Correlations), out.Files, out.Cases, out.Failed)
	if n := len(rules.Refused); n > 0 {
		fmt.Fprintf(p.err, "Refused rules: %d; `%s rules check` says why.\n", n, p.self())
	}
	if n := len(out.Untested); n > 0 {
		fmt.Fprintf(p.err, "Rules without a test: %d (-o json names them).\n", n)
	}
	if out.Failed > 0 || out.Files == 0 {
		return errQuiet(exitFailed)
	}
	return nil
}

// eachTest finds the files of tests at a path: below a folder, in an archive, or
// beside a rule.
func eachTest(path string, each func(name string, data []byte)) error {
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	if st.IsDir() {
		return testsBelow(path, each)
	}
	for _, ext := range []string{".yml", ".yaml"} {
		if base, ok := strings.CutSuffix(path, ext); ok {
			if !ruletest.IsTest(path) {
				path = base + ".test" + ext
			}
			return testFile(path, each)
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if filepath.Ext(path) == ".txtar" {
		return testsInText(f, each)
	}
	return testsInTar(f, each)
}

func testsBelow(dir string, each func(name string, data []byte)) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !ruletest.IsTest(path) {
			return err
		}
		return testFile(path, each)
	})
}

func testFile(path string, each func(name string, data []byte)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := boundedRead(f, path)
	if err == nil {
		each(path, data)
	}
	return err
}

// boundedRead reads a file of rules or tests.
func boundedRead(r io.Reader, name string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxRuleFile+1))
	if err == nil && len(data) > maxRuleFile {
		err = fmt.Errorf("%s is larger than %d bytes", name, maxRuleFile)
	}
	return data, err
}

func testsInText(r io.Reader, each func(name string, data []byte)) error {
	data, err := boundedRead(r, "the archive")
	if err != nil {
		return err
	}
	files, err := sigma.ReadArchive(data)
	for _, f := range files {
		if ruletest.IsTest(f.Name) {
			each(f.Name, f.Data)
		}
	}
	return err
}

func testsInTar(f *os.File, each func(name string, data []byte)) error {
	head := make([]byte, 2)
	if _, err := io.ReadFull(f, head); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	var r io.Reader = f
	if slices.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(f)
		if err != nil {
			return err
		}
		r = z
	}
	for archive := tar.NewReader(r); ; {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if entry.Typeflag != tar.TypeReg || !ruletest.IsTest(entry.Name) {
			continue
		}
		data, err := boundedRead(archive, entry.Name)
		if err != nil {
			return err
		}
		each(entry.Name, data)
	}
}
