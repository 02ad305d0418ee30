package main

import "testing"

func TestParseGoBench(t *testing.T) {
	t.Parallel()
	got := parseGoBench("goos: linux\n" +
		"BenchmarkProof/frostgate-2 \t 1\t2004814172 ns/op\t 2.955 p50-ms\t 7.235 p99-ms\n" +
		"BenchmarkProof/frostgate-2 \t 1\t2004814172 ns/op\t 2.829 p50-ms\t 7.361 p99-ms\n" +
		"BenchmarkEvidenceCost/tenants=16-2 \t 1\t5 ns/op\t-3.5 both-cpu-%\nPASS\n")
	if v, ok := got.of("Proof/frostgate", "p50-ms"); !ok || v < 2.891 || v > 2.893 {
		t.Errorf("p50 %v %v", v, ok)
	}
	if v, ok := got.of("EvidenceCost/tenants=16", "both-cpu-%"); !ok || v != -3.5 {
		t.Errorf("cost %v %v", v, ok)
	}
	if _, ok := got.of("Proof/tessera", "p50-ms"); ok {
		t.Error("a figure that nobody measured")
	}
}
