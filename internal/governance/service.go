package governance

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"

	"golang.org/x/mod/sumdb/note"
)

// Deps are what governance stands on.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock
	Log   *evidence.Sequencer
	// Signer signs mission envelopes; VerifierKey is its public key in note
	// form.
	Signer      note.Signer
	VerifierKey string
	// OlderKeys are further keys that are trusted: envelopes stay valid while the
	// key that signed them is not revoked.
	OlderKeys []string
	// Never is asked by the rules-of-engagement evaluation; nil asks nobody.
	Never decision.NeverBlock
	// Rules is shared with the process's other services; nil is one of its own.
	Rules *RuleCache
	// PolicyOff is policy.enforce=false, which only env=dev admits.
	PolicyOff bool
}

// Service is the registry, the rulesets and the missions. It is safe for
// concurrent use.
type Service struct {
	Deps
	trust    note.Verifiers
	rows     *changeRows
	missions missionTable
	spending spending

	platform atomic.Pointer[active]
	slots    sync.Map // domain.TenantID -> *slot
	compiled cache
	counts   *ruleCounts
	// lane lets one platform change at a time commit and replace platform.
	lane chan struct{}
	// texts lets few unpack documents of rules at a time.
	texts chan struct{}
	// measure gives how long fn takes; tests replace it.
	measure func(fn func()) time.Duration
}

var (
	_ decision.Rulesets = (*Service)(nil)
	_ decision.Missions = (*Service)(nil)
	_ decision.Sink     = (*Service)(nil)
)

// New returns the service; EnsureDefaults makes it ready. The service is also a
// decision.Rulesets, a decision.Missions, and the decision.Sink that stores what
// missions spend.
func New(d Deps) (*Service, error) {
	var verifiers []note.Verifier
	for _, vkey := range append([]string{d.VerifierKey}, d.OlderKeys...) {
		v, err := note.NewVerifier(vkey)
		if err != nil {
			return nil, fmt.Errorf("key of mission envelopes: %w", err)
		}
		verifiers = append(verifiers, v)
	}
	s := &Service{
		Deps: d, trust: note.VerifierList(verifiers...), rows: newChangeRows(d.Clock), lane: make(chan struct{}, 1), texts: make(chan struct{}, textReaders), measure: elapsed,
		missions: missionTable{byID: make(map[missionKey]*missionState)}, spending: spending{n: make(map[missionKey]int64)},
		compiled: cache{byKey: make(map[cacheKey]*cached)}, counts: newRuleCounts(d.Clock.Now()),
	}
	if s.Rules == nil {
		s.Rules = NewRuleCache()
	}
	s.platform.Store(&active{err: errNotLoaded()})
	return s, nil
}

func elapsed(fn func()) time.Duration {
	from := clock.Monotonic()
	fn()
	return clock.Monotonic().Sub(from)
}

func principalOf(by evidence.Actor) domain.PrincipalID {
	if by.Principal == nil {
		return evidence.SystemPrincipal
	}
	return by.Principal.ID
}
