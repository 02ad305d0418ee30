package signing

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"frostgate.io/frostgate/internal/fault"
)

// folder is the key folder while it is locked: shared by those who read it,
// alone by the one who changes it. Every file in it is either as it was before
// a change or as after it, wherever a crash falls.
type folder struct {
	dir  string
	lock *os.File
	// step is told of each change that has reached the disk; tests end there as
	// a crash would.
	step func(what string) error
}

// openFolder locks the folder itself: there is no lock file to lose, and a
// folder that can't be written can still be read.
func openFolder(dir string, change bool) (*folder, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("open key folder: %w", err)
	}
	how := syscall.LOCK_SH
	if change {
		how = syscall.LOCK_EX
	}
	if err := syscall.Flock(int(d.Fd()), how); err != nil {
		return nil, errors.Join(fmt.Errorf("lock key folder: %w", err), d.Close())
	}
	info, err := d.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open key folder: %w", err), d.Close())
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, errors.Join(fault.New(fault.Invalid, "key folder %s is open to others (mode %04o): chmod 700 %s", dir, info.Mode().Perm(), dir), d.Close())
	}
	return &folder{dir: dir, lock: d, step: func(string) error { return nil }}, nil
}

// close gives the lock back.
func (f *folder) close() { _ = f.lock.Close() }

// readState reads a state file that only its owner may read.
func (f *folder) readState(name string, to any) (found bool, err error) {
	path := filepath.Join(f.dir, name)
	b, err := readPrivate(path, maxState)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if len(b) > maxState || decodeState(b, to) != nil {
		return true, fault.New(fault.Invalid, "%s can't be read; restore it from your backup", path)
	}
	return true, nil
}

func (f *folder) writeState(name string, v any) error {
	b, err := encodeState(v)
	if err != nil {
		return err
	}
	return f.put(name, string(b))
}

// put writes a file under a name beside it and renames it. What an earlier
// crash left under that name was never used.
func (f *folder) put(name, text string) error {
	path := filepath.Join(f.dir, name)
	if err := os.Remove(path + ".new"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := writeFile(path+".new", text); err != nil {
		return err
	}
	if err := f.step("written " + name); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	if err := syncDir(f.dir); err != nil {
		return err
	}
	return f.step("renamed " + name)
}

// destroy overwrites a key file and removes it; one that is gone already is
// fine. Overwriting is as much as a program can do: a file system or disk that
// writes elsewhere keeps the old blocks until it reuses them.
func (f *folder) destroy(name string) error {
	path := filepath.Join(f.dir, name)
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil {
		_, err = file.Write(make([]byte, info.Size()))
	}
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := f.step("overwritten " + name); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	if err := syncDir(f.dir); err != nil {
		return err
	}
	return f.step("removed " + name)
}

// sweep removes what crashes left half-way: nothing ever read it.
func (f *folder) sweep() error {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".new") {
			if err := f.destroy(e.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

// readPrivate reads a file that only its owner may read, up to a limit and one
// byte.
func readPrivate(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fault.New(fault.Invalid, "key file %s is not a regular file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fault.New(fault.Invalid, "key file %s is open to others (mode %04o): chmod 600 %s", path, info.Mode().Perm(), path)
	}
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	return b, nil
}
