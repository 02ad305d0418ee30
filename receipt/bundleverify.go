package receipt

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// VerifyBundle checks a bundle offline while reading it once. The report is
// never nil. The error is a *FormatError when the bytes are no bundle, else it
// names the first check that failed and where. A trust without keys is no
// error, but Report.Pinned is then false and nothing says who signed.
func VerifyBundle(r io.Reader, trust Trust) (*BundleReport, error) {
	v := &bundleVerification{
		trust: trust, in: newBundleReader(r),
		report: &BundleReport{Pinned: trust.Pinned(), Artifacts: make(map[string]uint64)},
	}
	err := v.in.magic()
	if err == nil {
		err = v.run()
	}
	var fault *bundleFault
	if errors.As(err, &fault) {
		v.report.Checks = append(v.report.Checks, fault.check)
		v.report.Failure = &fault.check
		v.afterFault()
	}
	v.report.Bytes = v.in.n + uint64(len(v.rec.trailer))
	if err != nil {
		v.report.Level, v.report.Complete, v.report.Vouched = "", "", false
		return v.report, err
	}
	v.report.Valid = true
	return v.report, nil
}

// bundleVerification carries what one step hands to the next.
type bundleVerification struct {
	trust  Trust
	in     *bundleReader
	rec    bundleRecord // the present record, not yet taken
	report *BundleReport

	manifest   *Manifest
	checkpoint signedHead
	start      *signedHead // of a range that begins at an anchored checkpoint
	root       signedHead
	epochs     map[uint64]*RootEntry
	keys       []KeyReport

	tree    provenTree
	states  bundleStates
	inRange uint64 // entries asked for that were read
	// ahead counts entries that are dated after the epoch that holds them.
	ahead      uint64
	firstAhead error
	lastSeen   bool // the last of them
}

// signedHead is a checkpoint with where it stands in the log of logs.
type signedHead struct {
	Checkpoint
	signed  []byte
	signers []note.Signature // the good ones; when no key is pinned, the claimed
	vouched bool             // no pinned key signed: the log of logs must vouch
	anchor  *BundleAnchor
	place   *BundleLocation
}

// bundleFault is a failed check.
type bundleFault struct{ check BundleCheck }

func (f *bundleFault) Error() string {
	s := fmt.Sprintf("bundle: check %q: %s", f.check.Name, f.check.Detail)
	if f.check.Location != nil {
		s += " [" + f.check.Location.String() + "]"
	}
	return s
}

// fault is a failed check at a place; nil without an error.
func fault(place *BundleLocation, name string, err error) error {
	if err == nil {
		return nil
	}
	return &bundleFault{BundleCheck{Name: name, Detail: err.Error(), Location: place}}
}

func (v *bundleVerification) fault(name string, err error) error {
	if err == nil {
		return nil
	}
	return fault(v.in.here(), name, err)
}

func (v *bundleVerification) ok(name, format string, args ...any) {
	v.report.Checks = append(v.report.Checks, BundleCheck{Name: name, OK: true, Detail: fmt.Sprintf(format, args...)})
}

func (v *bundleVerification) skip(name, detail string) {
	v.report.Checks = append(v.report.Checks, BundleCheck{Name: name, Skipped: true, Detail: detail})
}

// advance reads the next record.
func (v *bundleVerification) advance() error {
	rec, err := v.in.next()
	v.rec = rec
	if errors.Is(err, errRead) {
		return &FormatError{Reason: err.Error()}
	}
	return v.fault("record", err)
}

// want checks that the present record is the one that must come here.
func (v *bundleVerification) want(tag string) error {
	if v.rec.tag != tag {
		return v.fault("order", fmt.Errorf("want a %s record here, have %s", tag, v.rec.tag))
	}
	return nil
}

