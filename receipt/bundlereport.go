package receipt

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// BundleReport tells what VerifyBundle checked. It is made for people by
// String and for programs by its JSON form.
type BundleReport struct {
	// Valid is true when no check failed.
	Valid bool `json:"valid"`
	// Pinned is false when no log key was pinned: then the bundle is consistent
	// in itself, but anybody could have made it.
	Pinned bool `json:"pinned"`
	// Signer is the fingerprint of the key that signed the bundle.
	Signer string `json:"signer"`
	// Level is what the proofs show of the bundle's checkpoint; empty when that
	// was not reached.
	Level Level `json:"level,omitempty"`
	// Witnesses are the pinned witnesses whose cosignatures are good; Cosignatures
	// say when.
	Witnesses    []string      `json:"witnesses,omitempty"`
	Cosignatures []Cosignature `json:"cosignatures,omitempty"`
	// Vouched is true when no pinned key signed a checkpoint of the log: an older
	// key did, which the root log names, and the root log, which a pinned key
	// signed, holds the checkpoint.
	Vouched bool `json:"vouched,omitempty"`

	// The claims of the manifest; they count only when Valid.
	Kind      BundleKind    `json:"kind,omitempty"`
	Log       string        `json:"log,omitempty"`
	Tenant    string        `json:"tenant,omitempty"`
	CreatedAt int64         `json:"created_at,omitempty"`
	Filter    *FilterReport `json:"filter,omitempty"`
	First     uint64        `json:"first"`
	Last      uint64        `json:"last"`
	Of        uint64        `json:"of"`

	// Bytes is the length of what was read, Digest the SHA-256 of all before the
	// trailer in hexadecimal, empty when the trailer was not reached.
	Bytes  uint64 `json:"bytes"`
	Digest string `json:"digest,omitempty"`
	// Entries counts the entries read, Artifacts by kind, Payloads by state.
	Entries   uint64            `json:"entries"`
	Artifacts map[string]uint64 `json:"artifacts,omitempty"`
	Payloads  PayloadCounts     `json:"payloads"`
	// Gone tells for each erasure or prune artifact how many payloads it took.
	Gone []GoneReport `json:"gone,omitempty"`
	// Missing are the first entries whose payload is missing, at most
	// MaxListed of them.
	Missing []uint64 `json:"missing,omitempty"`
	// Keys are the key entries of the root log that the bundle holds.
	Keys []KeyReport `json:"keys,omitempty"`
	// Epoch and StartEpoch anchor the checkpoint and the one before the range.
	Epoch      *EpochReport `json:"epoch,omitempty"`
	StartEpoch *EpochReport `json:"start_epoch,omitempty"`
	// Complete says in words what the bundle proves about entries left out.
	Complete string `json:"complete,omitempty"`
	// Checks are in the order they were made.
	Checks []BundleCheck `json:"checks"`
	// Failure is the first check that failed.
	Failure *BundleCheck `json:"failure,omitempty"`
}

// MaxListed bounds the entries that a report lists one by one.
const MaxListed = 100

// FilterReport is the manifest's filter.
type FilterReport struct {
	From        int64  `json:"from,omitempty"`
	To          int64  `json:"to,omitempty"`
	SubjectKind string `json:"subject_kind,omitempty"`
	Subject     string `json:"subject,omitempty"`
	Decision    string `json:"decision,omitempty"`
	Artifact    string `json:"artifact,omitempty"`
}

// PayloadCounts counts the entries of a bundle by what it holds of their
// payload.
type PayloadCounts struct {
	// Opened entries have all their groups revealed and checked.
	Opened uint64 `json:"opened"`
	// Partial entries have some groups revealed, the others withheld.
	Partial uint64 `json:"partial"`
	// Erased and Pruned payloads are gone, and an artifact in the bundle says so.
	Erased uint64 `json:"erased"`
	Pruned uint64 `json:"pruned"`
	// Withheld payloads are those that the maker says it keeps back.
	Withheld uint64 `json:"withheld"`
	// Missing payloads are not there and nothing says why.
	Missing uint64 `json:"missing"`
	// HeaderOnly entries were not asked for: they stand for completeness only.
	HeaderOnly uint64 `json:"header_only"`
}

// GoneReport is one erasure or prune artifact.
type GoneReport struct {
	State PayloadState `json:"state"`
	By    uint64       `json:"by"`
	Count uint64       `json:"count"`
}

// KeyReport is one entry of the log's key history.
type KeyReport struct {
	Index  uint64 `json:"index"`
	Action string `json:"action"`
	Key    string `json:"key"`
	Time   int64  `json:"time"`
	Reason string `json:"reason,omitempty"`
}

