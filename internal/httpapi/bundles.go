package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
	"frostgate.io/frostgate/receipt"
)

const bundleMedia = "application/vnd.frostgate.bundle"

const (
	// bundleWait bounds waiting for the epoch, and the witnesses, that a bundle's
	// checkpoint is anchored in.
	bundleWait = 4 * time.Second
	// bundleStep bounds one write to a reader.
	bundleStep = 30 * time.Second
	// bundlePlan bounds the work before the first byte.
	bundlePlan = 60 * time.Second
	// bundleTries is how often a bundle is begun anew while nothing was sent.
	bundleTries = 3
)

// How much of the long work is done at a time: making a bundle reads a part of
// the log, a verification of the log all of it, and a bundle to be verified comes
// in as slowly as its sender likes.
const (
	maxBundles, maxTenantBundles = 8, 2
	maxUploads, maxTenantUploads = 8, 2
	maxChains, maxTenantChains   = 2, 1
)

func (s *Server) bundleRoutes() []*Route {
	return []*Route{s.verifyRoute(), {
		Method: http.MethodGet, Path: prefixV1 + "/evidence/bundles/{id}", Aliases: []string{"/evidence/bundles/{id}"},
		Access: scoped, Scope: domain.ScopeEvidenceRead, Class: tenant.ClassRead, Tag: "evidence",
		Summary: "Evidence as one file that anybody can check offline",
		Doc: "id is a decision ID, or range (from, to), subject (subject=KIND:VALUE), tenant (the whole log) or absence (artifact, from, to: " +
			"that nothing of this kind was recorded). An answer that breaks off is no bundle: its last line, a signature over all before it, is missing. " +
			"`frostgate evidence verify FILE` checks the file without a network.",
		Query: []Param{
			{Name: "from", Kind: paramTime, Doc: "Recorded at or after."},
			{Name: "to", Kind: paramTime, Doc: "Recorded before; default now."},
			{Name: "subject", Doc: "KIND:VALUE; the kind is ip, user or host."},
			{Name: "artifact", Doc: "The kind of entry that is absent, for example erasure."},
			{Name: "openings", Kind: paramBool, Doc: "false: entries without their payloads. Payloads of rings that the key does not name are withheld in any case, and the bundle says so."},
		},
		endpoint: text(bundleMedia, s.bundle),
	}}
}

// bundle streams a bundle.
func (s *Server) bundle(ctx context.Context, x *exchange, c *Call) error {
	q, target, err := s.bundleQuery(ctx, c)
	if err != nil {
		return err
	}
	done, err := s.bundles.take(c.Tenant())
	if err != nil {
		return err
	}
	defer done()
	if err := s.auditRead(ctx, c, target); err != nil {
		return err
	}
	for try := 1; ; try++ {
		out := &bundleWriter{x: x, may: func() error { _, err := s.stillAdmitted(ctx, x.route, c); return err }}
		err := s.sendBundle(ctx, c, q, out)
		if errors.Is(err, evidence.ErrMeanwhile) && !out.begun && try < bundleTries {
			continue // payloads ended meanwhile, and nothing was sent
		}
		return err
	}
}

func (s *Server) sendBundle(ctx context.Context, c *Call, q evidence.BundleQuery, out *bundleWriter) error {
	extend(out.x, bundlePlan, bundlePlan)
	plan, cancel := context.WithTimeout(ctx, bundlePlan)
	defer cancel()
	b, err := s.deps.Evidence.Bundle(plan, c.Tenant(), q)
	if err != nil {
		return err
	}
	m := b.Manifest()
	out.name = fmt.Sprintf("frostgate-%s-%s-%d-%d.bundle", m.Kind, m.Log, m.First, m.Of)
	extend(out.x, 24*time.Hour, 0) // from here on each write has its own limit
	return b.Write(ctx, out)
}

// bundleWriter passes a bundle on, in parts of 64 KiB. It sends the head of the
// answer with its first bytes, so that what fails before is a problem document.
// What fails later cuts the connection: the answer has no length, so no reader
// takes it for whole.
type bundleWriter struct {
	x     *exchange
	may   func() error // asked before each write: a bundle must not outlive its key
	name  string
	media string // empty: a bundle
	begun bool
}

func (w *bundleWriter) Write(p []byte) (int, error) {
	if err := w.may(); err != nil {
		return 0, err
	}
	if !w.begun {
		w.begun = true
		h := w.x.Header()
		h.Set("Content-Type", cmp.Or(w.media, bundleMedia))
		h.Set("Content-Disposition", `attachment; filename="`+w.name+`"`)
		h.Set("Cache-Control", "private, no-store")
	}
	extend(w.x, 0, bundleStep)
	return w.x.Write(p)
}

// bundleQuery reads what is asked for, and names it for the audit.
func (s *Server) bundleQuery(ctx context.Context, c *Call) (q evidence.BundleQuery, target string, err error) {
	q = evidence.BundleQuery{Kind: receipt.BundleKind(c.Path("id")), From: c.Query.time("from"), To: c.Query.time("to"), Artifact: c.Query.text("artifact"), Wait: bundleWait}
	open, given := c.Query.flag("openings")
	q.HeadersOnly = given && !open
	if q.MayOpen, err = s.mayOpen(c); err != nil {
		return q, "", err
	}
	uses := map[receipt.BundleKind][]string{
		receipt.BundleRange: {"from", "to"}, receipt.BundleSubject: {"subject"}, receipt.BundleTenant: {}, receipt.BundleAbsence: {"artifact", "from", "to"},
	}
	if _, known := uses[q.Kind]; !known {
		q.Kind = receipt.BundleDecision
		if q.Index, err = s.indexOf(ctx, c); err != nil {
			return q, "", err
		}
		target = c.Path("id")
	} else {
		target = "bundle:" + string(q.Kind)
	}
	for _, name := range []string{"from", "to", "subject", "artifact"} {
		if c.Query.text(name) != "" && !slices.Contains(uses[q.Kind], name) {
			return q, "", fault.New(fault.Invalid, "a bundle of kind %s takes no %s", q.Kind, name).At(name)
		}
	}
	if q.Kind == receipt.BundleSubject {
		q.Subject, err = subjectOf(c.Query.text("subject"))
	}
	return q, target, err
}

// subjectOf reads KIND:VALUE.
func subjectOf(text string) (domain.Subject, error) {
	kind, value, ok := strings.Cut(text, ":")
	if !ok {
		return domain.Subject{}, fault.New(fault.Invalid, "subject must be KIND:VALUE, for example ip:192.0.2.1").At("subject")
	}
	return domain.Subject{Kind: domain.SubjectKind(kind), Value: value}, nil
}
