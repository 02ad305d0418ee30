package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
	sources "frostgate.io/frostgate/internal/inventory/source"
)

// diffSide is one side of a comparison.
type diffSide struct {
	path   string
	snap   *manifest.Snapshot
	sum    *sources.Summary // nil for an exported snapshot
	places map[objectKey]string
	single string // the name under which the objects of a single file are placed
}

// objectKey names an object.
type objectKey struct{ typ, id string }

// sides reads both. They are hashed under one key that nobody else has: secrets
// compare, and what is shown of them says nothing.
func (c *driftDiffCmd) sides(p *program, types *normal.Types) (before, after *diffSide, err error) {
	if c.Before == "-" && c.After == "-" {
		return nil, nil, errors.New("only one side can be standard input")
	}
	key := make([]byte, 36)
	if _, err := rand.Read(key); err != nil {
		return nil, nil, err
	}
	rd := &sideReader{
		stdin: p.in, types: types, kind: sources.Kind(c.Source), as: commonName(c.Before, c.After),
		secrets: &normal.Secrets{ID: hex.EncodeToString(key[:4]), Key: key[4:]},
	}
	if before, err = rd.read(p.ctx, c.Before); err != nil {
		return nil, nil, err
	}
	if after, err = rd.read(p.ctx, c.After); err != nil {
		return nil, nil, err
	}
	// A snapshot says what it was read from; exports held against it are taken for
	// the same.
	switch {
	case before.sum == nil && after.sum != nil:
		after.snap.Root.Source = before.snap.Root.Source
	case after.sum == nil && before.sum != nil:
		before.snap.Root.Source = after.snap.Root.Source
	}
	return before, after, nil
}

// commonName is what two files that are compared are both called: where objects
// have no ID of their own the file's name is it.
func commonName(a, b string) string {
	name := ""
	for _, path := range []string{b, a} {
		if path == "-" {
			continue
		}
		if st, err := os.Stat(path); err != nil || st.IsDir() {
			return ""
		}
		name = filepath.Base(path)
	}
	return name
}

// sideReader reads sides in one way.
type sideReader struct {
	stdin   io.Reader
	types   *normal.Types
	kind    sources.Kind
	as      string
	secrets *normal.Secrets
}

func (r *sideReader) read(ctx context.Context, path string) (*diffSide, error) {
	side := &diffSide{path: path, places: map[objectKey]string{}}
	in, name := r.stdin, path
	if path != "-" {
		st, err := os.Stat(path)
		if err == nil && st.IsDir() {
			return side, r.observe(ctx, side, func(opt sources.Options, sink sources.Sink) (*sources.Summary, error) {
				return sources.Read(ctx, path, opt, sink)
			})
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, errors.New(path + ": " + causeOf(err))
		}
		defer f.Close()
		in, name = f, filepath.Base(path)
	}
	side.single = or(r.as, name)
	err := r.observe(ctx, side, func(opt sources.Options, sink sources.Sink) (*sources.Summary, error) {
		opt.As = r.as
		return sources.Stream(ctx, in, name, opt, sink)
	})
	var exported *sources.SnapshotError
	if errors.As(err, &exported) {
		err = side.archive(exported.Body)
	}
	if err != nil && path != "-" {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return side, err
}

func causeOf(err error) string {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// observe makes a snapshot of what a source gives.
func (r *sideReader) observe(ctx context.Context, side *diffSide, read func(sources.Options, sources.Sink) (*sources.Summary, error)) error {
	opt := sources.Options{Kind: r.kind, TypeOf: r.types.TypeOfFolder}
	begin := inventory.Begin{Source: inventory.Source{Kind: string(r.kind), Name: "offline"}}
	snap, err := inventory.Observe(ctx, r.types, r.secrets, begin, func(o *inventory.Observer) error {
		o.OnObject(func(place, typ, id string) { side.places[objectKey{typ, id}] = place })
		sum, err := read(opt, observerSink{o})
		side.sum = sum
		return err
	})
	side.snap = snap
	return err
}

// observerSink hands what a source reads to an observer.
type observerSink struct{ *inventory.Observer }

// Cover says how completely a type was read.
func (s observerSink) Cover(c manifest.Coverage) error {
	return s.Observer.Cover(c.Type, c.Status, c.Error)
}

// archive reads an exported snapshot; all of it is checked.
func (s *diffSide) archive(body io.Reader) error {
	store := partStore{}
	root, hash, err := manifest.ReadArchive(body, manifest.ArchiveSink{Content: store.keep, Chunk: store.keep})
	if err != nil {
		return err
	}
	s.sum, s.snap = nil, &manifest.Snapshot{Root: root, Hash: hash, Store: store}
	return nil
}

// partStore has the parts of a snapshot in memory.
type partStore map[manifest.Hash][]byte

func (s partStore) keep(h manifest.Hash, b []byte) error {
	s[h] = bytes.Clone(b)
	return nil
}

// Chunks gives chunks by their hashes.
func (s partStore) Chunks(ctx context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	for _, h := range hashes {
		b, ok := s[h]
		if !ok {
			return fault.New(fault.Damaged, "the snapshot lacks its part %x", h)
		}
		if err := each(h, b); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Contents gives objects by their hashes.
func (s partStore) Contents(ctx context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	return s.Chunks(ctx, hashes, each)
}

// show gives a place as it is found: in a folder relative to it, of a single
// file by the path that was named.
func (s *diffSide) show(place string) string {
	if s.single != "" && strings.HasPrefix(place, s.single) {
		return s.path + place[len(s.single):]
	}
	return place
}
