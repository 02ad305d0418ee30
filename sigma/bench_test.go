package sigma_test

import (
	"testing"
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
