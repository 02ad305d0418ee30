package receipt

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// A bundle is one file with everything that a stranger needs to check a part of
// a log: see docs/formats/bundle.md.
//
//	frostgate.io/bundle/v1
//	<tag> <arguments> <length>
//	<length bytes>
//	...
//	frostgate.io/bundle/v1 sha256 <hex of all bytes before this line> bytes <their number>
//
//	— <key name> <signature>
const (
	bundleMagic = "frostgate.io/bundle/v1"
	trailerWord = bundleMagic + " sha256 "

	// MaxBundleEntries bounds the entries of one bundle.
	MaxBundleEntries = 1 << 24
	// MaxOpeningSize bounds the value of one opening.
	MaxOpeningSize = 4 << 20
	// MaxRecordSize bounds every record that is neither an entry nor an opening.
	MaxRecordSize = 1 << 20
	// MaxBundleKeys bounds the key entries of the root log in one bundle.
	MaxBundleKeys = 1024

	maxRecordLine  = 512
	maxTrailerSize = 4096
)

// Record tags.
const (
	tagManifest        = "manifest"
	tagCheckpoint      = "checkpoint"
	tagAnchor          = "anchor"
	tagStartCheckpoint = "start-checkpoint"
	tagStartAnchor     = "start-anchor"
	tagConsistency     = "consistency"
	tagRootCheckpoint  = "root-checkpoint"
	tagRootNodes       = "root-nodes"
	tagRootEntry       = "root-entry"
	tagNodes           = "nodes"
	tagEntry           = "entry"
	tagOpening         = "opening"
	tagState           = "state"
)

// BundleKind says what a bundle claims to hold.
type BundleKind string

// The kinds of bundles.
const (
	// BundleDecision holds one decision.
	BundleDecision BundleKind = "decision"
	// BundleRange holds all entries from First to Last.
	BundleRange BundleKind = "range"
	// BundleSubject holds the entries of one subject; that none was left out
	// can't be proven.
	BundleSubject BundleKind = "subject"
	// BundleTenant holds a whole log.
	BundleTenant BundleKind = "tenant"
	// BundleAbsence holds the headers of a whole range between two anchored
	// checkpoints and shows that no entry in it is of one kind.
	BundleAbsence BundleKind = "absence"
)

// Manifest is what a bundle claims about itself; VerifyBundle holds every claim
// that can be checked against the content. On the wire it is one RFC 8785
// object with all members present, made by AppendJCS.
type Manifest struct {
	Kind BundleKind
	// CreatedAt is when the bundle was made, in microseconds since 1970, UTC.
	CreatedAt int64
	// Key is the verifier key of the log key that signs the bundle.
	Key string
	// Log is the opaque ID of the log, Tenant whose it is.
	Log, Tenant string
	Filter      BundleFilter
	// First and Last are the indexes of the first and last entry asked for.
	// First is Last+1 in an absence bundle of an empty range.
	First, Last uint64
	// Entries is how many entries the bundle holds, with the log's first one
	// and the artifacts that tell of erasures.
	Entries uint64
	// Of is the size of the log at the bundle's checkpoint.
	Of uint64
}

// BundleFilter is what was asked for. Members that a kind doesn't use are empty.
type BundleFilter struct {
	// From and To bound a range or an absence in time: From <= time <= To, in
	// microseconds.
	From, To int64
	// SubjectKind and Subject (the server's keyed hash of it, or empty) are of a
	// subject bundle.
	SubjectKind, Subject string
	// Decision is of a decision bundle: log ID, minus, index.
	Decision string
	// Artifact is of an absence bundle: the kind of entry that is absent.
	Artifact string
}

// PayloadState says why an entry's openings are not in a bundle.
type PayloadState string

// The states that a bundle can name. Those of payloads that are gone name the
// artifact that did it; PayloadWithheld is the maker's word, names none (0), and
// says nothing of whether the payload is there.
const (
	PayloadErased   PayloadState = "erased"
	PayloadPruned   PayloadState = "pruned"
	PayloadWithheld PayloadState = "withheld"
)

// BundleAnchor is the place of a checkpoint in the log of logs.
type BundleAnchor struct {
	// Epoch is the index of the epoch's entry in the root log.
	Epoch uint64
	// Slot is the tenant's, Path the inclusion proof in the epoch's tree.
	Slot uint64
	Path []Hash
}

// FormatError says that the bytes are not a bundle at all, as opposed to a
// bundle that is not valid.
type FormatError struct{ Reason string }

// Error is the reason.
func (e *FormatError) Error() string { return "not a bundle: " + e.Reason }

// AppendJCS appends the one encoding of the manifest to dst. It does not
// validate.
func (m *Manifest) AppendJCS(dst []byte) []byte {
	dst = strconv.AppendInt(append(dst, `{"created_at":`...), m.CreatedAt, 10)
	dst = strconv.AppendUint(append(dst, `,"entries":`...), m.Entries, 10)
	dst = append(append(dst, `,"filter":{"artifact":"`...), m.Filter.Artifact...)
	dst = append(append(dst, `","decision":"`...), m.Filter.Decision...)
	dst = strconv.AppendInt(append(dst, `","from":`...), m.Filter.From, 10)
	dst = append(append(dst, `,"subject":"`...), m.Filter.Subject...)
	dst = append(append(dst, `","subject_kind":"`...), m.Filter.SubjectKind...)
	dst = strconv.AppendInt(append(dst, `","to":`...), m.Filter.To, 10)
	dst = strconv.AppendUint(append(dst, `},"first":`...), m.First, 10)
	dst = append(append(dst, `,"key":"`...), m.Key...)
	dst = append(append(dst, `","kind":"`...), m.Kind...)
	dst = strconv.AppendUint(append(dst, `","last":`...), m.Last, 10)
	dst = append(append(dst, `,"log":"`...), m.Log...)
	dst = strconv.AppendUint(append(dst, `","of":`...), m.Of, 10)
	dst = append(append(dst, `,"tenant":"`...), m.Tenant...)
	return append(dst, `","v":1}`...)
}

