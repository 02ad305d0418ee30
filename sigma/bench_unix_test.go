//go:build unix

package sigma_test

import (
	"strings"
	"syscall"
	"testing"

	"frostgate.io/frostgate/sigma"
)

// used is the processor time of this process in seconds: what is compared must
// not depend on what else the machine does.
func used(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// BenchmarkNaive is the oracle on a part of the same events: what the means of
// the matcher are worth.
func BenchmarkNaive(b *testing.B) {
	o := newOracle(publicRules(b), sigma.Builtin())
	for _, corpora := range []string{"evtx-attack-samples evtx-to-mitre-attack splunk-capattack", "mordor", "splunk-nxlog"} {
		var all, some []event
		for corpus := range strings.FieldsSeq(corpora) {
			all = append(all, events(b, corpus)...)
		}
		for i := 0; i < len(all); i += max(1, len(all)/1000) {
			some = append(some, all[i])
		}
		first, _, _ := strings.Cut(corpora, " ")
		b.Run(first, func(b *testing.B) {
			start, n := used(b), 0
			for b.Loop() {
				for _, e := range some {
					if _, _, err := o.match(e.raw); err != nil {
						b.Fatal(err)
					}
				}
				n += len(some)
			}
			b.ReportMetric(float64(n)/(used(b)-start), "events/s")
		})
	}
}
