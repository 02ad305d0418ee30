package main

import (
	"fmt"
	"strings"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/governance"
)

type simulateCmd struct {
	Golden simulateGoldenCmd `cmd:"" help:"Run the golden scenarios and compare their outputs with the pinned ones."`
}

type simulateGoldenCmd struct{}

// Run prints each scenario and fails when one differs. It needs no server: the
// rules are those built into this binary.
func (*simulateGoldenCmd) Run(p *program) error {
	rules, err := governance.DefaultRuleset()
	if err != nil {
		return err
	}
	set, err := decision.Golden()
	if err != nil {
		return err
	}
	bad := 0
	results := set.Run(rules)
	rows := make([]any, len(results))
	for i, r := range results {
		result := "same"
		if !r.OK {
			result, bad = "DIFFERENT", bad+1
		}
		e := set.Scenarios[i].Expect
		rows[i] = map[string]any{
			"scenario": r.Name, "result": result, "level": e.Level, "gating": e.Gating, "policy_allow": e.Allow,
			"output_sha256": r.Got, "pinned_sha256": r.Want, "problems": strings.Join(r.Problems, "; "),
		}
	}
	if err := p.table(rows, "scenario", "result", "level", "gating", "policy_allow", "output_sha256", "problems"); err != nil {
		return err
	}
	if bad > 0 || len(results) == 0 {
		fmt.Fprintf(p.err, "%d of %d scenarios differ from version %d.\n", bad, len(results), set.Version)
		return errQuiet(exitFailed)
	}
	fmt.Fprintf(p.err, "%d scenarios of version %d: same outputs.\n", len(results), set.Version)
	return nil
}
