package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence/saved"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
	"frostgate.io/frostgate/receipt"
)

const (
	// maxVerify bounds a bundle, maxVerifySaved a saved answer or receipt.
	maxVerify      = int64(64 << 20)
	maxVerifySaved = int64(receipt.MaxSize)
	// verifyTime bounds reading and checking.
	verifyTime = 2 * time.Minute
	// bundleStart begins every bundle.
	bundleStart = "frostgate.io/bundle/"
)

// codeUnreadable refuses what is neither a bundle nor holds a receipt.
const codeUnreadable fault.Code = "unreadable"

// verdict is what the answers for bundles and receipts have in common.
type verdict struct {
	Word   saved.Verdict  `json:"verdict" enum:"verified|unpinned|not_verified" doc:"The verdict in one word."`
	Valid  bool           `json:"valid"`
	Pinned bool           `json:"pinned"`
	Signer string         `json:"signer" doc:"Fingerprint of the key that signed."`
	Level  string         `json:"level,omitempty" doc:"committed, anchored or witnessed: what the proofs show."`
	Checks []verdictCheck `json:"checks" doc:"In the order they were made; the first failure ends them."`
	Root   bool           `json:"vouched,omitempty" doc:"No pinned key signed the log's own checkpoint; the root log, which a pinned key signed, holds it."`
	Beside []string       `json:"not_covered,omitempty" doc:"Members of a saved answer or receipt that no part of the proof speaks of."`
	Trust  verdictTrust   `json:"trust"`
}

type verdictCheck struct {
	Name    string `json:"check"`
	OK      bool   `json:"ok"`
	Skipped bool   `json:"skipped,omitempty"`
	Detail  string `json:"detail"`
}

// verdictTrust says whose keys a verdict rests on.
type verdictTrust struct {
	Whose     string   `json:"whose"`
	Keys      []string `json:"keys" doc:"Verifier keys."`
	Witnesses []string `json:"witnesses,omitempty" doc:"Witnesses of this server's policy."`
}

// bundleVerdict and savedVerdict are the reports of the command line with whose
// keys they rest on.
type bundleVerdict struct {
	Word                  saved.Verdict `json:"verdict"`
	*receipt.BundleReport `json:",inline"`
	Trust                 verdictTrust `json:"trust"`
}

type savedVerdict struct {
	*saved.Report `json:",inline"`
	Trust         verdictTrust `json:"trust"`
}

func (s *Server) verifyRoute() *Route {
	e := withBody[verdict](text("application/json", s.verify))
	e.reqMedia = bundleMedia
	return &Route{
		Method: http.MethodPost, Path: prefixV1 + "/evidence/verify", Aliases: []string{"/evidence/verify"},
		Access: scoped, Scope: domain.ScopeEvidenceRead, Class: tenant.ClassRead, Tag: "evidence",
		Summary: "Verify a bundle, a receipt or a saved answer with this server's own keys",
		Doc: "The body is the file as it is, a bundle up to 64 MiB or JSON up to 4 MiB. The same body gives the same answer; 200 with valid false when a check fails, " +
			"422 when there is nothing in it to check. Whoever does not trust this server runs `frostgate evidence verify` elsewhere, which gives the same report. " +
			"Members beyond these tell of bundles what they hold.",
		endpoint: e,
	}
}

// verify reads the body as a stream: it is checked in one pass.
func (s *Server) verify(ctx context.Context, x *exchange, c *Call) error {
	done, err := s.uploads.take(c.Tenant())
	if err != nil {
		return err
	}
	defer done()
	if e := c.Request.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return fault.New(codeMedia, "Content-Encoding %q is not supported; send the file as it is", clip(e)).At("Content-Encoding")
	}
	trust, whose, err := s.ownTrust()
	if err != nil {
		return err
	}
	extend(x, verifyTime, verifyTime)
	body := &bodyReader{r: http.MaxBytesReader(x, c.Request.Body, maxVerify)}
	in := bufio.NewReaderSize(body, 64<<10)
	var out any
	if start, _ := in.Peek(len(bundleStart)); string(start) == bundleStart {
		out, err = verifyBundle(in, body, trust, whose)
	} else {
		out, err = verifySaved(in, body, trust, whose)
	}
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	text, err := json.Marshal(out, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("encode a verdict: %w", err)
	}
	x.Header().Set("Content-Type", "application/json")
	_, _ = x.Write(text) // the reader is gone
	return nil
}

// bodyReader remembers why a body could not be read to its end.
type bodyReader struct {
	r   io.Reader
	err error
}

func (b *bodyReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = bodyError(err, maxVerify)
	}
	return n, err
}

func verifyBundle(in io.Reader, body *bodyReader, trust receipt.Trust, whose verdictTrust) (any, error) {
	report, err := receipt.VerifyBundle(in, trust)
	if body.err != nil {
		return nil, body.err
	}
	var unreadable *receipt.FormatError
	if errors.As(err, &unreadable) {
		return nil, fault.Wrap(codeUnreadable, err, "The body is no bundle: %s", unreadable.Reason)
	}
	return &bundleVerdict{saved.VerdictOf(report.Valid, report.Pinned), report, whose}, nil
}

func verifySaved(in io.Reader, body *bodyReader, trust receipt.Trust, whose verdictTrust) (any, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxVerifySaved+1))
	switch {
	case body.err != nil:
		return nil, body.err
	case err != nil:
		return nil, bodyError(err, maxVerifySaved)
	case int64(len(data)) > maxVerifySaved:
		return nil, tooLarge(maxVerifySaved, limitBody)
	}
	doc, err := saved.Read(data)
	if err != nil {
		return nil, fault.Wrap(codeUnreadable, err, "The body is no bundle and holds no readable receipt: %v", err)
	}
	return &savedVerdict{saved.ReportOf(doc.Verify(trust)), whose}, nil
}

// ownTrust pins this server's own keys and witnesses.
func (s *Server) ownTrust() (receipt.Trust, verdictTrust, error) {
	whose := verdictTrust{Whose: "the log keys and the witness policy of the server that answers", Keys: verifierKeys(s.deps.LogKeys)}
	trust, err := receipt.NewTrust(whose.Keys...)
	if err != nil {
		return trust, whose, fmt.Errorf("own keys: %w", err)
	}
	if p := s.deps.Evidence.Anchors.Policy(); p != nil {
		trust = trust.WithPolicy(p)
		for _, w := range p.Witnesses() {
			whose.Witnesses = append(whose.Witnesses, w.Name)
		}
	}
	// It reports what is proven, with the level, and refuses nothing for that.
	return trust.Accepting(receipt.Committed), whose, nil
}
