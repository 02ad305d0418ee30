package signing

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/fault"

	"golang.org/x/mod/sumdb/note"
)

// Change is what a command did to the keys.
type Change struct {
	// Key is the key it was about.
	Key LogKey
	// Changed is false when everything was so already.
	Changed bool
}

// Keys lists the log keys of a data folder, the oldest first.
func Keys(dataDir string) ([]LogKey, error) {
	f, err := openFolder(filepath.Join(dataDir, Folder), false)
	if err != nil {
		return nil, err
	}
	defer f.close()
	l, err := f.readLogKeys()
	if err != nil {
		return nil, err
	}
	return l.Keys, nil
}

// Issue adds a log key, which signs from the server's next start on, beside
// the one that was active. While a rotation is under way it changes nothing and
// gives the key that was issued: to ask twice issues one.
func Issue(dataDir string, clk clock.Clock) (Change, error) {
	return change(dataDir, func(f *folder) (Change, error) { return f.issue(clk) })
}

// Retire ends a retiring key's signing and destroys its private half. What it
// signed stays valid.
func Retire(dataDir, id string, clk clock.Clock) (Change, error) {
	return change(dataDir, func(f *folder) (Change, error) { return f.retire(id, clk) })
}

// Revoke ends all trust in a key and destroys its private half: what only this
// key signed is refused from then on, stored log heads too.
func Revoke(dataDir, id, reason string, clk clock.Clock) (Change, error) {
	return change(dataDir, func(f *folder) (Change, error) { return f.revoke(id, reason, clk) })
}

func change(dataDir string, fn func(*folder) (Change, error)) (Change, error) {
	f, err := openFolder(filepath.Join(dataDir, Folder), true)
	if err != nil {
		return Change{}, err
	}
	defer f.close()
	if err := f.sweep(); err != nil {
		return Change{}, err
	}
	return fn(f)
}

// issue writes the key before the state that names it: a crash between the two
// leaves a key that nobody trusts, which the next call takes.
func (f *folder) issue(clk clock.Clock) (Change, error) {
	l, err := f.readLogKeys()
	if err != nil {
		return Change{}, err
	}
	was := l.in(Active)
	if l.in(Retiring) >= 0 {
		return Change{Key: l.Keys[was]}, nil
	}
	name, _, _ := splitVerifierKey(l.Keys[was].VerifierKey)
	vkey, err := f.unused(l, name)
	if err != nil {
		return Change{}, err
	}
	if vkey == "" {
		if vkey, err = f.newKey(l, name, clk); err != nil {
			return Change{}, err
		}
	}
	l.Keys[was].State, l.Keys[was].Since = Retiring, clk.Now()
	k := LogKey{VerifierKey: vkey, State: Active, Since: clk.Now()}
	l.Keys = append(l.Keys, k)
	return Change{Key: k, Changed: true}, f.writeLogKeys(l)
}

func (f *folder) newKey(l *logKeys, name string, clk clock.Clock) (vkey string, err error) {
	for {
		line, vkey, err := newLogKey(name, clk)
		if err != nil {
			return "", err
		}
		_, id, _ := splitVerifierKey(vkey)
		if l.find(id) >= 0 { // four bytes: not impossible
			continue
		}
		return vkey, f.put("log-"+id+".key", line+"\n")
	}
}

// unused finds a key that was written but never named by the state.
func (f *folder) unused(l *logKeys, name string) (vkey string, err error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "log-") || !strings.HasSuffix(e.Name(), ".key") {
			continue
		}
		k, err := readLogKey(filepath.Join(f.dir, e.Name()))
		if err != nil || k.signer.Name() != name || l.find(k.vkey) >= 0 {
			continue // overwritten on its way out, or another folder's
		}
		if _, id, _ := splitVerifierKey(k.vkey); l.find(id) < 0 && e.Name() == "log-"+id+".key" {
			return k.vkey, nil
		}
	}
	return "", nil
}

func (f *folder) retire(id string, clk clock.Clock) (Change, error) {
	l, i, err := f.named(id)
	if err != nil {
		return Change{}, err
	}
	switch k := l.Keys[i]; k.State {
	case Revoked:
		return Change{}, fault.New(fault.Conflict, "key %s is revoked, which is more than retired", k.ID())
	case Retired:
		return Change{Key: k}, f.destroy(l.file(i))
	}
	return f.end(l, i, Retired, "", clk)
}

func (f *folder) revoke(id, reason string, clk clock.Clock) (Change, error) {
	if err := validReason(reason); err != nil {
		return Change{}, err
	}
	l, i, err := f.named(id)
	if err != nil {
		return Change{}, err
	}
	if k := l.Keys[i]; k.State == Revoked {
		return Change{Key: k}, f.destroy(l.file(i))
	}
	return f.end(l, i, Revoked, reason, clk)
}

func (f *folder) named(id string) (*logKeys, int, error) {
	l, err := f.readLogKeys()
	if err != nil {
		return nil, 0, err
	}
	i := l.find(id)
	if i < 0 {
		return nil, 0, fault.New(fault.NotFound, "no log key %q; the folder has %s", id, strings.Join(ids(l.Keys), ", "))
	}
	return l, i, nil
}

// end stops a key. The state is written first: a private half that outlives it
// for a moment signs nothing any more.
func (f *folder) end(l *logKeys, i int, to KeyState, reason string, clk clock.Clock) (Change, error) {
	k := &l.Keys[i]
	active := l.Keys[l.in(Active)]
	switch {
	case k.State == Active:
		return Change{}, fault.New(fault.Conflict, "key %s is the active one; issue another first", k.ID())
	case k.State == Retiring && !active.InUse:
		return Change{}, fault.New(fault.Conflict,
			"key %s has not signed anything yet; start the server once, so that it signs the head of each log, before key %s goes", active.ID(), k.ID())
	}
	k.State, k.Since, k.Reason = to, clk.Now(), reason
	done := Change{Key: *k, Changed: true}
	if err := f.writeLogKeys(l); err != nil {
		return Change{}, err
	}
	return done, f.destroy(l.file(i))
}

func ids(keys []LogKey) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.ID()
	}
	return out
}

// MarkInUse notes in the folder that the active key has signed the head of
// each log, after which an older key may go.
func (c *Custody) MarkInUse() error {
	if i := slices.IndexFunc(c.keys, func(k LogKey) bool { return k.State == Active }); c.keys[i].InUse {
		return nil
	}
	_, err := change(filepath.Dir(c.dir), func(f *folder) (Change, error) {
		l, err := f.readLogKeys()
		if err != nil {
			return Change{}, err
		}
		i := l.find(c.vkey)
		if i < 0 || l.Keys[i].InUse {
			return Change{}, nil
		}
		l.Keys[i].InUse = true
		return Change{}, f.writeLogKeys(l)
	})
	return err
}

// logSigner is a private log key with its public half.
type logSigner struct {
	signer note.Signer
	vkey   string
}
