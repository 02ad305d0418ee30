package fault

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/receipt"
)

// event is something a client sends, once or again.
type event struct {
	n    int
	body string
	key  string // Idempotency-Key, "" for events that name their time
}

// ack is what the server promised about an event.
type ack struct {
	ev    *event
	id    string
	index uint64
	leaf  string
	entry string
	fresh int // answers that were no replay: at most one
}

// answer is the part of a decision response that is checked.
type answer struct {
	DecisionID string `json:"decision_id"`
	Replayed   bool   `json:"replayed"`
	Receipt    struct {
		Index    uint64 `json:"index"`
		LeafHash string `json:"leaf_hash"`
		Entry    string `json:"entry"`
	} `json:"receipt"`
}

// ledger is the client's memory of what it was told. It outlives the server.
type ledger struct {
	mu      sync.Mutex
	next    int
	acked   map[int]*ack
	open    map[int]*event // sent, outcome unknown
	owner   map[uint64]int // log index -> event
	heads   map[uint64]receipt.Hash
	answers int           // acknowledgements, with replays
	refused int           // 503 answers
	counted chan struct{} // closed, and another in its place, when counts change
	trust   receipt.Trust
	// What must not happen.
	lost, duplicated, unverifiable, other []string
}

func newLedger() *ledger {
	return &ledger{
		acked: map[int]*ack{}, open: map[int]*event{}, owner: map[uint64]int{}, heads: map[uint64]receipt.Hash{}, counted: make(chan struct{}),
	}
}

// failures are all broken promises.
func (l *ledger) failures() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for _, list := range [][]string{l.lost, l.duplicated, l.unverifiable, l.other} {
		out = append(out, list...)
	}
	return out
}

func (l *ledger) complain(list *[]string, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*list = append(*list, fmt.Sprintf(format, args...))
}

// sent notes that an event is on its way: from here on it may be recorded.
func (l *ledger) sent(e *event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.acked[e.n] == nil {
		l.open[e.n] = e
	}
}

// refuse counts a 503.
func (l *ledger) refuse() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused++
	l.tell()
}

// tell wakes who waits for a count; the caller holds the lock.
func (l *ledger) tell() {
	close(l.counted)
	l.counted = make(chan struct{})
}

// counts is a moment's view of a ledger.
type counts struct{ acked, refused int }

func (l *ledger) count() counts {
	l.mu.Lock()
	defer l.mu.Unlock()
	return counts{len(l.acked), l.refused}
}

// until waits until the counts are what fn wants.
func (l *ledger) until(t *testing.T, what string, fn func(counts) bool) {
	t.Helper()
	late := time.After(deadline)
	for {
		l.mu.Lock()
		now, next := counts{len(l.acked), l.refused}, l.counted
		l.mu.Unlock()
		if fn(now) {
			return
		}
		select {
		case <-next:
		case <-late:
			t.Fatalf("never happened: %s; %+v", what, now)
		}
	}
}

// acknowledge checks an answer and remembers it.
func (l *ledger) acknowledge(e *event, body []byte) {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil || a.DecisionID == "" {
		l.complain(&l.other, "event %d: unreadable answer %v: %.300s", e.n, err, body)
		return
	}
	head, err := l.verify(body)
	if err != nil {
		l.complain(&l.unverifiable, "event %d: receipt of %s: %v", e.n, a.DecisionID, err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers++
	if root, ok := l.heads[head.Size]; ok && root != head.Root {
		l.other = append(l.other, fmt.Sprintf("the log was forked: two roots at size %d", head.Size))
	}
	l.heads[head.Size] = head.Root
	delete(l.open, e.n)
	got := l.acked[e.n]
	if got == nil {
		got = &ack{ev: e, id: a.DecisionID, index: a.Receipt.Index, leaf: a.Receipt.LeafHash, entry: a.Receipt.Entry}
		l.acked[e.n] = got
		l.tell()
		if other, taken := l.owner[got.index]; taken {
			l.lost = append(l.lost, fmt.Sprintf("events %d and %d both got index %d", other, e.n, got.index))
		}
		l.owner[got.index] = e.n
	}
	if !a.Replayed {
		got.fresh++
	}
	if got.fresh > 1 || got.id != a.DecisionID || got.leaf != a.Receipt.LeafHash || got.entry != a.Receipt.Entry {
		l.duplicated = append(l.duplicated, fmt.Sprintf("event %d: was %s (leaf %s), now %s (leaf %s), replayed %t", e.n, got.id, got.leaf, a.DecisionID, a.Receipt.LeafHash, a.Replayed))
	}
}

// verify checks a receipt offline with the log's public key.
func (l *ledger) verify(body []byte) (receipt.Checkpoint, error) {
	r, err := receipt.FromResponse(body)
	if err != nil {
		return receipt.Checkpoint{}, err
	}
	report, err := receipt.Verify(r, l.trust)
	if err != nil {
		return receipt.Checkpoint{}, err
	}
	if !report.Pinned {
		return receipt.Checkpoint{}, fmt.Errorf("key not pinned")
	}
	return report.Checkpoint, nil
}
