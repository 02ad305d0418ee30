package signing

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/mod/sumdb/note"
)

// KeyState is what a log key may still do.
type KeyState string

// The states of a log key, in the order in which it goes through them.
const (
	// Active signs; new entries name it. Exactly one key is active.
	Active KeyState = "active"
	// Retiring signs beside the active key, for verifiers that pin it only.
	Retiring KeyState = "retiring"
	// Retired verifies what it signed; its private half is destroyed.
	Retired KeyState = "retired"
	// Revoked is trusted for nothing: what only it signed is refused.
	Revoked KeyState = "revoked"
)

// LogKey is one key of the evidence logs. All of them share one name, so that
// origins stay; their IDs differ.
type LogKey struct {
	// VerifierKey is the public key in note form, which anybody may have.
	VerifierKey string   `json:"key"`
	State       KeyState `json:"state"`
	// Since is when the state began; 0 is a key as old as the folder.
	Since domain.Micros `json:"since"`
	// Reason is why the key was revoked.
	Reason string `json:"reason,omitempty"`
	// InUse is set once a server has signed the head of each log with the key:
	// before, the older key is all that vouches for them.
	InUse bool `json:"in_use,omitzero"`
}

// ID is the key's ID as headers and signatures carry it: eight hex digits.
func (k LogKey) ID() string {
	_, id, _ := splitVerifierKey(k.VerifierKey)
	return id
}

// Signs tells whether the key signs new checkpoints.
func (k LogKey) Signs() bool { return k.State == Active || k.State == Retiring }

func splitVerifierKey(vkey string) (name, id string, ok bool) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return "", "", false
	}
	return parts[0], parts[1], true
}

// The state file of the log keys. A folder without one has log.key, active.
const logState = "log.state"

// maxState bounds what is read of a state file.
const maxState = 1 << 20

// MaxReason is the longest reason of a revocation.
const MaxReason = 200

// logKeys is the state file: all keys ever, the oldest first. The first is in
// log.key, the others in log-ID.key.
type logKeys struct {
	V    int      `json:"v"`
	Keys []LogKey `json:"keys"`
}

func (l *logKeys) file(i int) string {
	if i == 0 {
		return logFile
	}
	return "log-" + l.Keys[i].ID() + ".key"
}

// find returns the position of a key named by ID, by name and ID, or by its
// whole verifier key.
func (l *logKeys) find(id string) int {
	return slices.IndexFunc(l.Keys, func(k LogKey) bool {
		name, hash, _ := splitVerifierKey(k.VerifierKey)
		return id == hash || id == name+"+"+hash || id == k.VerifierKey
	})
}

// in returns the position of the first key in a state, or -1.
func (l *logKeys) in(s KeyState) int {
	return slices.IndexFunc(l.Keys, func(k LogKey) bool { return k.State == s })
}

// validate refuses what no command writes.
func (l *logKeys) validate() error {
	if l.V != 1 || len(l.Keys) == 0 {
		return fmt.Errorf("want version 1 and at least one key")
	}
	active := 0
	first, _, _ := splitVerifierKey(l.Keys[0].VerifierKey)
	for i, k := range l.Keys {
		if _, err := note.NewVerifier(k.VerifierKey); err != nil {
			return fmt.Errorf("key %d: not a verifier key", i+1)
		}
		if name, id, _ := splitVerifierKey(k.VerifierKey); name != first || l.find(id) != i {
			return fmt.Errorf("key %d: another name than the first, or an ID that stands twice", i+1)
		}
		switch k.State {
		case Active:
			active++
		case Retiring, Retired, Revoked:
		default:
			return fmt.Errorf("key %d: unknown state", i+1)
		}
	}
	if active != 1 {
		return fmt.Errorf("%d keys are active, want one", active)
	}
	return nil
}

// readLogKeys reads the state file; without one, log.key is all there is.
func (f *folder) readLogKeys() (*logKeys, error) {
	l := &logKeys{}
	found, err := f.readState(logState, l)
	if err != nil {
		return nil, err
	}
	if !found {
		k, err := readLogKey(filepath.Join(f.dir, logFile))
		if err != nil {
			return nil, err
		}
		return &logKeys{V: 1, Keys: []LogKey{{VerifierKey: k.vkey, State: Active, InUse: true}}}, nil
	}
	if err := l.validate(); err != nil {
		return nil, fault.New(fault.Invalid, "%s is damaged: %v; restore it from your backup", filepath.Join(f.dir, logState), err)
	}
	return l, nil
}

func (f *folder) writeLogKeys(l *logKeys) error {
	if err := l.validate(); err != nil {
		panic("signing: a state that can't be read again: " + err.Error())
	}
	return f.writeState(logState, l)
}

func decodeState(b []byte, to any) error {
	return json.Unmarshal(b, to, json.RejectUnknownMembers(true))
}

func encodeState(v any) ([]byte, error) {
	b, err := json.Marshal(v, json.Deterministic(true), jsontext.WithIndent("  "))
	return append(b, '\n'), err
}

// validReason takes what an entry of the root log can hold.
func validReason(reason string) error {
	if reason == "" || len(reason) > MaxReason {
		return fault.New(fault.Invalid, "a reason of 1 to %d characters is needed", MaxReason).At("reason")
	}
	for i := range len(reason) {
		if c := reason[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return fault.New(fault.Invalid, "a reason is printable ASCII without quotes and backslashes; character %d is not", i+1).At("reason")
		}
	}
	return nil
}
