package signing

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/fault"

	"golang.org/x/mod/sumdb/note"
)

// The key folder in the data folder and its files; each holds one line.
const (
	Folder     = "keys"
	masterFile = "master.key" // base64 of 32 bytes
	pepperFile = "pepper.key" // base64 of 32 bytes
	logFile    = "log.key"    // note signer key (golang.org/x/mod/sumdb/note)
)

// algEd25519 is the note format's type byte (c2sp.org/signed-note).
const algEd25519 = 1

// maxKeyFile bounds what is read of a key file.
const maxKeyFile = 4096

// Options say what the caller knows about the store beside the keys.
type Options struct {
	// MustExist refuses to create keys: the store holds data already.
	MustExist bool
}

// Open loads the keys of a data folder, or creates them on the first start.
func Open(dataDir string, clk clock.Clock) (*Custody, error) {
	return OpenWith(dataDir, clk, Options{})
}

// OpenWith is Open with what is known about the store. Faults of code Invalid
// say what the operator must mend.
func OpenWith(dataDir string, clk clock.Clock, o Options) (*Custody, error) {
	dir := filepath.Join(dataDir, Folder)
	missing, err := missingFiles(dir)
	if err != nil {
		return nil, err
	}
	switch {
	case len(missing) == 0:
	case len(missing) < 3:
		return nil, fault.New(fault.Invalid,
			"key folder %s is incomplete: %s missing; restore the file from your backup (new keys could not read the existing store)",
			dir, strings.Join(missing, ", "))
	case o.MustExist:
		return nil, fault.New(fault.Invalid,
			"the store holds data but its keys are missing in %s; restore the folder from your backup (new keys could not read the store)", dir)
	default:
		if err := create(dir, clk); err != nil {
			return nil, fmt.Errorf("create keys in %s: %w", dir, err)
		}
	}
	return load(dir, clk)
}

// Exist tells whether a data folder has any key file.
func Exist(dataDir string) (bool, error) {
	missing, err := missingFiles(filepath.Join(dataDir, Folder))
	return len(missing) < 3, err
}

// missingFiles names the kinds of key that a folder lacks. The first log or
// master key goes when it is retired or destroyed; its state file stays.
func missingFiles(dir string) ([]string, error) {
	var missing []string
	for _, either := range [][]string{{masterFile, masterState}, {pepperFile}, {logFile, logState}} {
		found := false
		for _, name := range either {
			_, err := os.Lstat(filepath.Join(dir, name))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("look for keys: %w", err)
			}
			found = found || err == nil
		}
		if !found {
			missing = append(missing, either[0])
		}
	}
	return missing, nil
}

// create writes all keys into a folder beside the final one and renames it, so
// that a crash leaves all keys or none. A leftover was never used.
func create(dir string, clk clock.Clock) error {
	fresh := dir + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return err
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return err
	}
	var instance [4]byte
	clk.Random(instance[:])
	logKey, _, err := newLogKey("frostgate.local/"+hex.EncodeToString(instance[:]), clk)
	if err != nil {
		return err
	}
	for name, line := range map[string]string{masterFile: randomLine(clk), pepperFile: randomLine(clk), logFile: logKey} {
		if err := writeFile(filepath.Join(fresh, name), line+"\n"); err != nil {
			return err
		}
	}
	if err := syncDir(fresh); err != nil {
		return err
	}
	if err := os.Rename(fresh, dir); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir))
}

func randomLine(clk clock.Clock) string {
	var b [32]byte
	clk.Random(b[:])
	return base64.StdEncoding.EncodeToString(b[:])
}

// newLogKey makes an Ed25519 signer key in note form, and its public half.
func newLogKey(name string, clk clock.Clock) (line, vkey string, err error) {
	seed := make([]byte, ed25519.SeedSize)
	clk.Random(seed)
	vkey, err = note.NewEd25519VerifierKey(name, ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
	if err != nil {
		return "", "", err
	}
	_, id, _ := splitVerifierKey(vkey)
	return "PRIVATE+KEY+" + name + "+" + id + "+" + base64.StdEncoding.EncodeToString(append([]byte{algEd25519}, seed...)), vkey, nil
}

func writeFile(name, text string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func load(dir string, clk clock.Clock) (*Custody, error) {
	f, err := openFolder(dir, false)
	if err != nil {
		return nil, err
	}
	defer f.close()
	c := &Custody{clk: clk, dir: dir}
	if err := c.loadMasters(f, fileVault{f}); err != nil {
		return nil, err
	}
	if c.pepper, err = readRandom(filepath.Join(dir, pepperFile)); err != nil {
		return nil, err
	}
	if err := c.loadLogKeys(f); err != nil {
		return nil, err
	}
	c.macs.New = c.newMACState
	return c, nil
}

// loadLogKeys reads the private half of each key that signs, the active one
// first.
func (c *Custody) loadLogKeys(f *folder) error {
	l, err := f.readLogKeys()
	if err != nil {
		return err
	}
	c.keys = l.Keys
	for i, k := range l.Keys {
		if !k.Signs() {
			continue
		}
		path := filepath.Join(f.dir, l.file(i))
		s, err := readLogKey(path)
		if errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.Invalid, "key folder %s is incomplete: %s missing; restore the file from your backup", f.dir, l.file(i))
		}
		if err != nil {
			return err
		}
		if s.vkey != k.VerifierKey {
			return fault.New(fault.Invalid, "key file %s holds another key than %s; restore it from your backup", path, k.ID())
		}
		if k.State == Active {
			c.vkey = s.vkey
			c.signers = append([]note.Signer{s.signer}, c.signers...)
			continue
		}
		c.signers = append(c.signers, s.signer)
	}
	return nil
}

// readLogKey reads a private log key. Errors never quote the line: it is the
// private key.
func readLogKey(file string) (*logSigner, error) {
	line, err := readLine(file)
	if err != nil {
		return nil, err
	}
	bad := fault.New(fault.Invalid, "key file %s does not hold an Ed25519 note signer key; restore it from your backup", file)
	signer, err := note.NewSigner(line)
	if err != nil {
		return nil, bad
	}
	parts := strings.SplitN(line, "+", 5) // PRIVATE+KEY+name+hash+base64, which may hold pluses
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return nil, bad
	}
	public := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(signer.Name(), public)
	if err != nil {
		return nil, bad
	}
	return &logSigner{signer, vkey}, nil
}

func readRandom(file string) (key [32]byte, err error) {
	line, err := readLine(file)
	if err != nil {
		return key, err
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(line)
	if err != nil || len(raw) != len(key) {
		return key, fault.New(fault.Invalid, "key file %s does not hold 32 bytes in base64; restore it from your backup", file)
	}
	return [32]byte(raw), nil
}

// readLine reads a key file that only its owner may read.
func readLine(file string) (string, error) {
	b, err := readPrivate(file, maxKeyFile)
	if err != nil {
		return "", err
	}
	line, rest, _ := strings.Cut(string(b), "\n")
	if len(b) > maxKeyFile || rest != "" {
		return "", fault.New(fault.Invalid, "key file %s must hold one line; restore it from your backup", file)
	}
	return line, nil
}
