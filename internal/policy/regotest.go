package policy

import (
	"context"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/tester"

	"frostgate.io/frostgate/internal/fault"
)

// Test runs the Rego unit tests (rules named test_*) of the modules with the
// same capabilities that decide, and returns how many passed. The error names
// those that did not.
func Test(ctx context.Context, modules map[string][]byte) (passed int, err error) {
	parsed, err := parse(modules)
	if err != nil {
		return 0, err
	}
	results, err := tester.NewRunner().SetCompiler(newCompiler()).SetModules(parsed).RaiseBuiltinErrors(true).RunTests(ctx, nil)
	if err != nil {
		return 0, located(err)
	}
	var failed []string
	for r := range results {
		if r.Pass() {
			passed++
			continue
		}
		what := r.Package + "." + r.Name
		if r.Error != nil {
			what += " (" + r.Error.Error() + ")"
		}
		failed = append(failed, what)
	}
	if len(failed) > 0 {
		slices.Sort(failed)
		return passed, fault.New(fault.Invalid, "policy tests failed: %s", strings.Join(failed, ", "))
	}
	return passed, nil
}
