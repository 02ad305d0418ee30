package impact

import (
	"testing"

	"pgregory.net/rapid"

	"frostgate.io/frostgate/internal/domain"
)

func blocks(n int) []domain.Mitigation {
	out := make([]domain.Mitigation, n)
	for i := range out {
		out[i] = domain.Mitigation{Action: "block_ip", TargetKind: "ip", Target: "192.0.2.1"}
	}
	return out
}

func TestOneBlock(t *testing.T) {
	t.Parallel()
	s, u, steps := Estimate(blocks(1), 1000, false, nil)
	if s != 350 || u != 200 || len(steps) != 1 {
		t.Fatalf("got %d %d %v, want 350 200 and one step", s, u, steps)
	}
	if s, u, steps := Estimate(nil, 1300, false, nil); s != 0 || u != 0 || steps != nil {
		t.Fatalf("no mitigation costs %d %d %v", s, u, steps)
	}
}

func TestUnknownActionCostsAll(t *testing.T) {
	t.Parallel()
	s, u := Of(&domain.Mitigation{Action: "format_disk"}, 1000, nil)
	if s != 1000 || u != 1000 {
		t.Fatalf("got %d %d, want all", s, u)
	}
}

type fixed struct{ s, u domain.Milli }

func (f fixed) BlastRadius(string, string) (domain.Milli, domain.Milli, bool) { return f.s, f.u, true }

// TestMonotone holds the package's invariant against random sets.
func TestMonotone(t *testing.T) {
	t.Parallel()
	actions := []string{"block_ip", "isolate_host", "disable_user", "notify", "rate_limit_ip", "no_such"}
	rapid.Check(t, func(r *rapid.T) {
		names := rapid.SliceOfN(rapid.SampledFrom(actions), 0, 8).Draw(r, "actions")
		ring := domain.Milli(rapid.IntRange(0, 3000).Draw(r, "ring"))
		g := fixed{domain.Milli(rapid.IntRange(-5, 1200).Draw(r, "s")), domain.Milli(rapid.IntRange(0, 1000).Draw(r, "u"))}
		var ms []domain.Mitigation
		var lastS, lastU domain.Milli
		for _, a := range names {
			ms = append(ms, domain.Mitigation{Action: a})
			s, u, _ := Estimate(ms, ring, false, g)
			if s < lastS || u < lastU || s > 1000 || u > 1000 {
				r.Fatalf("adding %s: %d,%d after %d,%d", a, s, u, lastS, lastU)
			}
			lastS, lastU = s, u
			ls, lu, _ := Estimate(ms, ring, true, g)
			if ls > s || lu > u {
				r.Fatalf("limited %d,%d is more than %d,%d", ls, lu, s, u)
			}
			hs, hu, _ := Estimate(ms, ring+100, false, g)
			if hs < s || hu < u {
				r.Fatalf("a higher ring lowers %d,%d to %d,%d", s, u, hs, hu)
			}
			if a == "block_ip" && (ls < 350 || lu < 200) {
				r.Fatalf("block_ip costs %d,%d", ls, lu)
			}
			ps, pu, _ := Estimate(ms, ring, false, nil)
			if ps > s || pu > u {
				r.Fatalf("a graph lowers %d,%d to %d,%d", ps, pu, s, u)
			}
		}
	})
}

func BenchmarkEstimate(b *testing.B) {
	ms := blocks(1)
	b.ReportAllocs()
	for b.Loop() {
		Estimate(ms, 1100, false, nil)
	}
}
