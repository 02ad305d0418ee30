package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/source"
	"frostgate.io/frostgate/internal/tenant"
)

const (
	linesMedia = "application/x-ndjson"
	// observeStep bounds how long the sender of a run may say nothing; observeTime
	// how long all of it may take, with the comparison at its end.
	observeStep = 2 * time.Minute
	observeTime = 12 * time.Hour
	// observeAsk is how often it is asked whether the key still may.
	observeAsk = 5 * time.Second
	// Runs and snapshots that come in at the same time.
	maxObserved, maxTenantObserved = 16, 4
)

func (s *Server) observeRoute() *Route {
	e := withBody[runDetail](text("application/json", s.observe))
	e.reqMedia, e.status = linesMedia, http.StatusCreated
	rt := inventoryRoute("POST", "/runs", "Observe: stream the objects of a source", observeDoc, tenant.ClassWrite, e,
		Param{Name: "source", Doc: "Kind of source: directory, upload (default), kubernetes, aws."},
		Param{Name: "name", Doc: "Which of the tenant's sources of that kind (default: default)."},
		Param{Name: "type", Many: true, Doc: "A type that is asked for, by name or label; default all. If the run ends well without objects of a type named here, there are none."},
		Param{Name: "filter.", Rest: true, Doc: "What narrows the selection. Runs with other filters never compare."})
	rt.Scope, rt.Decides = domain.ScopeInventoryWrite, true
	return rt
}

const observeDoc = "The body is NDJSON, of any length, as slow as the source is. A line is one of " +
	`{"object":{...},"place":"a/b.json","type":"...","id":"..."} (place, type and id may be left out where the object shows them), ` +
	`{"failed":{"place":"...","type":"...","reason":"..."}} (something could not be read), ` +
	`{"coverage":{"type":"...","status":"complete|partial|failed|skipped","error":"..."}}, {"folder":"a/b"} (read to its end), ` +
	`{"end":{"objects":n}} (last; it must agree). ` +
	"The answer comes when the run is recorded and compared. If the body breaks off or is too large, the run is aborted: it stays in the list with its reason, and nothing of it counts. " +
	"What can't be read is quarantined and makes absences of its type unknown. One run of a source may be open at a time. Secrets are replaced by keyed hashes before anything is stored."

// observe takes a run as a stream.
func (s *Server) observe(ctx context.Context, x *exchange, c *Call) error {
	begin, err := beginOf(c.Query)
	if err != nil {
		return err
	}
	body, done, err := s.stream(ctx, x, c)
	if err != nil {
		return err
	}
	defer done()
	ctx, cancel := context.WithTimeout(ctx, observeTime)
	defer cancel()
	r, err := s.deps.Inventory.Receive(ctx, c.Tenant(), begin, body, c.actor())
	if err := body.ended(err); err != nil {
		return err
	}
	out, err := s.runDetail(ctx, c, c.Tenant(), r)
	if err != nil {
		return err
	}
	c.Location("inventory", "runs", string(r.ID))
	return sendCreated(x, out)
}

func beginOf(q query) (inventory.Begin, error) {
	kind := q.text("source")
	if kind == "" {
		kind = "upload"
	}
	if _, err := source.Find(source.Kind(kind)); err != nil {
		return inventory.Begin{}, err
	}
	name := q.text("name")
	if name == "" {
		name = "default"
	}
	return inventory.Begin{Source: inventory.Source{Kind: kind, Name: name}, Types: q.texts("type"), Filters: q.rest("filter.")}, nil
}

// stream prepares a body that is read as it comes.
func (s *Server) stream(ctx context.Context, x *exchange, c *Call) (*patientBody, func(), error) {
	if e := c.Request.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, nil, fault.New(codeMedia, "Content-Encoding %q is not supported; send the lines as they are", clip(e)).At("Content-Encoding")
	}
	if ct := c.Request.Header.Get("Content-Type"); ct != "" {
		media, _, err := mime.ParseMediaType(ct)
		if err != nil || media != linesMedia && media != "application/octet-stream" && media != "application/json" && media != "text/plain" && media != "application/x-www-form-urlencoded" {
			return nil, nil, fault.New(codeMedia, "Content-Type %q is not supported; send %s", clip(ct), linesMedia).At("Content-Type")
		}
	}
	done, err := s.observes.take(c.Tenant())
	if err != nil {
		return nil, nil, err
	}
	extend(x, observeStep, observeTime)
	may := func() error { _, err := s.stillAdmitted(ctx, x.route, c); return err }
	return &patientBody{x: x, r: c.Request.Body, may: may, asked: clock.Monotonic()}, done, nil
}

// patientBody reads a body for as long as something comes and the key may send
// it, and remembers why it could not be read to its end.
type patientBody struct {
	x     *exchange
	r     io.Reader
	may   func() error
	asked time.Time
	err   error
}

func (b *patientBody) Read(p []byte) (int, error) {
	now := clock.Monotonic()
	if now.Sub(b.asked) >= observeAsk {
		b.asked = now
		if b.err = b.may(); b.err != nil {
			return 0, b.err
		}
	}
	extend(b.x, observeStep, 0)
	n, err := b.r.Read(p)
	switch {
	case errors.Is(err, io.EOF):
		// Nothing more is read: the deadline must not end the work that follows.
		extend(b.x, observeTime, 0)
	case err != nil:
		b.err = bodyError(err, 0)
		return n, b.err
	}
	return n, err
}

// ended says why the work on a body failed, if it did. The rest of the body is not
// waited for: its sender may be slow.
func (b *patientBody) ended(err error) error {
	if b.err != nil {
		err = b.err
	}
	if err != nil {
		b.x.Header().Set("Connection", "close")
	}
	return err
}

// sendCreated answers a raw request with what it made.
func sendCreated(x *exchange, out any) error {
	text, err := json.Marshal(out, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("encode an answer: %w", err)
	}
	x.Header().Set("Content-Type", "application/json")
	x.WriteHeader(http.StatusCreated)
	_, _ = x.Write(text) // the reader is gone
	return nil
}
