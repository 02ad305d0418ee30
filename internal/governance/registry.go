package governance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance/defaults"
)

// The kinds of documents.
const (
	KindScenarios  = defaults.KindScenarios
	KindPolicy     = defaults.KindPolicy
	KindDoctrine   = defaults.KindDoctrine
	KindDetections = defaults.KindDetections
	KindTuning     = defaults.KindTuning
	KindRuleset    = "ruleset"
	KindMission    = "mission"
)

// Bounds of a document; MaxDetections is for rule files, of which one document
// holds many.
const (
	MaxDocument   = 1 << 20
	MaxDetections = 32 << 20
	maxLabel      = 128
)

// maxSize is the limit for documents of a kind.
func maxSize(kind string) int {
	if kind == KindDetections {
		return MaxDetections
	}
	return MaxDocument
}

// platform is the tenant_id of documents that belong to the platform and are
// readable by every tenant.
const platform domain.TenantID = ""

// Ref names one document version with its content hash.
type Ref struct {
	Hash    domain.Hash `json:"hash"`
	Kind    string      `json:"kind"`
	Name    string      `json:"name"`
	Version string      `json:"version"`
}

// Document is one stored document version.
type Document struct {
	Ref
	Tenant    domain.TenantID // empty: the platform's
	Content   []byte          // nil in lists
	SignedBy  string
	CreatedBy domain.PrincipalID
	CreatedAt domain.Micros
}

// NewDocument is what a caller says of a document.
type NewDocument struct {
	Kind, Name, Version string
	Content             []byte
}

// Hash is the SHA-256 of a document's exact bytes.
func Hash(content []byte) domain.Hash {
	sum := sha256.Sum256(content)
	return domain.Hash(hex.EncodeToString(sum[:]))
}

func (n *NewDocument) ref() Ref { return Ref{Hash(n.Content), n.Kind, n.Name, n.Version} }

// check refuses what can't be stored; what the content means is checked when a
// ruleset is published.
func (n *NewDocument) check() error {
	switch n.Kind {
	case KindScenarios, KindPolicy, KindDoctrine, KindDetections, KindTuning:
	default:
		return fault.New(fault.Invalid, "kind %q is not one of scenarios, policy, doctrine, detections and tuning", n.Kind).At("kind")
	}
	if !isLabel(n.Name) {
		return fault.New(fault.Invalid, "name must be 1 to %d of the characters a-z A-Z 0-9 . _ : -", maxLabel).At("name")
	}
	if !isLabel(n.Version) {
		return fault.New(fault.Invalid, "version must be 1 to %d of the characters a-z A-Z 0-9 . _ : -", maxLabel).At("version")
	}
	if len(n.Content) == 0 {
		return fault.New(fault.Invalid, "%s %s is empty", n.Kind, n.Name).At("content")
	}
	if limit := maxSize(n.Kind); len(n.Content) > limit {
		f := fault.New(fault.TooLarge, "%s %s has %d bytes, the limit is %d", n.Kind, n.Name, len(n.Content), limit).At("content")
		f.Limit = "document"
		return f
	}
	if !utf8.Valid(n.Content) {
		return fault.New(fault.Invalid, "%s %s is not valid UTF-8", n.Kind, n.Name).At("content")
	}
	return nil
}

// isLabel accepts names, versions and mission IDs: nothing that needs escaping
// in a path, a log or a note.
func isLabel(s string) bool {
	if s == "" || len(s) > maxLabel {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
		if !letter && (c < '0' || c > '9') && c != '.' && c != '_' && c != ':' && c != '-' {
			return false
		}
	}
	return true
}

