// Package source reads configuration as it lies around: folders of exports,
// single files, streams. It gives raw objects as JSON with the place they were
// found at, says which folders it read to their end, and says what it could not
// read.
//
// Invariant: nothing that looks like configuration is left out silently. It is
// a record, a failure with its reason, or named among what was passed over. The
// same files give the same records in the same order. Bytes of outside are
// bounded before they are expanded.
//
// It must not recognise types or identities (internal/inventory/normal does),
// follow links out of the folder it was given, or repair what is broken.
package source

import (
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Kind names a kind of source, as runs store it.
type Kind string

// The kinds that can be read.
const (
	Directory  Kind = "directory"
	Kubernetes Kind = "kubernetes"
	AWS        Kind = "aws"
	Upload     Kind = "upload"
)

// Reader is what there is to know of one kind of source.
type Reader struct {
	Kind  Kind
	Label string
	// Reads says what it takes.
	Reads string
	// Planned marks a kind that has its place and no reader yet.
	Planned bool
	// wanted says which documents are this kind's objects; nil: all are.
	wanted func(root jsondoc.Value) bool
}

// Kinds is every kind of source, by name.
func Kinds() map[Kind]Reader {
	all := map[Kind]Reader{
		Directory:   {Label: "Exports", Reads: "a folder or file of exports: IntuneManagement, IntuneCD, plain JSON, YAML, NDJSON"},
		Kubernetes:  {Label: "Kubernetes", Reads: "a folder or file of Kubernetes objects, as manifests or as read from a cluster", wanted: isKubernetes},
		AWS:         {Label: "AWS", Reads: "a folder or file of AWS Config items and IAM authorization details"},
		Upload:      {Label: "Upload", Reads: "a stream of NDJSON"},
		"graph":     {Label: "Microsoft Graph", Planned: true},
		"terraform": {Label: "Terraform state and plans", Planned: true},
		"osquery":   {Label: "osquery", Planned: true},
		"okta":      {Label: "Okta", Planned: true},
		"github":    {Label: "GitHub", Planned: true},
		"gcp":       {Label: "Google Cloud", Planned: true},
		"gpo":       {Label: "Group Policy", Planned: true},
	}
	for k, r := range all {
		r.Kind = k
		all[k] = r
	}
	return all
}

// Existing are the names of the kinds that can be read, sorted.
func Existing() []string {
	var names []string
	for k, r := range Kinds() {
		if !r.Planned {
			names = append(names, string(k))
		}
	}
	slices.Sort(names)
	return names
}

// Find gives the reader of a kind. A kind that is planned or unknown is refused
// with the names of those that exist.
func Find(kind Kind) (Reader, error) {
	r, ok := Kinds()[kind]
	switch {
	case !ok:
		return Reader{}, fault.New(fault.Unsupported, "there is no source %q; these can be read: %s", kind, strings.Join(Existing(), ", "))
	case r.Planned:
		return Reader{}, fault.New(fault.Unsupported, "the source %q (%s) can't be read yet; these can: %s", kind, r.Label, strings.Join(Existing(), ", "))
	}
	return r, nil
}
