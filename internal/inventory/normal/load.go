package normal

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"go.yaml.in/yaml/v3"
)

// engineVersion changes whenever the code of this package gives the same object
// another form: it is part of every normaliser's version.
const engineVersion = "2"

//go:embed types/*.yaml
var tables embed.FS

// Builtin gives the table that FrostGate comes with; it is read once and never
// changes. It panics when the table is broken, which tests exclude.
func Builtin() *Types { return builtin() }

var builtin = sync.OnceValue(func() *Types {
	t, err := load(tables)
	if err != nil {
		panic(err)
	}
	return t
})

// load reads types/*.yaml. Families are in the order of readers.
func load(files fs.FS) (*Types, error) {
	paths, err := fs.Glob(files, "types/*.yaml")
	if err != nil {
		return nil, err
	}
	b := builder{t: &Types{
		byName:  map[string]*Rules{},
		odata:   globs{exact: map[string]*Rules{}},
		paths:   map[string]*Rules{},
		folders: map[string]*Rules{},
	}, forms: scalarForms()}
	docs := map[string]*fileDoc{}
	for _, path := range paths {
		raw, err := fs.ReadFile(files, path)
		if err != nil {
			return nil, err
		}
		doc, err := decode(raw)
		if err == nil {
			err = join(docs, &doc)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	for _, rd := range readers() {
		doc := docs[rd.family]
		if doc == nil {
			return nil, fmt.Errorf("family %s has no file in types", rd.family)
		}
		if err := b.family(doc, rd); err != nil {
			return nil, fmt.Errorf("family %s: %w", rd.family, err)
		}
		delete(docs, rd.family)
	}
	for name := range docs {
		return nil, fmt.Errorf("family %q has no reader", name)
	}
	return b.t, nil
}

// join adds a file to its family. Further files of a family have types only.
func join(docs map[string]*fileDoc, doc *fileDoc) error {
	first := docs[doc.Family]
	switch {
	case first == nil && doc.All == nil:
		return errors.New("the family's first file, by name, must have its common rules (all)")
	case first == nil:
		docs[doc.Family] = doc
	case doc.All != nil || len(doc.Names) > 0 || doc.Label != "":
		return errors.New("all, names and label stand in the family's first file")
	default:
		first.Types = append(first.Types, doc.Types...)
	}
	return nil
}

// decode reads one file strictly: an unknown key is an error.
func decode(raw []byte) (fileDoc, error) {
	var doc fileDoc
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&doc); err != nil {
		return doc, err
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return doc, errors.New("holds more than one document")
	}
	return doc, nil
}

// builder makes Types.
type builder struct {
	t     *Types
	forms map[string]scalarForm
}

func (b *builder) family(doc *fileDoc, rd reader) error {
	f := &family{name: doc.Family, label: doc.Label, reader: rd}
	for _, name := range doc.Names {
		f.names = append(f.names, newGlob(name))
	}
	all, err := b.rules(Type{Family: f.name}, &typeDoc{}, *doc.All)
	if err != nil {
		return err
	}
	f.all = all
	b.t.families = append(b.t.families, f)
	for i := range doc.Types {
		if err := b.typ(f, doc, &doc.Types[i]); err != nil {
			return fmt.Errorf("type %q: %w", doc.Types[i].Name, err)
		}
	}
	return nil
}

func (b *builder) typ(f *family, doc *fileDoc, d *typeDoc) error {
	if d.Name == "" || d.Label == "" {
		return errors.New("must have a name and a label")
	}
	if b.t.byName[d.Name] != nil {
		return errors.New("is there twice")
	}
	typ := Type{Name: d.Name, Label: d.Label, Family: f.name}
	rules := d.Rules
	if only, ok := onlyOData(d); ok && f.name == "graph" {
		// Exports say it, pages of a list don't.
		rules.Defaults = append(slices.Clip(rules.Defaults), defaultDoc{Path: "/@odata.type", Values: []string{only}})
	}
	r, err := b.rules(typ, d, merge(*doc.All, rules))
	if err != nil {
		return err
	}
	if reflect.ValueOf(rules).IsZero() {
		r.paths = f.all.paths // the family's: compiled once for all such types
	}
	b.t.byName[d.Name] = r
	for _, g := range d.Match {
		f.match = append(f.match, matched{newGlob(g), r})
	}
	return b.signs(r, d)
}

// onlyOData gives the @odata.type of a type that has but one.
func onlyOData(d *typeDoc) (string, bool) {
	if list := d.Recognise.ODataTypes; len(list) == 1 && !strings.Contains(list[0], "*") {
		return "#microsoft.graph." + list[0], true
	}
	return "", false
}

// signs enters how objects of the type are recognised; two types can't share a
// sign.
func (b *builder) signs(r *Rules, d *typeDoc) error {
	enter := func(in map[string]*Rules, sign string) error {
		if other := in[sign]; other != nil && other != r {
			return fmt.Errorf("shares %q with %s", sign, other.typ.Name)
		}
		in[sign] = r
		return nil
	}
	var errs []error
	for _, name := range d.Recognise.ODataTypes {
		if strings.Contains(name, "*") {
			b.t.odata.list = append(b.t.odata.list, globRules{newGlob(name), r})
			continue
		}
		errs = append(errs, enter(b.t.odata.exact, name))
	}
	if r.typ.Family == "graph" {
		errs = append(errs, enter(b.t.paths, d.Name))
	}
	for _, path := range d.Recognise.Collections {
		errs = append(errs, enter(b.t.paths, path))
	}
	for _, folder := range d.Recognise.Folders {
		errs = append(errs, enter(b.t.folders, foldFolder(folder)))
	}
	for _, members := range d.Recognise.Members {
		b.t.shapes = append(b.t.shapes, shape{members, r})
	}
	return errors.Join(errs...)
}

// merge adds a type's rules to its family's.
func merge(all, own rulesDoc) rulesDoc {
	return rulesDoc{
		Assignable: cmp.Or(own.Assignable, all.Assignable),
		Singleton:  cmp.Or(own.Singleton, all.Singleton),
		Nulls:      cmp.Or(own.Nulls, all.Nulls),
		// Where to look first: the type's places, then the family's.
		Identity: slices.Concat(own.Identity, all.Identity),
		Name:     slices.Concat(own.Name, all.Name),
		Template: slices.Concat(own.Template, all.Template),
		Keys:     slices.Concat(own.Keys, all.Keys),
		// What comes last wins where rules meet.
		Volatile:  slices.Concat(all.Volatile, own.Volatile),
		Keep:      slices.Concat(all.Keep, own.Keep),
		Secrets:   slices.Concat(all.Secrets, own.Secrets),
		NotSecret: slices.Concat(all.NotSecret, own.NotSecret),
		Defaults:  slices.Concat(all.Defaults, own.Defaults),
		Empty:     slices.Concat(all.Empty, own.Empty),
		Ordered:   slices.Concat(all.Ordered, own.Ordered),
		Sets:      slices.Concat(all.Sets, own.Sets),
		Metadata:  slices.Concat(all.Metadata, own.Metadata),
		Schemas:   slices.Concat(all.Schemas, own.Schemas),
		Scalars:   slices.Concat(all.Scalars, own.Scalars),
	}
}

// version is the hash of all that decides what a normaliser makes of an object.
func version(family string, recognise recogniseDoc, doc rulesDoc) (string, error) {
	b, err := json.Marshal([]any{engineVersion, family, recognise, doc}, json.Deterministic(true))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8]), nil
}
