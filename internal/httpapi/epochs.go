package httpapi

import (
	"context"

	"frostgate.io/frostgate/internal/evidence"
)

// epochView is one entry of the log of logs.
type epochView struct {
	Index   uint64      `json:"index"`
	Kind    string      `json:"kind" enum:"genesis|epoch|key" doc:"epoch: a checkpoint of each tenant's log; key: what happened to a log key; genesis: the beginning."`
	At      Time        `json:"at"`
	Level   string      `json:"level" enum:"anchored|witnessed" doc:"witnessed: a quorum of witnesses cosigned it."`
	Tenants uint64      `json:"tenants,omitzero" doc:"Of an epoch: places of tenants' logs in its tree."`
	Root    string      `json:"root,omitempty" doc:"Of an epoch: root of that tree, hex."`
	Own     *ownInEpoch `json:"own,omitempty" doc:"What the epoch holds of the caller's log; absent: it had not grown."`
	Action  string      `json:"action,omitempty" enum:"issue|retire|revoke"`
	Key     string      `json:"vkey,omitempty" doc:"Of genesis and key: the log key."`
	Reason  string      `json:"reason,omitempty"`
}

type ownInEpoch struct {
	Since uint64 `json:"since" doc:"Size of the log in its epoch before; 0: there was none."`
	Size  uint64 `json:"size" doc:"Size of the log in this epoch: entries from since to this are anchored by it."`
	Slot  uint64 `json:"slot" doc:"Place of the log in the epoch's tree, always the same."`
}

// epochDetail is an entry of the log of logs with its proof.
type epochDetail struct {
	epochView
	Entry string `json:"entry" doc:"The text that is hashed."`
	Proof string `json:"proof" doc:"That the root log holds it (C2SP tlog-proof), with the checkpoint and its cosignatures."`
}

func (s *Server) listEpochs(ctx context.Context, c *Call) (list[epochView], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[epochView]{}, err
	}
	found, next, err := s.deps.Evidence.Anchors.Epochs(ctx, c.Tenant(), c.Query.text("cursor"), limit)
	if err != nil {
		return list[epochView]{}, err
	}
	items := make([]epochView, len(found))
	for i := range found {
		items[i] = epochOf(&found[i])
	}
	return listOf(items, next), nil
}

func (s *Server) getEpoch(ctx context.Context, c *Call) (epochDetail, error) {
	index, err := indexIn(c)
	if err != nil {
		return epochDetail{}, err
	}
	e, err := s.deps.Evidence.Anchors.Epoch(ctx, c.Tenant(), index)
	if err != nil {
		return epochDetail{}, err
	}
	_, proof, err := s.deps.Evidence.Anchors.RootProof(ctx, index)
	if err != nil {
		return epochDetail{}, err
	}
	return epochDetail{epochOf(e), e.Entry, string(proof)}, nil
}

func epochOf(e *evidence.EpochInfo) epochView {
	v := epochView{
		Index: e.Index, Kind: e.Artifact, At: Time(e.Time), Level: "anchored", Tenants: e.Slots, Action: e.Action, Key: e.Key, Reason: e.Reason,
	}
	if e.Witnessed {
		v.Level = "witnessed"
	}
	if e.Slots > 0 {
		v.Root = e.Root.String()
	}
	if e.Own != nil {
		v.Own = &ownInEpoch{e.Own.Since, e.Own.Size, e.Own.Slot}
	}
	return v
}
