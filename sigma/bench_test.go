package sigma_test

import (
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/sigma"
)

// BenchmarkMatch is the matcher with all of SigmaHQ's rules on real events.
func BenchmarkMatch(b *testing.B) {
	_, set := publicSet(b)
	for _, corpus := range []string{"evtx-attack-samples", "mordor", "splunk-nxlog", "cloudtrail-invictus"} {
		b.Run(corpus, func(b *testing.B) {
			all := events(b, corpus)
			m := set.NewMatcher()
			size := 0
			for _, e := range all {
				size += len(e.raw)
				if _, err := m.Match(e.raw); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(size / len(all)))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if _, err := m.Match(all[i%len(all)].raw); err != nil {
					b.Fatal(err)
				}
				i++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
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
			start, n := time.Now(), 0
			for b.Loop() {
				for _, e := range some {
					if _, _, err := o.match(e.raw); err != nil {
						b.Fatal(err)
					}
				}
				n += len(some)
			}
			b.ReportMetric(float64(n)/time.Since(start).Seconds(), "events/s")
		})
	}
}
