package agent

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
)

// printLen is how many of a file's first bytes make its fingerprint.
const printLen = 1024

// identity tells files apart: inodes are used again after a deletion, and a
// file that was emptied and filled again keeps its inode, so the first bytes
// count too. A file shorter than printLen has the fingerprint of what it has.
type identity struct {
	Dev   uint64 `json:"dev"`
	Inode uint64 `json:"inode"`
	Len   int    `json:"len"`
	Print string `json:"print"`
}

// identify reads a file's identity.
func identify(f *os.File) (identity, error) {
	info, err := f.Stat()
	if err != nil {
		return identity{}, err
	}
	id := identity{}
	id.Dev, id.Inode = inode(info)
	id.Print, id.Len, err = fingerprint(f, printLen)
	return id, err
}

func fingerprint(f *os.File, n int) (sum string, got int, err error) {
	b := make([]byte, n)
	got, err = f.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", 0, err
	}
	digest := sha256.Sum256(b[:got])
	return hex.EncodeToString(digest[:]), got, nil
}

// begins tells whether the file still begins with the bytes of the identity.
func (id identity) begins(f *os.File) (bool, error) {
	sum, got, err := fingerprint(f, id.Len)
	return err == nil && got == id.Len && sum == id.Print, err
}