// run tells the format in order.
func (v *bundleVerification) run() error {
	for _, step := range []func() error{
		v.readManifest, v.readCheckpoint, v.readAnchors, v.readEntries, v.checkRange, v.readTrailer,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (v *bundleVerification) readManifest() error {
	if err := v.advance(); err != nil {
		return err
	}
	if err := v.want(tagManifest); err != nil {
		return err
	}
	m, err := ParseManifest(v.rec.data)
	if err != nil {
		return v.fault("manifest", err)
	}
	v.manifest = m
	r := v.report
	r.Kind, r.Log, r.Tenant, r.CreatedAt = m.Kind, m.Log, m.Tenant, m.CreatedAt
	r.First, r.Last, r.Of, r.Signer = m.First, m.Last, m.Of, m.fingerprint()
	filter := FilterReport(m.Filter)
	r.Filter = &filter
	v.ok("manifest", "%s bundle of log %s, entries %d to %d of %d", m.Kind, m.Log, m.First, m.Last, m.Of)
	return v.advance()
}

func (v *bundleVerification) readCheckpoint() error {
	if err := v.want(tagCheckpoint); err != nil {
		return err
	}
	head, err := v.head("signature", v.manifest.Origin())
	if err != nil {
		return err
	}
	if head.Size != v.manifest.Of {
		return v.fault("checkpoint", fmt.Errorf("its size is %d, the manifest says %d", head.Size, v.manifest.Of))
	}
	v.checkpoint = head
	v.report.Level = Committed
	v.ok("checkpoint", "%s, size %d, root %s", head.Origin, head.Size, head.Root)
	return v.advance()
}

// head reads the present record as a signed checkpoint of origin and checks its
// signature.
func (v *bundleVerification) head(name, origin string) (signedHead, error) {
	c, claims, err := ParseSignedCheckpoint(v.rec.data)
	if err != nil {
		return signedHead{}, v.fault("checkpoint", err)
	}
	if c.Origin != origin {
		return signedHead{}, v.fault("checkpoint", fmt.Errorf("origin is %q, want %q", c.Origin, origin))
	}
	h := signedHead{Checkpoint: c, signed: bytes.Clone(v.rec.data), place: v.in.here()}
	if v.trust.Pinned() {
		_, n, err := OpenCheckpoint(h.signed, origin, note.VerifierList(v.trust.verifiers...))
		if errors.Is(err, errNotTrusted) && origin != v.manifest.rootOrigin() {
			h.vouched, v.report.Vouched = true, true
			claimed, _ := signerFor(claims.UnverifiedSigs, origin)
			v.skip(name, "by "+fingerprint(claimed)+", which is not pinned: a key that the root log names must have signed, and the root log must hold it")
			return h, nil
		}
		if err != nil {
			return signedHead{}, v.fault(name, err)
		}
		h.signers = speaking(n.Sigs, origin)
		v.ok(name, "by pinned key %s", fingerprints(h.signers))
		return h, nil
	}
	// Nobody vouches for the key, but what it is said to have signed must fit.
	key, err := v.manifest.verifier()
	if err != nil {
		return signedHead{}, v.fault(name, err)
	}
	if _, _, err := openSignatures(h.signed, []note.Verifier{key}); err != nil {
		return signedHead{}, v.fault(name, err)
	}
	if h.signers = speaking(claims.UnverifiedSigs, origin); len(h.signers) == 0 {
		return signedHead{}, v.fault(name, fmt.Errorf("no signature line of a key that may sign for origin %q", origin))
	}
	v.skip(name, "by "+fingerprints(h.signers)+", not pinned")
	return h, nil
}

// speaking keeps the signatures of keys that may sign for origin.
func speaking(sigs []note.Signature, origin string) []note.Signature {
	var out []note.Signature
	for _, s := range sigs {
		if speaksFor(s.Name, origin) {
			out = append(out, s)
		}
	}
	return out
}

// readTrailer checks digest, length and signature of the whole file.
func (v *bundleVerification) readTrailer() error {
	if err := v.checkTrailer(v.rec.trailer); err != nil {
		return v.fault("digest", err)
	}
	v.ok("digest", "SHA-256 %s over %d bytes", v.report.Digest, v.in.n)
	if v.trust.Pinned() {
		v.ok("bundle signature", "by pinned key %s", v.report.Signer)
	} else {
		v.skip("bundle signature", "by "+v.report.Signer+", not pinned")
	}
	v.ok("level", "the proofs show %s", v.report.Level)
	return nil
}

// checkTrailer wants exactly one signature line, by the manifest's key, which is
// pinned if any is: a second line would be bytes that nothing checks.
func (v *bundleVerification) checkTrailer(trailer []byte) error {
	v.report.Digest = fmt.Sprintf("%x", v.in.sum.Sum(nil))
	text := fmt.Sprintf("%s%s bytes %d\n", trailerWord, v.report.Digest, v.in.n)
	if !strings.HasPrefix(string(trailer), text+"\n") {
		said, _, _ := strings.Cut(string(trailer), "\n")
		return fmt.Errorf("the file's bytes are not those that were signed: the trailer should be %q, is %.120q", strings.TrimSuffix(text, "\n"), said)
	}
	key, err := v.manifest.verifier()
	if err != nil {
		return err
	}
	n, err := note.Open(trailer, note.VerifierList(key))
	if err != nil {
		return fmt.Errorf("the manifest's key %s did not sign: %w", v.manifest.fingerprint(), err)
	}
	if string(trailer) != text+"\n— "+n.Sigs[0].Name+" "+n.Sigs[0].Base64+"\n" {
		return errors.New("want one signature line and nothing after it")
	}
	if _, err := base64.StdEncoding.Strict().DecodeString(n.Sigs[0].Base64); err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	if v.trust.Pinned() {
		// A key ID is short enough to be forged: the pinned key itself must agree.
		if _, err := note.Open(trailer, note.VerifierList(v.trust.verifiers...)); err != nil {
			return fmt.Errorf("signed by %s, which is not a pinned key: %w", v.manifest.fingerprint(), err)
		}
	}
	return v.usable(n.Sigs, v.root.Size, "the bundle")
}

// afterFault tells, where it can, whether the file was changed after it was
// signed or was made wrong.
func (v *bundleVerification) afterFault() {
	trailer := v.rec.trailer
	if trailer == nil {
		trailer = v.in.drain()
	}
	if v.manifest == nil || trailer == nil || v.report.Failure.Name == "digest" {
		return
	}
	c := BundleCheck{Name: "digest", OK: true, Detail: "the file is as it was signed: it was made so"}
	if err := v.checkTrailer(trailer); err != nil {
		c.OK, c.Detail = false, err.Error()
	}
	v.report.Checks = append(v.report.Checks, c)
}
