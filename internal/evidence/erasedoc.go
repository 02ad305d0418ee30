package evidence

import (
	"fmt"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Artifact types of what ends payloads.
const (
	KindErasure    = "erasure"
	KindPrune      = "prune"
	KindAuditPrune = "audit_prune"
	KindRekey      = "rekey"
)

// Names of the artifacts' field groups.
const (
	groupErasure     = "erasure"
	groupCertificate = "certificate"
	groupPrune       = "prune"
)

// erasureDoc is what an erasure says: no personal value stands in it, the
// subject is its HMAC under the tenant's index key.
type erasureDoc struct {
	Indexes     [][2]uint64        `json:"indexes"`
	Reason      string             `json:"reason"`
	RequestedBy domain.PrincipalID `json:"requested_by"`
	Subject     string             `json:"subject"` // hex
	SubjectKind domain.SubjectKind `json:"subject_kind"`
}

// certificateDoc stands in the first artifact of an erasure.
type certificateDoc struct {
	AlreadyGone uint64       `json:"already_gone"`
	Copies      []Copy       `json:"copies"`
	KeyVersions []KeyVersion `json:"key_versions"`
	Leaves      uint64       `json:"leaves"`
	MasterKey   string       `json:"master_key"`
	Parts       int          `json:"parts"`
	Size        uint64       `json:"size"`
}

// KeyVersion names the payload key of a ring that wrapped what was erased; the
// empty ring is for what belongs to none.
type KeyVersion struct {
	Ring    domain.Ring `json:"ring"`
	Version int64       `json:"version"`
}

// pruneDoc is what a prune says: the payloads of decisions and attestations
// between two entries, both included, that were older than a time.
type pruneDoc struct {
	Before domain.Micros `json:"before"`
	First  uint64        `json:"first"`
	Last   uint64        `json:"last"`
	Reason string        `json:"reason"`
}

// retentionReason is why a prune happens.
const retentionReason = "retention"

// canonicalGroup encodes a document as RFC 8785 JSON.
func canonicalGroup(name string, doc any) (Group, error) {
	b, err := json.Marshal(doc, json.FormatNilSliceAsNull(false))
	if err != nil {
		return Group{}, fmt.Errorf("encode %s: %w", name, err)
	}
	v := jsontext.Value(b)
	if err := v.Canonicalize(); err != nil {
		return Group{}, fmt.Errorf("encode %s: %w", name, err)
	}
	return Group{Name: name, Value: v}, nil
}

func decodeGroup(groups []Group, name string, into any) error {
	for i := range groups {
		if groups[i].Name == name {
			if err := json.Unmarshal(groups[i].Value, into, json.RejectUnknownMembers(true)); err != nil {
				return fault.Wrap(fault.Damaged, err, "group %q of the entry can't be read", name)
			}
			return nil
		}
	}
	return fault.New(fault.Damaged, "the entry has no group %q", name)
}

// claimedRanges reads which leaves an artifact says are gone.
func claimedRanges(kind string, groups []Group) ([][2]uint64, error) {
	if kind == KindErasure {
		var doc erasureDoc
		err := decodeGroup(groups, groupErasure, &doc)
		return doc.Indexes, err
	}
	var doc pruneDoc
	if err := decodeGroup(groups, groupPrune, &doc); err != nil {
		return nil, err
	}
	return [][2]uint64{{doc.First, doc.Last}}, nil
}
