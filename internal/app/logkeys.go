package app

import (
	"context"
	"log/slog"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"
)

// signHeads has the active key sign the head of each log, where a rotation made
// it new. It comes before the root log is opened, whose head is among them.
func (p *Parts) signHeads(ctx context.Context, log *slog.Logger) error {
	ids := []domain.TenantID{evidence.RootLog}
	for _, t := range p.Tenants.All() {
		ids = append(ids, t.ID)
	}
	n, err := p.Log.SignHeads(ctx, ids)
	if err != nil {
		return err
	}
	if n > 0 {
		log.Info("log heads signed by the active key", "logs", n, "vkey", p.Custody.VerifierKey())
	}
	return nil
}

// reconcileKeys records in the root log what happened in the key folder since
// the last start. When the root log names the active key, the folder is told that
// it is in use: from then on an older key may go. A root log that takes nothing,
// or a folder that can't be written, holds nothing up; the next start tries
// again.
func (p *Parts) reconcileKeys(ctx context.Context, log *slog.Logger) error {
	history, err := p.Log.Anchors.KeyHistory(ctx)
	if err != nil {
		return err
	}
	for _, e := range pendingKeys(history, p.Custody.LogKeys()) {
		if err := p.Log.Anchors.AppendKey(ctx, e.Action, e.Key, e.Reason); err != nil {
			log.Error("key change not recorded in the root log", "action", e.Action, "vkey", e.Key, "error", err)
			break
		}
	}
	if history, err = p.Log.Anchors.KeyHistory(ctx); err != nil {
		return err
	}
	if left := pendingKeys(history, p.Custody.LogKeys()); len(left) > 0 {
		log.Warn("key changes wait to be recorded in the root log, until its witnesses confirm it; older keys stay until then", "changes", len(left))
		return nil
	}
	if err := p.Custody.MarkInUse(); err != nil {
		log.Warn("the key folder can't note that the active key is in use", "error", err)
	}
	n, err := p.Log.NameKey(ctx, p.Custody.VerifierKey())
	if err != nil {
		log.Warn("some logs don't name the active key yet", "error", err)
	}
	if n > 0 {
		log.Info("logs go on under the active key", "logs", n, "vkey", p.Custody.VerifierKey())
	}
	return nil
}

// pendingKeys gives the entries that the root log lacks. New keys come first,
// so that at no index a reader is left without a key that signs.
func pendingKeys(history []receipt.RootEntry, keys []signing.LogKey) []receipt.RootEntry {
	last := map[string]string{}
	for _, e := range history {
		if last[e.Key] = e.Action; e.Artifact == receipt.RootGenesis {
			last[e.Key] = receipt.KeyIssue
		}
	}
	var out []receipt.RootEntry
	for _, k := range keys {
		if last[k.VerifierKey] == "" {
			out = append(out, receipt.RootEntry{Artifact: receipt.RootKey, Action: receipt.KeyIssue, Key: k.VerifierKey})
		}
	}
	for _, k := range keys {
		action := ""
		switch k.State {
		case signing.Retired:
			action = receipt.KeyRetire
		case signing.Revoked:
			action = receipt.KeyRevoke
		default:
			continue
		}
		if was := last[k.VerifierKey]; was == action || was == receipt.KeyRevoke {
			continue
		}
		out = append(out, receipt.RootEntry{Artifact: receipt.RootKey, Action: action, Key: k.VerifierKey, Reason: k.Reason})
	}
	return out
}
