package detect

import (
	"testing"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Two rules that want the same thing want it once.
func TestEqualProposalsAreOne(t *testing.T) {
	t.Parallel()
	s := compile(t, `version: "1"
scenarios:
  - {id: a, points: 10, when: "true", mitigations: [{action: block_ip, target: src_ip, target_kind: ip, confidence: 500, ttl: 2h}]}
  - {id: b, points: 10, when: "true", mitigations: [{action: block_ip, target: src_ip, target_kind: ip, confidence: 900, ttl: 1h}, {action: notify, target: src_ip, confidence: 100}]}
default: {id: none}
`)
	got := s.Evaluate(&domain.Event{SourceIP: "192.0.2.1"}, jsondoc.Value{}, nil, nil).Mitigations
	if len(got) != 2 || got[0].Confidence != 900 || got[0].TTLSeconds != 7200 || got[0].Reason != "a" || got[1].Action != "notify" {
		t.Fatalf("%+v", got)
	}
}
