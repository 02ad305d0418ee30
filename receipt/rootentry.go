package receipt

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/note"
)

// Kinds of entries of the log of logs (the root log).
const (
	// RootGenesis is the entry at index 0; it names the first log key.
	RootGenesis = "genesis"
	// RootEpoch commits to every tenant's checkpoint at one moment.
	RootEpoch = "epoch"
	// RootKey issues, retires or revokes a log key.
	RootKey = "key"
)

// Actions of a RootKey entry.
const (
	KeyIssue  = "issue"
	KeyRetire = "retire"
	KeyRevoke = "revoke"
)

const (
	maxVKey   = 512
	maxReason = 200
)

// RootEntry is one entry of the root log. On the wire it is one RFC 8785
// object, made by AppendJCS, in one of three forms:
//
//	{"artifact":"epoch","index":12,"root":"<hex>","slots":10000,"time":<microseconds>,"v":1}
//	{"action":"issue|retire|revoke","artifact":"key","index":13,"key":"<vkey>","reason":"<text>","time":<microseconds>,"v":1}
//	{"artifact":"genesis","index":0,"key":"<vkey>","time":<microseconds>,"v":1}
type RootEntry struct {
	// Artifact is RootGenesis, RootEpoch or RootKey.
	Artifact string
	// Index is the position in the root log, dense from zero.
	Index uint64
	// Time is when the entry was made, in microseconds since 1970, UTC.
	Time int64
	// Root and Slots are of an epoch: the root of the tree whose leaf number i
	// is the signed checkpoint of the tenant with slot i, and its leaf count.
	Root  Hash
	Slots uint64
	// Action and Reason are of a key entry; Key (a verifier key) is of a key
	// entry and of the genesis.
	Action, Key, Reason string
}

// AppendJCS appends the one encoding of the entry to dst. It does not validate.
func (e *RootEntry) AppendJCS(dst []byte) []byte {
	dst = append(dst, '{')
	if e.Artifact == RootKey {
		dst = append(dst, `"action":"`...)
		dst = append(dst, e.Action...)
		dst = append(dst, `",`...)
	}
	dst = append(dst, `"artifact":"`...)
	dst = append(dst, e.Artifact...)
	dst = append(dst, `","index":`...)
	dst = strconv.AppendUint(dst, e.Index, 10)
	if e.Artifact == RootEpoch {
		dst = append(dst, `,"root":"`...)
		dst = hex.AppendEncode(dst, e.Root[:])
		dst = append(dst, `","slots":`...)
		dst = strconv.AppendUint(dst, e.Slots, 10)
	} else {
		dst = append(dst, `,"key":"`...)
		dst = append(dst, e.Key...)
		dst = append(dst, '"')
	}
	if e.Artifact == RootKey {
		dst = append(dst, `,"reason":"`...)
		dst = append(dst, e.Reason...)
		dst = append(dst, '"')
	}
	dst = append(dst, `,"time":`...)
	dst = strconv.AppendInt(dst, e.Time, 10)
	return append(dst, `,"v":1}`...)
}

// Validate reports the first field that may not stand in a root entry.
func (e *RootEntry) Validate() error {
	switch {
	case e.Index > MaxInt:
		return errors.New("root entry: index is above 2^53-1")
	case e.Time < 0 || e.Time > MaxInt:
		return errors.New("root entry: time must be 0 to 2^53-1")
	case (e.Index == 0) != (e.Artifact == RootGenesis):
		return errors.New("root entry: the genesis, and only it, is at index 0")
	}
	switch e.Artifact {
	case RootEpoch:
		return e.validateEpoch()
	case RootGenesis:
		if e.Action != "" || e.Reason != "" || e.Root != (Hash{}) || e.Slots != 0 {
			return errors.New("root entry: a genesis has a key only")
		}
		return validateVKey(e.Key)
	case RootKey:
		return e.validateKey()
	}
	return errors.New("root entry: artifact must be epoch, key or genesis")
}

func (e *RootEntry) validateEpoch() error {
	switch {
	case e.Action != "" || e.Key != "" || e.Reason != "":
		return errors.New("root entry: an epoch has no action, key or reason")
	case e.Slots == 0 || e.Slots > MaxInt:
		return errors.New("root entry: slots must be 1 to 2^53-1")
	}
	return nil
}

func (e *RootEntry) validateKey() error {
	switch {
	case e.Root != (Hash{}) || e.Slots != 0:
		return errors.New("root entry: a key entry has no root and no slots")
	case e.Action != KeyIssue && e.Action != KeyRetire && e.Action != KeyRevoke:
		return errors.New("root entry: action must be issue, retire or revoke")
	case len(e.Reason) > maxReason || !isPlainText(e.Reason):
		return fmt.Errorf("root entry: reason must be at most %d printable ASCII characters without quote and backslash", maxReason)
	}
	return validateVKey(e.Key)
}

// validateVKey accepts the one spelling of an Ed25519 verifier key.
func validateVKey(vkey string) error {
	if err := refuseWeak(rawKey(vkey)); err != nil {
		return err
	}
	v, err := note.NewVerifier(vkey)
	if err != nil || len(vkey) > maxVKey || !isOrigin(v.Name()) || !isVKeySpelling(vkey, 1) {
		return errors.New("key must be a verifier key: name, plus, 8 hexadecimal digits, plus, base64")
	}
	return nil
}

// ParseRootEntry reads exactly what AppendJCS writes for a valid entry, in the
// manner of ParseHeader.
func ParseRootEntry(entry []byte) (*RootEntry, error) {
	if len(entry) > MaxEntrySize {
		return nil, fmt.Errorf("root entry: %d bytes, at most %d", len(entry), MaxEntrySize)
	}
	var wire struct {
		Action   string `json:"action"`
		Artifact string `json:"artifact"`
		Index    uint64 `json:"index"`
		Key      string `json:"key"`
		Reason   string `json:"reason"`
		Root     *Hash  `json:"root"`
		Slots    uint64 `json:"slots"`
		Time     int64  `json:"time"`
	}
	if err := unmarshal(entry, &wire); err != nil {
		return nil, fmt.Errorf("root entry: %w", err)
	}
	e := &RootEntry{
		Artifact: wire.Artifact, Index: wire.Index, Time: wire.Time, Slots: wire.Slots,
		Action: wire.Action, Key: wire.Key, Reason: wire.Reason,
	}
	if wire.Root != nil {
		e.Root = *wire.Root
	}
	if err := e.Validate(); err != nil {
		return nil, err
	}
	if !bytes.Equal(e.AppendJCS(make([]byte, 0, len(entry))), entry) {
		return nil, errors.New("root entry: not in canonical form (unknown or duplicate member, white space, escape or other version)")
	}
	return e, nil
}

// isPlainText accepts printable ASCII that needs no escaping in JSON.
func isPlainText(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
