package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// driftSeed writes snapshots of many objects as inventory stores them, without
// the minutes that taking them would last: chunks, root documents, and the
// contents of those objects that change. Contents of all others are never read.
type driftSeed struct {
	parts   *app.Parts
	tenant  domain.TenantID
	objects int
	every   int // one in so many changes between two snapshots
	bulk    *db.Bulk
	seq     int64
}

func newDriftSeed(p *app.Parts, tenant domain.TenantID, objects, every int) *driftSeed {
	return &driftSeed{parts: p, tenant: tenant, objects: objects, every: every, bulk: db.NewBulk("inventory_part",
		db.Column{Name: "tenant_id"}, db.Column{Name: "hash", Type: db.Blob}, db.Column{Name: "run_seq", Type: db.Int}, db.Column{Name: "body", Type: db.Blob},
	).OnConflict("(tenant_id, hash) DO NOTHING")}
}

// snapshot stores the next snapshot and gives the run that would have taken it.
func (s *driftSeed) snapshot(ctx context.Context) (*inventory.Run, error) {
	s.seq++
	secrets, err := s.parts.Inventory.Secrets(ctx, s.tenant)
	if err != nil {
		return nil, err
	}
	entries, err := s.entries(ctx, normal.New(s.parts.Drift.Types, secrets))
	if err != nil {
		return nil, err
	}
	builder := manifest.NewBuilder(func(h manifest.Hash, body []byte) error { return s.part(ctx, h, body) })
	for _, e := range entries {
		if err := builder.Add(e); err != nil {
			return nil, err
		}
	}
	typ := entries[0].Type
	root := &manifest.Root{V: 1, Source: "upload/bench", Secrets: secrets.ID, Objects: s.objects, Coverage: []manifest.Coverage{{
		Type: typ, Status: manifest.Complete, Objects: s.objects, Normaliser: s.parts.Drift.Types.Rules(typ).Type().Normaliser,
	}}}
	if root.Chunks, err = builder.Close(); err != nil {
		return nil, err
	}
	body, hash := root.Encode()
	if err := s.part(ctx, hash, body); err != nil {
		return nil, err
	}
	r := &inventory.Run{
		ID: inventory.RunID(fmt.Sprintf("run_bench%d", s.seq)), Seq: s.seq, Source: inventory.Source{Kind: "upload", Name: "bench"},
		State: inventory.Closed, ClosedAt: s.parts.Drift.Clock.Now(), Root: hex.EncodeToString(hash[:]), Artifact: -1,
	}
	if err := s.flush(ctx); err != nil {
		return nil, err
	}
	return r, s.parts.Drift.DB.InTx(ctx, s.tenant, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO inventory_snapshot (tenant_id, root, source, objects, run_id, created_at) VALUES ($1, $2, 'upload/bench', $3, $4, $5)",
			s.tenant, r.Root, s.objects, r.ID, tx.Now)
		return err
	})
}

func (s *driftSeed) entries(ctx context.Context, n *normal.Normaliser) ([]manifest.Entry, error) {
	out := make([]manifest.Entry, 0, s.objects)
	add := func(o *normal.Object) error {
		out = append(out, manifest.Entry{Type: strings.Clone(o.Type), ID: strings.Clone(o.ID), Hash: o.Hash})
		return s.part(ctx, o.Hash, o.Canonical)
	}
	for i := range s.objects {
		if i%s.every != 0 {
			e := manifest.Entry{Type: out[0].Type, ID: seedID(i)}
			copy(e.Hash[:], fmt.Sprintf("%032d", i))
			out = append(out, e)
			continue
		}
		if err := n.Objects(&normal.Record{JSON: seedPolicy(i, s.seq)}, add); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b manifest.Entry) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

func (s *driftSeed) part(ctx context.Context, h manifest.Hash, body []byte) error {
	s.bulk.Text(0, string(s.tenant))
	s.bulk.Blob(1, slices.Clone(h[:]))
	s.bulk.Int(2, s.seq)
	s.bulk.Blob(3, append([]byte{0}, body...)) // 0: kept as it is
	if s.bulk.Len() < 4096 {
		return nil
	}
	return s.flush(ctx)
}

func (s *driftSeed) flush(ctx context.Context) error {
	err := s.parts.Drift.DB.InTx(ctx, s.tenant, func(tx *db.Tx) error { return tx.Insert(ctx, s.bulk) })
	s.bulk.Reset()
	return err
}

// seedID spreads the objects over the order of IDs, as GUIDs are.
func seedID(i int) string {
	return fmt.Sprintf("%08x-0000-4000-8000-%012d", uint32(i)*2654435761, i)
}

// seedPolicy is a settings catalog policy of 2 KB of which one value follows the
// snapshot.
func seedPolicy(i int, snapshot int64) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `{"@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicy","id":%q,"name":"Policy %d","description":"","platforms":"windows10","technologies":"mdm","roleScopeTagIds":["0"],"assignments":[],"settings":[`, seedID(i), i)
	for setting := range 6 {
		if setting > 0 {
			b.WriteByte(',')
		}
		value := int64(0)
		if setting == 3 {
			value = snapshot
		}
		const name = "device_vendor_msft_policy_config_browser_setting"
		fmt.Fprintf(&b, `{"id":"%d","settingInstance":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance","settingDefinitionId":"%s%d",`+
			`"settingInstanceTemplateReference":null,"choiceSettingValue":{"settingValueTemplateReference":null,"value":"%s%d_%d","children":[]}}}`, setting, name, setting, name, setting, value)
	}
	b.WriteString("]}")
	return []byte(b.String())
}