// isHash accepts a lower-case hex SHA-256.
func isHash(h domain.Hash) bool {
	if len(h) != 2*sha256.Size {
		return false
	}
	for i := range len(h) {
		if c := h[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

const (
	documentColumns = `tenant_id, kind, name, version, hash, content, signed_by, created_by, created_at`
	insertDocument  = `INSERT INTO document (` + documentColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	selectVersion   = `SELECT hash FROM document WHERE tenant_id = $1 AND kind = $2 AND name = $3 AND version = $4`
	// The tenant's own document goes before one of the platform.
	selectByRef = `SELECT ` + documentColumns + ` FROM document
		WHERE (tenant_id = $1 OR tenant_id = '') AND kind = $2 AND name = $3 AND version = $4 AND hash = $5
		ORDER BY tenant_id DESC LIMIT 1`
	selectByHash = `SELECT ` + documentColumns + ` FROM document
		WHERE (tenant_id = $1 OR tenant_id = '') AND hash = $2 AND ($3 = '' OR kind = $3)
		ORDER BY tenant_id DESC, kind, name, version LIMIT 1`
	listDocuments = `SELECT tenant_id, kind, name, version, hash, signed_by, created_by, created_at FROM document
		WHERE (tenant_id = $1 OR tenant_id = '') AND ($2 = '' OR kind = $2)
		  AND (created_at < $3 OR (created_at = $3 AND hash > $4))
		ORDER BY created_at DESC, hash LIMIT $5`
)

func scanDocument(row db.Scanner) (*Document, error) {
	d := &Document{}
	err := row.Scan(&d.Tenant, &d.Kind, &d.Name, &d.Version, &d.Hash, &d.Content, &d.SignedBy, &d.CreatedBy, &d.CreatedAt)
	return d, err
}

func getDocument(ctx context.Context, tx *db.Tx, query string, args ...any) (*Document, error) {
	var d *Document
	err := tx.ForEach(ctx, query, args, func(row db.Scanner) (err error) {
		d, err = scanDocument(row)
		return err
	})
	if err != nil || d == nil {
		return nil, err
	}
	if d.Content, err = unpacked(d.Kind, d.Content); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "document %s %s version %s can't be unpacked: it was altered in the store", d.Kind, d.Name, d.Version)
	}
	if got := Hash(d.Content); got != d.Hash {
		return nil, fault.New(fault.Unavailable, "document %s %s version %s does not have its hash %s: it was altered in the store", d.Kind, d.Name, d.Version, d.Hash)
	}
	return d, nil
}

// readTx reads as a tenant, or as the system for the platform's own documents.
func (s *Service) readTx(ctx context.Context, tenant domain.TenantID, fn func(*db.Tx) error) error {
	if tenant == platform {
		return s.DB.InSystemReadTx(ctx, "read documents of the platform", fn)
	}
	return s.DB.InReadTx(ctx, tenant, fn)
}

// Document returns a document that the tenant may read, its own or the
// platform's, by hash.
func (s *Service) Document(ctx context.Context, tenant domain.TenantID, hash domain.Hash) (*Document, error) {
	var d *Document
	err := s.readTx(ctx, tenant, func(tx *db.Tx) (err error) {
		d, err = getDocument(ctx, tx, selectByHash, tenant, hash, "")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("document %s: %w", hash, err)
	}
	if d == nil {
		return nil, fault.New(fault.NotFound, "no document with hash %q", hash)
	}
	return d, nil
}

const documentList = "documents"

// Documents lists the documents that the tenant may read, without content,
// newest first; kind narrows the list unless it is empty.
func (s *Service) Documents(ctx context.Context, tenant domain.TenantID, kind, cursor string, limit int) ([]Document, string, error) {
	at, after := int64(1)<<62, ""
	if err := db.DecodeCursor(documentList, cursor, &at, &after); err != nil {
		return nil, "", err
	}
	size := db.PageSize(limit)
	var out []Document
	err := s.readTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, listDocuments, []any{tenant, kind, at, after, size + 1}, func(row db.Scanner) error {
			var d Document
			err := row.Scan(&d.Tenant, &d.Kind, &d.Name, &d.Version, &d.Hash, &d.SignedBy, &d.CreatedBy, &d.CreatedAt)
			out = append(out, d)
			return err
		})
	})
	if err != nil {
		return nil, "", fmt.Errorf("list documents: %w", err)
	}
	if len(out) <= size {
		return out, "", nil
	}
	out = out[:size]
	last := out[size-1]
	return out, db.EncodeCursor(documentList, int64(last.CreatedAt), string(last.Hash)), nil
}

// Put stores a document version of a tenant. The same content again changes
// nothing; other content under the same kind, name and version is a Conflict.
func (s *Service) Put(ctx context.Context, tenant domain.TenantID, n NewDocument, by evidence.Actor) (Ref, error) {
	if err := n.check(); err != nil {
		return Ref{}, err
	}
	r := n.ref()
	stored, err := s.stored(ctx, tenant, r)
	if err != nil || stored {
		return r, err
	}
	signed, err := s.sign(documentText(tenant, r))
	if err != nil {
		return Ref{}, err
	}
	pack, err := packed(n.Kind, n.Content)
	if err != nil {
		return Ref{}, err
	}
	text, err := canonical(r)
	if err != nil {
		return Ref{}, err
	}
	err = s.record(ctx, tenant, "document", by, text, &change{
		audit: auditEntry(by, tenant, "document.create", string(r.Hash), map[string]string{"kind": r.Kind, "name": r.Name, "version": r.Version}),
		apply: func(ctx context.Context, tx *db.Tx) error {
			_, err := putDocument(ctx, tx, tenant, r, pack, signed, principalOf(by))
			return err
		},
	})
	return r, err
}

// stored says whether the version is there already; with other content it is a
// Conflict.
func (s *Service) stored(ctx context.Context, tenant domain.TenantID, r Ref) (found bool, err error) {
	err = s.readTx(ctx, tenant, func(tx *db.Tx) error {
		found, err = sameVersion(ctx, tx, tenant, r)
		return err
	})
	return found, err
}

func sameVersion(ctx context.Context, tx *db.Tx, tenant domain.TenantID, r Ref) (bool, error) {
	var have domain.Hash
	found, err := tx.Get(ctx, selectVersion, []any{tenant, r.Kind, r.Name, r.Version}, &have)
	if err == nil && found && have != r.Hash {
		err = fault.New(fault.Conflict, "%s %s version %s exists with other content (hash %s); a version never changes, raise it", r.Kind, r.Name, r.Version, have).At("version")
	}
	return found, err
}

// putDocument inserts a version unless it is there; created tells which. stored
// is the content as packed gives it: packing takes too long for a transaction.
func putDocument(ctx context.Context, tx *db.Tx, tenant domain.TenantID, r Ref, stored []byte, signed string, by domain.PrincipalID) (created bool, err error) {
	found, err := sameVersion(ctx, tx, tenant, r)
	if err != nil || found {
		return false, err
	}
	_, err = tx.Exec(ctx, insertDocument, tenant, r.Kind, r.Name, r.Version, r.Hash, stored, signed, by, tx.Now)
	if err != nil {
		return false, fmt.Errorf("insert document: %w", err)
	}
	return true, nil
}
