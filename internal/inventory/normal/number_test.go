package normal

import (
	"testing"

	"frostgate.io/frostgate/internal/jsondoc"
)

func TestNumbersHaveOneForm(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "-0.0": "0", "0e5": "0", "1": "1", "1.0": "1", "1e3": "1000", "10e-1": "1",
		"-7.000": "-7", "1.5": "1.5", "15e-1": "1.5", "0.1": "0.1", "0.10": "0.1", "1E-7": "1e-7",
		"0.0000001": "1e-7", "0.000001": "0.000001", "1e-10": "1e-10", "1.25e-300": "1.25e-300",
		"9007199254740991": "9007199254740991", "9007199254740993": "9007199254740993",
		"9007199254740993.0": "9007199254740993", "9223372036854775807": "9223372036854775807",
		"-9223372036854775808": "-9223372036854775808",
		// Beyond any integer of ours and any double: as sent.
		"9223372036854775808": "9223372036854775808", "123456789012345678901234567890": "123456789012345678901234567890",
		"1e400": "1e400", "1e-400": "1e-400", "123456789012345678901.5": "123456789012345678901.5",
		"1e21": "1e+21", "1E+21": "1e+21", "1e20": "100000000000000000000", "1.5e300": "1.5e+300",
	} {
		d, err := jsondoc.Parse([]byte(in), jsondoc.Limits{})
		if err != nil {
			t.Fatal(in, err)
		}
		got := string(appendNumber(nil, d.Root()))
		if got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
		if d, err = jsondoc.Parse([]byte(got), jsondoc.Limits{}); err != nil || string(appendNumber(nil, d.Root())) != got {
			t.Errorf("%s: %s is not its own form (%v)", in, got, err)
		}
	}
}
