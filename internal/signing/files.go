package signing

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
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

func missingFiles(dir string) ([]string, error) {
	var missing []string
	for _, name := range []string{masterFile, pepperFile, logFile} {
		_, err := os.Lstat(filepath.Join(dir, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, name)
		case err != nil:
			return nil, fmt.Errorf("look for keys: %w", err)
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
	logKey, err := newLogKey(clk)
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

// newLogKey makes an Ed25519 signer key in note form under a name of this
// instance's own.
func newLogKey(clk clock.Clock) (string, error) {
	var instance [4]byte
	clk.Random(instance[:])
	seed := make([]byte, ed25519.SeedSize)
	clk.Random(seed)
	name := "frostgate.local/" + hex.EncodeToString(instance[:])
	vkey, err := note.NewEd25519VerifierKey(name, ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
	if err != nil {
		return "", err
	}
	hash := strings.Split(vkey, "+")[1]
	return "PRIVATE+KEY+" + name + "+" + hash + "+" +
		base64.StdEncoding.EncodeToString(append([]byte{algEd25519}, seed...)), nil
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
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("open key folder: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fault.New(fault.Invalid, "key folder %s is open to others (mode %04o): chmod 700 %s", dir, info.Mode().Perm(), dir)
	}
	c := &Custody{clk: clk}
	if c.master, err = readRandom(filepath.Join(dir, masterFile)); err != nil {
		return nil, err
	}
	if c.pepper, err = readRandom(filepath.Join(dir, pepperFile)); err != nil {
		return nil, err
	}
	if err := c.readLogKey(filepath.Join(dir, logFile)); err != nil {
		return nil, err
	}
	c.macs.New = c.newMACState
	return c, nil
}

func (c *Custody) readLogKey(file string) error {
	line, err := readLine(file)
	if err != nil {
		return err
	}
	// Errors never quote the line: it is the private key.
	bad := fault.New(fault.Invalid, "key file %s does not hold an Ed25519 note signer key; restore it from your backup", file)
	if c.signer, err = note.NewSigner(line); err != nil {
		return bad
	}
	parts := strings.SplitN(line, "+", 5) // PRIVATE+KEY+name+hash+base64, which may hold pluses
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return bad
	}
	public := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	if c.vkey, err = note.NewEd25519VerifierKey(c.signer.Name(), public); err != nil {
		return bad
	}
	return nil
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
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("open key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("open key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", fault.New(fault.Invalid, "key file %s is not a regular file", file)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fault.New(fault.Invalid, "key file %s is open to others (mode %04o): chmod 600 %s", file, info.Mode().Perm(), file)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return "", fmt.Errorf("read key file: %w", err)
	}
	line, rest, _ := strings.Cut(string(b), "\n")
	if len(b) > maxKeyFile || rest != "" {
		return "", fault.New(fault.Invalid, "key file %s must hold one line; restore it from your backup", file)
	}
	return line, nil
}
