package sigma_test

import (
	"errors"
	"strings"
	"testing"

	"frostgate.io/frostgate/sigma"
)

// TestHostileEvents: values of a size and kind that nobody logs are matched in
// bounded work. A stall shows as a test that doesn't end.
func TestHostileEvents(t *testing.T) {
	t.Parallel()
	set, err := sigma.Compile(publicRules(t), sigma.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := set.NewMatcher()
	size := 1 << 20
	if testing.Short() {
		size = 1 << 17
	}
	for name, unit := range map[string]string{
		"letters": "a", "stars": "*", "dollars": "$(", "backslashes": `\\`, "wide": "\u017f\u0130", "hex": "4d5a",
		"literals": `powershell -enc rundll32 http://1.2.3.4/ \\AppData\\Local\\Temp\\x.exe cmd /c certutil `,
		"escapes":  `\u0041\ud800`, "bad UTF-8": "\xff\xc3",
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Repeat(unit, size/len(unit))
			for _, event := range []string{
				`{"Event":{"System":{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1},"EventData":{"Image":"` + text +
					`","CommandLine":"` + text + `","ParentImage":"` + text + `","ParentCommandLine":"` + text + `"}}}`,
				`{"Event":{"System":{"Channel":"` + text + `","EventID":"` + text + `"},"EventData":{"Image":1}}}`,
				`{"logsource":{"product":"` + text + `","category":"` + text + `"},"CommandLine":"` + text + `"}`,
			} {
				if _, err := m.Match([]byte(event)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	deep := `{"Event":` + strings.Repeat(`{"a":`, 200) + `1` + strings.Repeat(`}`, 200) + `}`
	if _, err := m.Match([]byte(deep)); !errors.Is(err, sigma.ErrTooLarge) {
		t.Errorf("deep: %v", err)
	}
	if found, err := m.Match([]byte(`{}`)); err != nil || len(found) > 0 || m.Pipeline() != "" {
		t.Errorf("afterwards: %v %v", found, err)
	}
}
