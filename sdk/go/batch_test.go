package frostgate_test

import (
	"bufio"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	frostgate "frostgate.io/frostgate/sdk/go"
)

func events(n int, stamp bool) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for i := range n {
			ev := fmt.Sprintf(`{"source_event_id":"%d"}`, i)
			if stamp {
				ev = fmt.Sprintf(`{"timestamp":"2026-01-01T00:00:00Z","source_event_id":"%d"}`, i)
			}
			if !yield([]byte(ev), nil) {
				return
			}
		}
	}
}

// idOf is what the fake server makes an answer of.
func idOf(line string) string {
	_, after, _ := strings.Cut(line, `"source_event_id":"`)
	id, _, _ := strings.Cut(after, `"`)
	return id
}

// decider answers each line, but breaks off or refuses as told by the number
// of the request.
func decider(t *testing.T, requests *atomic.Int64, seen *[]string, fail map[int64]func(w http.ResponseWriter, line int) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n := requests.Add(1)
		if r.URL.RawQuery != "detail=compact" {
			t.Errorf("query %s", r.URL.RawQuery)
		}
		lines := bufio.NewScanner(r.Body)
		for i := 0; lines.Scan(); i++ {
			if f := fail[n]; f != nil && f(w, i) {
				return
			}
			*seen = append(*seen, idOf(lines.Text()))
			if idOf(lines.Text()) == "3" {
				fmt.Fprintf(w, `{"line":%d,"problem":{"status":422,"code":"unknown_mission","detail":"no"}}`+"\n", i+1)
				continue
			}
			fmt.Fprintf(w, `{"event_id":%q,"threat_level":"none"}`+"\n", idOf(lines.Text()))
		}
	}
}

func TestBatchAnswersInOrder(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	var seen []string
	c, _ := server(t, decider(t, &requests, &seen, nil))
	var got []string
	for r, err := range c.DefendBatch(t.Context(), events(10, false), frostgate.BatchOptions{Lines: 4}) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Problem != nil {
			got = append(got, fmt.Sprintf("%d!%s", r.Index, r.Problem.Code))
			continue
		}
		d, err := r.Decision()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%d=%s", r.Index, d.EventID))
	}
	want := []string{"0=0", "1=1", "2=2", "3!unknown_mission", "4=4", "5=5", "6=6", "7=7", "8=8", "9=9"}
	if !slices.Equal(got, want) || requests.Load() != 3 {
		t.Errorf("%d requests, got %v", requests.Load(), got)
	}
}

func TestBatchContinuesAfterABreak(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	var seen []string
	c, _ := server(t, decider(t, &requests, &seen, map[int64]func(http.ResponseWriter, int) bool{
		1: func(w http.ResponseWriter, line int) bool { return line == 2 }, // ends after two answers
		2: func(w http.ResponseWriter, _ int) bool { problem(w, 503, "busy"); return true },
		3: func(w http.ResponseWriter, line int) bool {
			if line == 3 {
				fmt.Fprint(w, `{"line":4,"problem":{"status":503,"code":"busy","detail":"later"}}`+"\n")
			}
			return line == 3
		},
	}))
	n := int64(0)
	for r, err := range c.DefendBatch(t.Context(), events(8, true), frostgate.BatchOptions{}) {
		if err != nil || r.Index != n {
			t.Fatalf("%d: %v %v", n, r, err)
		}
		n++
	}
	if n != 8 || requests.Load() != 4 || !slices.Equal(seen, []string{"0", "1", "2", "3", "4", "5", "6", "7"}) {
		t.Errorf("%d answers of %d requests, server saw %v", n, requests.Load(), seen)
	}
}

func TestBatchDoesNotRepeatEventsWithoutIdentity(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	var seen []string
	c, _ := server(t, decider(t, &requests, &seen, map[int64]func(http.ResponseWriter, int) bool{
		1: func(_ http.ResponseWriter, line int) bool { return line == 2 },
	}))
	var n int
	var last error
	for _, err := range c.DefendBatch(t.Context(), events(8, false), frostgate.BatchOptions{}) {
		if last = err; err == nil {
			n++
		}
	}
	var away *frostgate.UnreachableError
	if n != 2 || requests.Load() != 1 || !errors.As(last, &away) {
		t.Errorf("%d answers of %d requests, %v", n, requests.Load(), last)
	}
}

func TestBatchGivesTheSourcesErrorAfterItsEvents(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	var seen []string
	c, _ := server(t, decider(t, &requests, &seen, nil))
	broken := errors.New("disk gone")
	source := func(yield func([]byte, error) bool) {
		for ev := range events(2, true) {
			yield(ev, nil)
		}
		yield(nil, broken)
	}
	n := 0
	var last error
	for _, err := range c.DefendBatch(t.Context(), source, frostgate.BatchOptions{}) {
		if last = err; err == nil {
			n++
		}
	}
	if n != 2 || !errors.Is(last, broken) {
		t.Errorf("%d answers, %v", n, last)
	}
}

func TestBatchReaderMayStop(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	var seen []string
	c, _ := server(t, decider(t, &requests, &seen, nil))
	for range c.DefendBatch(t.Context(), events(10, true), frostgate.BatchOptions{Lines: 2}) {
		break
	}
}
