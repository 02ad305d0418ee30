package frostgate

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// BundleQuery says what a bundle of evidence is to hold. Exactly one of
// Decision, Subject, Absent, All and a time (From, To) is given; Absent takes
// From and To too.
type BundleQuery struct {
	Decision string    // decision ID
	Subject  string    // KIND:VALUE
	From, To time.Time // recorded at or after, and before; To may be left out
	All      bool      // the whole log
	Absent   string    // kind of artifact of which none was recorded
	// HeadersOnly leaves the payloads out.
	HeadersOnly bool
}

// Bundle writes a bundle to w and says how long it is. After an error what was
// written is no bundle. Check it with receipt.VerifyBundle.
func (c *Client) Bundle(ctx context.Context, q BundleQuery, w io.Writer) (int64, error) {
	rq, err := q.request()
	if err != nil {
		return 0, err
	}
	for try := 0; ; try++ {
		res, err := c.open(ctx, rq)
		if err == nil {
			n, err := io.Copy(w, res.Body)
			if cerr := res.Body.Close(); err == nil {
				err = cerr
			}
			if err != nil {
				return n, &UnreachableError{URL: c.base, Err: err}
			}
			return n, nil
		}
		pause, again := c.again(err, try, rq)
		if !again {
			return 0, err
		}
		if werr := c.wait(ctx, pause); werr != nil {
			return 0, errors.Join(err, werr)
		}
	}
}

func (q *BundleQuery) request() (*request, error) {
	timed := !q.From.IsZero() || !q.To.IsZero()
	id, kinds := "", 0
	for _, k := range []struct {
		is bool
		id string
	}{
		{q.Decision != "", q.Decision}, {q.Subject != "", "subject"}, {q.All, "tenant"}, {q.Absent != "", "absence"}, {timed && q.Absent == "", "range"},
	} {
		if k.is {
			id, kinds = k.id, kinds+1
		}
	}
	if kinds != 1 {
		return nil, errors.New("a bundle is of one decision, one subject, a time, the absence of an artifact in a time, or all: choose one")
	}
	query := query{}.str("subject", q.Subject).str("artifact", q.Absent).time("from", q.From).time("to", q.To)
	if q.HeadersOnly {
		query.str("openings", "false")
	}
	return &request{method: http.MethodGet, path: in("evidence", "bundles", id), query: url.Values(query), accept: "*/*"}, nil
}

// VerifyEvidence has the server verify a bundle, a receipt or a saved answer with
// its own keys. Whoever does not trust the server uses the package receipt.
func (c *Client) VerifyEvidence(ctx context.Context, file []byte) (jsontext.Value, error) {
	rep, err := c.do(ctx, &request{method: http.MethodPost, path: in("evidence", "verify"), body: file, media: "application/vnd.frostgate.bundle"})
	if err != nil {
		return nil, err
	}
	return jsontext.Value(rep.body), nil
}
