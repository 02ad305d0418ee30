package saved

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/receipt"
)

// own is what a receipt is read from; the values don't matter to the claims.
const own = `"level":"committed","log":"l","index":3,"leaf_hash":"x","entry":"e","proof":"p"`

func checked(t *testing.T, file string, rc *receipt.Receipt, h *receipt.Header) (*receipt.Check, []string, error) {
	t.Helper()
	c, err := claimsOf([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return c.check(rc, h)
}

func TestWhatNoProofSpeaksOfIsListed(t *testing.T) {
	t.Parallel()
	closed := &receipt.Receipt{Log: "l", Index: 3, Level: "committed", Entry: "e", Proof: "p"}
	opened := testReceipt(`{"level":"high","score":7}`)
	for name, tc := range map[string]struct {
		file string
		rc   *receipt.Receipt
		want []string
		ok   bool
	}{
		"beside a bare receipt":          {`{` + own + `,"threat_level":"none","score":0,"mitigations":[]}`, closed, []string{"mitigations", "score", "threat_level"}, false},
		"in a receipt":                   {`{"receipt":{` + own + `,"threat_level":"none","url":"u"}}`, closed, []string{"receipt.threat_level", "receipt.url"}, false},
		"in the parts of a receipt":      {`{` + own + `,"anchor":{"slot":1,"note":"n"},"openings":{"event":{"salt":"s","value":"v","seen":1}}}`, closed, []string{"anchor.note", "openings.event.seen"}, false},
		"in a receipt within a decision": {`{"decision":{"receipt":{` + own + `,"b":1},"a":1},"c":1}`, closed, []string{"c", "decision.a", "decision.receipt.b"}, false},
		"a decision that is a receipt":   {`{"decision":{` + own + `,"threat_level":"none"}}`, closed, []string{"decision.threat_level"}, false},
		"two receipts":                   {`{"receipt":{` + own + `},"decision":{"receipt":{"log":"l","level":"witnessed"}}}`, closed, []string{"decision.receipt.level"}, false},
		"a receipt and its copy":         {`{"receipt":{` + own + `},"decision":{"receipt":{"log":"l","level":"committed","entry":"e","proof":"p","x":1}}}`, closed, []string{"decision.receipt.x"}, false},
		"another proof":                  {`{"receipt":{` + own + `},"decision":{"receipt":{"proof":"q"}}}`, closed, []string{"decision.receipt.proof"}, false},
		"an event that is not opened":    {`{"event":{"source":"x"},"decision":{"receipt":{` + own + `}}}`, closed, []string{"event"}, false},
		"beside fields that are opened":  {`{"threat_level":"high","verdict":"allow","receipt":{` + own + `,"z":1}}`, opened, []string{"receipt.z", "verdict"}, true},
		"bare receipt with an opening":   {`{` + own + `,"threat_level":"high","verdict":"allow"}`, opened, []string{"verdict"}, true},
		"nothing that is opened":         {`{` + own + `,"verdict":"allow"}`, opened, []string{"verdict"}, false},
		"names that look like others":    {`{` + own + `,"a, b":1,"receipt.x":1,"":1}`, closed, []string{`""`, `"a, b"`, `"receipt.x"`}, false},
	} {
		for range 3 { // maps come in any order
			c, got, err := checked(t, tc.file, tc.rc, testHeader())
			if err != nil || c == nil || c.OK != tc.ok || c.Skipped == tc.ok {
				t.Errorf("%s: %+v %v", name, c, err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
	for _, file := range []string{`{` + own + `}`, `{"receipt":{` + own + `,"anchor":{"slot":1},"openings":{}}}`} {
		if c, got, err := checked(t, file, closed, testHeader()); c != nil || got != nil || err != nil {
			t.Errorf("%s claims something: %+v %v %v", file, c, got, err)
		}
	}
}

func TestWhatContradictsTheProofFails(t *testing.T) {
	t.Parallel()
	closed := &receipt.Receipt{Log: "l", Index: 3, Level: "committed", Entry: "e", Proof: "p"}
	opened := testReceipt(`{"level":"high","score":7,"request":{"source":"s"}}`)
	for file, rc := range map[string]*receipt.Receipt{
		`{` + own + `,"threat_level":"none"}`:                                    opened,
		`{"threat_level":"none","verdict":"allow","receipt":{` + own + `}}`:      opened,
		`{"decision":{"score":8,"receipt":{` + own + `}},"event":{}}`:            opened,
		`{"decision":{"receipt":{` + own + `}},"event":7}`:                       opened,
		`{"decision_id":"l-4","receipt":{` + own + `}}`:                          closed, // another decision's answer
		`{` + own + `,"decision_id":"l-4"}`:                                      closed,
		`{"diff":{"previous_decision_id":"l-2"},"receipt":{` + own + `}}`:        closed,
		`{"receipt":{` + own + `},"decision":{"receipt":{"log":"l","index":4}}}`: closed,
		`{"receipt":{` + own + `},"decision":{"receipt":{"entry":"f"}}}`:         closed,
	} {
		if c, _, err := checked(t, file, rc, testHeader()); err == nil || c == nil || c.OK || c.Skipped {
			t.Errorf("%s passed: %+v", file, c)
		}
	}
	// What the header tells is held against even where nothing is opened.
	c, left, err := checked(t, `{"decision_id":"l-3","diff":{"previous_decision_id":"l-1"},"receipt":{`+own+`}}`, closed, testHeader())
	if err != nil || !c.OK || len(left) > 0 {
		t.Errorf("its own ID: %+v %v %v", c, left, err)
	}
	// Of another kind of entry nothing is known in an answer's words.
	h := testHeader()
	h.Artifact = "attestation"
	if c, left, err := checked(t, `{"decision_id":"l-4","receipt":{`+own+`}}`, closed, h); err != nil || !c.Skipped || len(left) != 1 {
		t.Errorf("another kind: %+v %v %v", c, left, err)
	}
}

func TestVerdictInOneWord(t *testing.T) {
	t.Parallel()
	for want, is := range map[Verdict][2]bool{Verified: {true, true}, Unpinned: {true, false}, NotVerified: {false, true}} {
		if got := VerdictOf(is[0], is[1]); got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
	if got := VerdictOf(false, false); got != NotVerified {
		t.Errorf("unpinned and not valid: %s", got)
	}
}