// Validate reports the first claim that no bundle can make good.
func (m *Manifest) Validate() error {
	f := &m.Filter
	empty := m.Kind == BundleAbsence && m.First == m.Of && m.Last == m.Of-1
	switch {
	case m.CreatedAt < 0 || m.CreatedAt > MaxInt:
		return errors.New("manifest: created_at must be 0 to 2^53-1")
	case !isLogID(m.Log) || !isLogID(m.Tenant):
		return errors.New("manifest: log and tenant must be 1 to 128 of the characters A-Z a-z 0-9 . _ -")
	case m.Of == 0 || m.Of > MaxInt:
		return errors.New("manifest: of must be 1 to 2^53-1")
	case !empty && (m.First > m.Last || m.Last >= m.Of):
		return errors.New("manifest: want first <= last < of")
	case m.Entries == 0 || m.Entries > MaxBundleEntries || m.Entries > m.Of:
		return fmt.Errorf("manifest: entries must be 1 to of, at most %d", MaxBundleEntries)
	case f.From < 0 || f.To > MaxInt || f.From > f.To:
		return errors.New("manifest: want 0 <= from <= to < 2^53")
	case (f.From != 0 || f.To != 0) && m.Kind != BundleRange && m.Kind != BundleAbsence:
		return errors.New("manifest: only a range and an absence have from and to")
	case (f.Artifact != "") != (m.Kind == BundleAbsence) || (f.Artifact != "" && !isName(f.Artifact)):
		return errors.New("manifest: an absence, and only it, names an artifact")
	case (f.SubjectKind != "") != (m.Kind == BundleSubject) || (f.SubjectKind != "" && !isName(f.SubjectKind)):
		return errors.New("manifest: a subject bundle, and only it, names a subject_kind")
	case f.Subject != "" && (m.Kind != BundleSubject || len(f.Subject) > maxLog || !isToken(f.Subject)):
		return errors.New("manifest: subject must be a keyed hash, in a subject bundle only")
	}
	if err := validateVKey(m.Key); err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	return m.validateKind()
}

func (m *Manifest) validateKind() error {
	want := ""
	switch m.Kind {
	case BundleDecision:
		want = m.Log + "-" + strconv.FormatUint(m.First, 10)
		if m.First != m.Last {
			return errors.New("manifest: a decision bundle is about one entry: want first = last")
		}
	case BundleTenant:
		if m.First != 0 || m.Last != m.Of-1 || m.Entries != m.Of {
			return errors.New("manifest: a tenant bundle holds the whole log: want first 0, last of-1, entries = of")
		}
	case BundleRange, BundleSubject, BundleAbsence:
	default:
		return errors.New("manifest: kind must be decision, range, subject, tenant or absence")
	}
	if m.Filter.Decision != want {
		return fmt.Errorf("manifest: decision must be %q", want)
	}
	return nil
}

// Origin is the checkpoint origin of the log that the manifest names: the name
// of the signing key, a slash, the log ID.
func (m *Manifest) Origin() string { return m.rootOrigin() + "/" + m.Log }

// rootOrigin is the origin of the root log: the signing key's name.
func (m *Manifest) rootOrigin() string {
	name, _, _ := strings.Cut(m.Key, "+")
	return name
}

// fingerprint is the signing key's name, plus, key ID.
func (m *Manifest) fingerprint() string {
	return m.Key[:strings.IndexByte(m.Key, '+')+9]
}

// dense says that every entry from First to Last must be there.
func (m *Manifest) dense() bool { return m.Kind != BundleSubject }

// inRange says whether an entry is one of those asked for.
func (m *Manifest) inRange(index uint64) bool { return m.First <= index && index <= m.Last }

// ParseManifest reads exactly what AppendJCS writes for a valid manifest.
func ParseManifest(data []byte) (*Manifest, error) {
	var wire struct {
		CreatedAt int64  `json:"created_at"`
		Entries   uint64 `json:"entries"`
		Filter    struct {
			From        int64  `json:"from"`
			To          int64  `json:"to"`
			SubjectKind string `json:"subject_kind"`
			Subject     string `json:"subject"`
			Decision    string `json:"decision"`
			Artifact    string `json:"artifact"`
		} `json:"filter"`
		First  uint64     `json:"first"`
		Key    string     `json:"key"`
		Kind   BundleKind `json:"kind"`
		Last   uint64     `json:"last"`
		Log    string     `json:"log"`
		Of     uint64     `json:"of"`
		Tenant string     `json:"tenant"`
	}
	if err := unmarshal(data, &wire); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	m := &Manifest{
		Kind: wire.Kind, CreatedAt: wire.CreatedAt, Key: wire.Key, Log: wire.Log, Tenant: wire.Tenant,
		Filter: BundleFilter(wire.Filter), First: wire.First, Last: wire.Last, Entries: wire.Entries, Of: wire.Of,
	}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	if !bytes.Equal(m.AppendJCS(nil), data) {
		return nil, errors.New("manifest: not in canonical form (unknown or duplicate member, white space, escape or other version)")
	}
	return m, nil
}

// verifier is the signing key's.
func (m *Manifest) verifier() (note.Verifier, error) { return note.NewVerifier(m.Key) }
