package saved

import (
	"testing"

	"frostgate.io/frostgate/receipt"
)

func TestReadRefusesWhatHoldsNoProof(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, `7`, `[]`, `{}`, `{"receipt":7}`, `{"decision":{}}`, `{"receipt":{"level":"committed"}}`, `{"receipt":{},"receipt":{}}`} {
		if _, err := Read([]byte(text)); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}

func FuzzAnswerClaims(f *testing.F) {
	f.Add([]byte(`{"threat_level":"none","score":1,"receipt":{}}`), `{"level":"none","score":1,"mitigations":[{"confidence":"0.5"}]}`)
	f.Add([]byte(`{"event":{"payload":{"a":[1]}},"decision":{"explain":{"trace":[{"values":{}}]}}}`), `{"trace":[{"values":[{"name":"a"}]}],"tie_d":7,"policy":null}`)
	f.Fuzz(func(t *testing.T, file []byte, group string) {
		c, err := claimsOf(file)
		if err != nil {
			return
		}
		rc := testReceipt(group)
		_, _, _ = c.check(rc, testHeader()) // whatever it says: it must not panic
	})
}

func testReceipt(group string) *receipt.Receipt {
	return &receipt.Receipt{Log: "l", Openings: map[string]receipt.Opening{"decision": {Value: group}, "event": {Value: group}}}
}

func testHeader() *receipt.Header {
	return &receipt.Header{Artifact: "decision", Log: "l", Index: 3, Prev: 1}
}

func FuzzErasureClaims(f *testing.F) {
	f.Add([]byte(`{"parts":[{"index":1,"receipt":{},"x":1}],"indexes":[[1,2]]}`), `{"indexes":[[1,2]],"reason":"r","requested_by":"p","subject":"00","subject_kind":"ip"}`,
		`{"already_gone":0,"copies":[{"kept":"","rows":1,"what":"w"}],"key_versions":[{"ring":"","version":1}],"leaves":1,"master_key":"m","parts":1,"size":9}`)
	f.Fuzz(func(t *testing.T, file []byte, erasure, certificate string) {
		_, _ = partsOf(file)
		c, err := claimsOf(file)
		if err != nil {
			return
		}
		h := testHeader()
		h.Artifact = kindErasure
		rc := &receipt.Receipt{Log: "l", Openings: map[string]receipt.Opening{"erasure": {Value: erasure}, "certificate": {Value: certificate}}}
		want, part, err := openedErasure(rc, h)
		if err != nil {
			return
		}
		if part != nil {
			whole(want, part.Indexes, 1)
		}
		c.erasure = want
		_, _, _ = c.check(rc, h) // whatever it says: it must not panic
	})
}
