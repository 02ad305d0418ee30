package main

import "errors"

// errNoMatcher stands in until the matcher is there.
var errNoMatcher = errors.New("this command is not built yet")

type rulesMatchCmd struct {
	Rules []string `help:"Rules: a folder, a tar (plain or gzip) or a file; repeatable." required:"" placeholder:"DIR|TAR" sep:"none"`
	Files []string `arg:"" help:"Event files: JSON lines, CloudTrail, EVTX, auth.log; plain or gzip; - is standard input."`
}

// Run matches files.
func (c *rulesMatchCmd) Run(*program) error { return errNoMatcher }

type rulesCheckCmd struct {
	Rules []string `arg:"" help:"Rules: folders, tars (plain or gzip) or files."`
}

// Run lists what can't be used.
func (c *rulesCheckCmd) Run(*program) error { return errNoMatcher }

type rulesTestCmd struct {
	Rules []string `arg:"" help:"Rules with their tests: folders, tars (plain or gzip) or files."`
}

// Run runs the tests of rules.
func (c *rulesTestCmd) Run(*program) error { return errNoMatcher }

type rulesExplainCmd struct {
	Rules []string `help:"Rules: a folder, a tar (plain or gzip) or a file; repeatable." required:"" placeholder:"DIR|TAR" sep:"none"`
	Rule  string   `help:"Only this rule, also when it does not match." placeholder:"ID"`
	Event string   `arg:"" help:"File with one event as JSON; - is standard input."`
}

// Run explains an event.
func (c *rulesExplainCmd) Run(*program) error { return errNoMatcher }
