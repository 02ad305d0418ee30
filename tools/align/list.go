package main

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// status says how far a row is.
type status string

const (
	planned   status = "planned"
	partial   status = "partial"
	delivered status = "delivered"
)

// level orders the statuses; 0 is none of them.
func (s status) level() int {
	switch s {
	case planned:
		return 1
	case partial:
		return 2
	case delivered:
		return 3
	}
	return 0
}

// row is one promise.
type row struct {
	ID      string   `yaml:"id"`
	Promise string   `yaml:"promise"`
	Origin  []string `yaml:"origin"`
	Status  status   `yaml:"status"`
	Missing string   `yaml:"missing"`
	Issue   int      `yaml:"issue"`
	Tests   []ref    `yaml:"tests"`
}

// area groups rows for reading.
type area struct {
	Name string `yaml:"name"`
	Rows []row  `yaml:"rows"`
}

// list is the whole file.
type list struct {
	Areas []area `yaml:"areas"`
}

// ref names a test: its package's folder, its function and, if any, the subtest;
// or a journey of the console: its file and its name.
type ref struct {
	pkg, test, sub string
}

// journeyFolder holds the console's journeys.
const journeyFolder = "web/e2e/"

func (r ref) journey() bool { return strings.HasPrefix(r.pkg, journeyFolder) }

func (r ref) String() string {
	if r.journey() {
		return r.pkg + " > " + r.test
	}
	if r.sub != "" {
		return r.pkg + "." + r.test + "/" + r.sub
	}
	return r.pkg + "." + r.test
}

var (
	idForm  = regexp.MustCompile(`^[A-Z]{2,4}-[0-9]+$`)
	refForm = regexp.MustCompile(`^([A-Za-z0-9_\-/]+)\.((?:Test|Fuzz|Example)[A-Za-z0-9_]*)(?:/(.+))?$`)
	walk    = regexp.MustCompile(`^(web/e2e/[a-z0-9-]+\.spec\.ts) > (.+)$`)
)

// UnmarshalYAML reads a test's name as people write it.
func (r *ref) UnmarshalYAML(n *yaml.Node) error {
	var text string
	if err := n.Decode(&text); err != nil {
		return err
	}
	if m := walk.FindStringSubmatch(text); m != nil {
		*r = ref{pkg: m[1], test: m[2]}
		return nil
	}
	m := refForm.FindStringSubmatch(text)
	if m == nil {
		return fmt.Errorf("line %d: test %q: write the package's folder, a dot and the test, as in internal/decision.TestExplain, or a journey's file, \" > \" and its name", n.Line, text)
	}
	*r = ref{pkg: strings.TrimPrefix(m[1], "./"), test: m[2], sub: m[3]}
	return nil
}

// parseList reads and checks the list; it names every mistake at once.
func parseList(raw []byte) (*list, error) {
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	var l list
	if err := dec.Decode(&l); err != nil {
		return nil, err
	}
	var errs []error
	seen := map[string]bool{}
	for _, a := range l.Areas {
		if a.Name == "" || len(a.Rows) == 0 {
			errs = append(errs, fmt.Errorf("area %q needs a name and rows", a.Name))
		}
		for _, r := range a.Rows {
			if err := r.check(); err != nil {
				errs = append(errs, fmt.Errorf("row %s: %w", r.ID, err))
			}
			if seen[r.ID] {
				errs = append(errs, fmt.Errorf("row %s is there twice", r.ID))
			}
			seen[r.ID] = true
		}
	}
	if len(seen) == 0 {
		errs = append(errs, errors.New("no rows"))
	}
	return &l, errors.Join(errs...)
}

func (r row) check() error {
	switch {
	case !idForm.MatchString(r.ID):
		return errors.New("the id has the form AREA-1")
	case strings.TrimSpace(r.Promise) == "":
		return errors.New("promise is missing")
	case len(r.Origin) == 0:
		return errors.New("origin is missing")
	case r.Status.level() == 0:
		return fmt.Errorf("status %q: use planned, partial or delivered", r.Status)
	case r.Status == planned && len(r.Tests) > 0:
		return errors.New("planned rows list no tests: make it partial and say what is missing")
	case r.Status != planned && len(r.Tests) == 0:
		return fmt.Errorf("%s without a test", r.Status)
	case (r.Status == partial) != (strings.TrimSpace(r.Missing) != ""):
		return errors.New("missing belongs to partial rows, and to each of them")
	case r.Issue < 0:
		return errors.New("issue is a number")
	}
	return nil
}

// rows gives all rows in the file's order.
func (l *list) rows() []row {
	var all []row
	for _, a := range l.Areas {
		all = append(all, a.Rows...)
	}
	return all
}

// refs gives every listed test.
func (l *list) refs() []ref {
	var all []ref
	for _, r := range l.rows() {
		all = append(all, r.Tests...)
	}
	return all
}
