// Package web holds the built console, so that the server's binary carries it.
//
// Its job is to hand out the files of web/dist. Invariant: the package builds
// without node: without a build the folder holds one text file, and Built says
// no. It must not serve, decide or change anything.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns the built console with index.html at its root.
func Files() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the name is a constant that fs.ValidPath takes
	}
	return sub
}

// Built says whether files hold a build of the console.
func Built(files fs.FS) bool {
	_, err := fs.Stat(files, "index.html")
	return err == nil
}
