// Command openapi writes api/openapi.yaml from the route table; with -release
// it also keeps it as the contract of a tag. It must not hold anything that
// the table doesn't say.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"frostgate.io/frostgate/internal/httpapi"
)

func main() {
	dir := flag.String("dir", "api", "folder that holds openapi.yaml")
	release := flag.String("release", "", "also keep the contract as released/openapi-VERSION.yaml, for example v1")
	flag.Parse()
	if err := run(*dir, *release); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

func run(dir, release string) error {
	doc, err := httpapi.Contract()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "openapi.yaml"), doc, 0o644); err != nil {
		return err
	}
	if release == "" {
		return nil
	}
	if !regexp.MustCompile(`^v[1-9][0-9]{0,5}$`).MatchString(release) {
		return fmt.Errorf("-release %q: must be v and a number", release)
	}
	path := filepath.Join(dir, "released", "openapi-"+release+".yaml")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already: a released contract never changes", path)
	}
	return os.WriteFile(path, doc, 0o644)
}
