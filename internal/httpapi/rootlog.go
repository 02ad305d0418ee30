package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
	"frostgate.io/frostgate/receipt"
)

// maxWait bounds how long a request waits for a level; the answer then has the
// level that was reached.
const maxWait = 10 * time.Second

func waitParam() Param {
	return Param{
		Name: "wait", Enum: []string{string(receipt.Anchored), string(receipt.Witnessed)},
		Doc: "Answer when the receipt has this level, at the latest after 10 seconds: then with the level that it has reached.",
	}
}

// rootStatus is how the log of logs and its witnesses do.
type rootStatus struct {
	Origin       string        `json:"origin" doc:"Name of the root log."`
	Size         uint64        `json:"size" doc:"Entries of the root log."`
	CosignedSize uint64        `json:"cosigned_size" doc:"Entries under the latest checkpoint with a quorum of cosignatures; 0: none."`
	CosignedAt   Time          `json:"cosigned_at,omitzero" doc:"When a quorum cosigned last; absent: never."`
	Alarm        string        `json:"alarm,omitempty" doc:"Why nothing is anchored any more."`
	Quorum       string        `json:"quorum" enum:"none|reached|missed"`
	Needed       int           `json:"needed" doc:"The least number of witnesses that are a quorum; 0: none is asked for."`
	Policy       string        `json:"policy,omitempty" doc:"Who is a quorum, for example 2 of (w1, w2, w3); absent without witnesses."`
	MaxLag       uint64        `json:"max_lag" doc:"The quorum counts as missed when more entries than these wait for cosignatures."`
	Witnesses    []witnessView `json:"witnesses"`
}

type witnessView struct {
	Name   string `json:"name"`
	URL    string `json:"url"`
	VKey   string `json:"vkey" doc:"Its key for cosignatures (C2SP signed-note)."`
	Size   uint64 `json:"size" doc:"Entries that it cosigned last since the start; 0: none."`
	LastOK *Time  `json:"last_ok,omitempty"`
	Error  string `json:"error,omitempty" doc:"Of the last request."`
}

// rootRoutes serve the log of logs. Its files hold nothing of any tenant but how
// many there are and are for everybody: witnesses and monitors have no key.
func (s *Server) rootRoutes() []*Route {
	return []*Route{
		{
			Method: http.MethodGet, Path: prefixV1 + "/evidence/root/checkpoint", Access: public, Tag: "evidence",
			Summary:  "The root log's signed checkpoint (C2SP tlog-checkpoint), cosigned as far as it is",
			endpoint: text("text/plain; charset=utf-8", s.rootCheckpoint),
		}, {
			Method: http.MethodGet, Path: prefixV1 + "/evidence/root/tile/{path...}", Access: public, Tag: "evidence",
			Summary: "A tile of the root log, or a bundle of its entries (C2SP tlog-tiles)", endpoint: text(tileMedia, s.rootTile),
		}, {
			Method: http.MethodGet, Path: prefixV1 + "/evidence/root",
			Access: scoped, Scope: domain.ScopeEvidenceRead, Class: tenant.ClassRead, Tag: "evidence",
			Summary: "How the log of logs and its witnesses do", endpoint: read(s.rootStatus),
		},
	}
}

func (s *Server) rootCheckpoint(_ context.Context, x *exchange, c *Call) error {
	_, signed := s.deps.Evidence.Anchors.Root()
	if signed == nil {
		return fault.New(fault.Unavailable, "The log of logs is damaged or forked; an operator has to look at it.")
	}
	serveCheckpoint(x, c, signed, publicLog)
	return nil
}

func (s *Server) rootTile(ctx context.Context, x *exchange, c *Call) error {
	return s.serveTile(ctx, x, c, evidence.RootLog, publicLog)
}

func (s *Server) rootStatus(ctx context.Context, _ *Call) (rootStatus, error) {
	a := s.deps.Evidence.Anchors
	out := rootStatus{Origin: s.deps.Origin, Quorum: "none", Witnesses: []witnessView{}, MaxLag: evidence.QuorumLag}
	out.Size, _ = a.Root()
	out.CosignedSize, _ = a.Cosigned()
	at, err := a.CosignedAt(ctx)
	if err != nil {
		return out, err
	}
	out.CosignedAt = Time(at)
	if p := a.Policy(); p != nil {
		out.Needed, out.Policy = p.Needed(), p.Quorum()
	}
	if err := a.Healthy(); err != nil {
		out.Alarm = asFault(err).Msg
	}
	for _, w := range a.Witnesses() {
		v := witnessView{Name: w.Name, URL: w.URL, VKey: w.VKey, Size: w.Size}
		if w.LastOK > 0 {
			at := Time(w.LastOK)
			v.LastOK = &at
		}
		if w.Err != nil {
			v.Error = w.Err.Error()
		}
		out.Witnesses = append(out.Witnesses, v)
	}
	if len(out.Witnesses) > 0 {
		out.Quorum = "reached"
		if a.Quorum(evidence.QuorumLag) != nil {
			out.Quorum = "missed"
		}
	}
	return out, nil
}

func waitLevel(q query) receipt.Level { return receipt.Level(q.text("wait")) }

// wait returns when a leaf has the level, or has had time enough to get it.
func (s *Server) wait(ctx context.Context, t domain.TenantID, index uint64, level receipt.Level) error {
	if level == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	if err := s.deps.Evidence.Anchors.Wait(ctx, t, index, level); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// raised waits for a level and reads the decision again, with the receipt as it
// is then.
func (s *Server) raised(ctx context.Context, res *decision.Result, level receipt.Level) (*decision.Result, error) {
	if err := s.wait(ctx, res.Tenant, res.Index, level); err != nil {
		return nil, err
	}
	again, err := s.deps.Decide.Get(ctx, res.Tenant, res.Index)
	if err != nil {
		return nil, err
	}
	again.Replayed = res.Replayed
	return again, nil
}