// EpochReport is a verified epoch.
type EpochReport struct {
	Index uint64 `json:"index"`
	Time  int64  `json:"time"`
	Slot  uint64 `json:"slot"`
	// Size is that of the anchored checkpoint.
	Size uint64 `json:"size"`
}

// BundleCheck is one check of a bundle; Location is set where it failed.
type BundleCheck struct {
	Name    string `json:"check"`
	OK      bool   `json:"ok"`
	Skipped bool   `json:"skipped,omitempty"`
	Detail  string `json:"detail"`
	// Location says where in the file a failed check found its fault.
	Location *BundleLocation `json:"location,omitempty"`
}

// BundleLocation is a place in a bundle.
type BundleLocation struct {
	// Record counts records from 1; 0 is the first line.
	Record uint64 `json:"record"`
	// Offset is the byte at which that record begins.
	Offset uint64 `json:"offset"`
	// Tag is the record's first word, where it could be read.
	Tag string `json:"tag,omitempty"`
	// Entry is the index of the log entry concerned, nil when it is none.
	Entry *uint64 `json:"entry,omitempty"`
}

// String is one line for people.
func (l *BundleLocation) String() string {
	s := fmt.Sprintf("record %d at byte %d", l.Record, l.Offset)
	if l.Tag != "" {
		s += " (" + l.Tag + ")"
	}
	if l.Entry != nil {
		s += fmt.Sprintf(", entry %d", *l.Entry)
	}
	return s
}

// String is one line: ok, skip or FAIL, the name, the detail, the place.
func (c BundleCheck) String() string {
	s := Check{Name: c.Name, OK: c.OK, Skipped: c.Skipped, Detail: c.Detail}.String()
	if c.Location != nil {
		s += " [" + c.Location.String() + "]"
	}
	return s
}

// String is the report for people; an unpinned signer comes first.
func (r *BundleReport) String() string {
	var b strings.Builder
	if !r.Pinned {
		signer := r.Signer
		if signer == "" {
			signer = "unknown"
		}
		fmt.Fprintf(&b, "signer not pinned: %s (pin its verifier key to know who signed)\n", signer)
	}
	for _, c := range r.Checks {
		fmt.Fprintln(&b, c)
	}
	if r.Valid {
		r.appendSummary(&b)
		return b.String()
	}
	if r.Failure != nil {
		fmt.Fprintf(&b, "NOT VALID: %s: %s", r.Failure.Name, r.Failure.Detail)
		if r.Failure.Location != nil {
			fmt.Fprintf(&b, " [%s]", r.Failure.Location)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (r *BundleReport) appendSummary(b *strings.Builder) {
	fmt.Fprintf(b, "valid: %s bundle of log %s, %d of %d entries, level %s\n", r.Kind, r.Log, r.Entries, r.Of, r.Level)
	kinds := make([]string, 0, len(r.Artifacts))
	for _, name := range slices.Sorted(maps.Keys(r.Artifacts)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", r.Artifacts[name], name))
	}
	fmt.Fprintf(b, "entries: %s\n", strings.Join(kinds, ", "))
	p := r.Payloads
	fmt.Fprintf(b, "payloads: %d opened, %d partly opened, %d erased, %d pruned, %d missing, %d headers only\n",
		p.Opened, p.Partial, p.Erased, p.Pruned, p.Missing, p.HeaderOnly)
	if p.Withheld > 0 {
		fmt.Fprintf(b, "payload withheld, as the maker says: entries: %d\n", p.Withheld)
	}
	for _, g := range r.Gone {
		fmt.Fprintf(b, "payload %s by #%d: entries: %d\n", g.State, g.By, g.Count)
	}
	if len(r.Missing) > 0 {
		fmt.Fprintf(b, "payload missing, nothing says why: entries %s", joinIndexes(r.Missing))
		if p.Missing > uint64(len(r.Missing)) {
			fmt.Fprintf(b, " and %d more", p.Missing-uint64(len(r.Missing)))
		}
		b.WriteByte('\n')
	}
	for _, k := range r.Keys {
		fmt.Fprintf(b, "key history: #%d %s %s\n", k.Index, k.Action, k.Key)
	}
	if r.Complete != "" {
		fmt.Fprintf(b, "completeness: %s\n", r.Complete)
	}
	if r.Vouched {
		b.WriteString("vouched: a checkpoint is signed by no pinned key, but by an older one that the root log names; the root log holds it\n")
	}
	for _, c := range r.Checks {
		if c.Skipped {
			fmt.Fprintf(b, "NOT checked: %s: %s\n", c.Name, c.Detail)
		}
	}
}

func joinIndexes(all []uint64) string {
	words := make([]string, len(all))
	for i := range all {
		words[i] = decimal(all[i])
	}
	return strings.Join(words, ", ")
}
