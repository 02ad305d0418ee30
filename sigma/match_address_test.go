package sigma

import (
	"net/netip"
	"testing"
)

// FuzzAddr holds the reading of addresses against that of netip.
func FuzzAddr(f *testing.F) {
	for _, seed := range []string{
		"1.2.3.4", "255.255.255.255", "256.1.1.1", "01.2.3.4", "1.2.3", "1.2.3.4.5", "1.2.3.", "::", "::1", "1::", "1:2:3:4:5:6:7:8",
		"1:2:3:4:5:6:7::", "::ffff:1.2.3.4", "fe80::1:2", "1::2::3", ":::", "1:2:3:4:5:6:7:8:9", "12345::", "1:2:3:4:5:6:1.2.3.4", ":1", "1:", "::1.2.3",
		"1:2:3:4:5:6:7:1.2.3.4", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8", "0:0::0:0",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, err := netip.ParseAddr(text)
		got, ok := parseAddr([]byte(text))
		if want.Zone() != "" {
			return
		}
		if ok != (err == nil) || ok && got != want {
			t.Errorf("%q: %v %v, netip says %v %v", text, got, ok, want, err)
		}
	})
}
