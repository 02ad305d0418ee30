package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"frostgate.io/frostgate/internal/fault"
)

// Read reads a folder or a file.
func Read(ctx context.Context, name string, opt Options, sink Sink) (*Summary, error) {
	r, err := newReading(opt, sink)
	if err != nil {
		return nil, err
	}
	st, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, unreadable(err)
	case st.IsDir():
		return &r.sum, r.root(ctx, name)
	case !st.Mode().IsRegular():
		return nil, fault.New(fault.Invalid, "%s is neither a folder nor a file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, unreadable(err)
	}
	defer f.Close()
	return &r.sum, r.single(ctx, f, filepath.Base(name))
}

func newReading(opt Options, sink Sink) (*reading, error) {
	if opt.Kind == "" {
		opt.Kind = Directory
	}
	reader, err := Find(opt.Kind)
	if err != nil {
		return nil, err
	}
	return &reading{opt: opt, reader: reader, sink: sink}, nil
}

// unreadable says in plain words why the path that was named can't be read.
func unreadable(err error) error {
	code := fault.Invalid
	if errors.Is(err, fs.ErrNotExist) {
		code = fault.NotFound
	}
	return fault.Wrap(code, err, "%s", pathReason(err))
}

func pathReason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Path + ": " + pe.Err.Error()
	}
	return err.Error()
}

// root reads a folder. os.Root keeps every path below it, links included.
func (r *reading) root(ctx context.Context, name string) error {
	root, err := os.OpenRoot(name)
	if err != nil {
		return unreadable(err)
	}
	defer func() { _ = root.Close() }() // it was only read
	// The folder that was named must be readable: else there is no observation.
	if _, err := fs.ReadDir(root.FS(), "."); err != nil {
		return unreadable(err)
	}
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		return unreadable(err)
	}
	w := &walk{reading: r, root: root, real: target}
	return w.folder(ctx, ".", 0)
}

// walk is the reading of one folder with all below it.
type walk struct {
	*reading
	root *os.Root
	real string // the folder's path without links
}

func (w *walk) folder(ctx context.Context, dir string, depth int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if depth > maxFolders {
		return w.fail(dir, w.typeOf(dir), "folders lie too deep in each other")
	}
	entries, err := fs.ReadDir(w.root.FS(), dir)
	if err != nil {
		return w.fail(dir, w.typeOf(dir), "the folder can't be read: "+cause(err))
	}
	for _, e := range entries {
		if err := w.entry(ctx, path.Join(dir, e.Name()), e, depth); err != nil {
			return err
		}
	}
	return w.sink.Folder(dir)
}

func (w *walk) entry(ctx context.Context, place string, e fs.DirEntry, depth int) error {
	switch {
	case hidden(e.Name()):
		w.sum.Ignored++
		return nil
	case e.IsDir():
		return w.folder(ctx, place, depth+1)
	case e.Type()&fs.ModeSymlink != 0:
		return w.link(ctx, place)
	case formatOf(place) == unknownFormat:
		w.sum.Ignored++
		return nil
	case !e.Type().IsRegular():
		return w.fail(place, w.typeOf(path.Dir(place)), "not a regular file")
	}
	return w.file(ctx, place)
}

func hidden(name string) bool { return strings.HasPrefix(name, ".") }

// link follows a link to a file that is not read by itself: Kubernetes mounts
// files as links into hidden folders. A link to what is read anyway would make
// every object a duplicate; one that leads out of the folder is not followed.
func (w *walk) link(ctx context.Context, place string) error {
	st, err := w.root.Stat(place)
	if formatOf(place) == unknownFormat && (err != nil || !st.IsDir()) {
		w.sum.Ignored++
		return nil
	}
	folder := w.typeOf(path.Dir(place))
	if err != nil {
		return w.fail(place, folder, "the link is not followed: "+linkCause(err))
	}
	target, err := filepath.EvalSymlinks(filepath.Join(w.real, filepath.FromSlash(place)))
	if err != nil {
		return w.fail(place, folder, "the link is not followed: "+cause(err))
	}
	rel, err := filepath.Rel(w.real, target)
	switch {
	case err != nil || !filepath.IsLocal(rel):
		return w.fail(place, folder, "the link leads out of the folder")
	case visited(filepath.ToSlash(rel), st.IsDir()):
		w.pass(place, "a link to "+filepath.ToSlash(rel)+", which is read itself")
		return nil
	case !st.Mode().IsRegular():
		return w.fail(place, folder, "the link is not followed: it leads to no regular file")
	}
	return w.file(ctx, place)
}

// linkCause is cause in plain words: os.Root says that a path escapes from its
// parent.
func linkCause(err error) string {
	text := cause(err)
	if strings.Contains(text, "escapes") {
		return "it leads out of the folder"
	}
	return text
}

// visited says whether the walk comes by a path itself.
func visited(rel string, dir bool) bool {
	for part := range strings.SplitSeq(rel, "/") {
		if part != "." && hidden(part) {
			return false
		}
	}
	return dir || formatOf(rel) != unknownFormat
}

// cause is an error without the path, which stands beside it.
func cause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

func (w *walk) file(ctx context.Context, place string) error {
	f, err := w.root.Open(place)
	if err != nil {
		return w.fail(place, w.typeOf(path.Dir(place)), "the file can't be read: "+cause(err))
	}
	defer f.Close()
	w.sum.Files++
	return w.content(ctx, f, place, formatOf(place))
}
