package e2e_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// condition gives the flows [isolation]: whether a command can be run without a
// network here. Under CI=true a machine that has unshare must permit it, so that
// the flow can't be left out silently.
func condition(name string) (bool, error) {
	if name != "isolation" {
		return false, errors.New("unknown condition " + name)
	}
	path, err := exec.LookPath("unshare")
	if err != nil {
		return false, nil
	}
	if err := exec.Command(path, "-rn", "true").Run(); err != nil && os.Getenv("CI") == "true" {
		return false, errors.New("unshare -rn is not permitted here: " + err.Error())
	} else if err != nil {
		return false, nil
	}
	return true, nil
}

// isolated runs the binary in a new folder that holds a copy of it and of the
// named files and can't be written to, without a network and with an empty
// environment.
//
//	isolated CODE FILE,FILE... ARGS...
func isolated(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: isolated CODE FILE,FILE... ARGS...")
	}
	dir, err := os.MkdirTemp(ts.MkAbs("."), "isolated")
	ts.Check(err)
	binary, err := exec.LookPath("frostgate")
	ts.Check(err)
	copyTo(ts, binary, filepath.Join(dir, "frostgate"), 0o555)
	for _, f := range filepath.SplitList(args[1]) {
		copyTo(ts, ts.MkAbs(f), filepath.Join(dir, filepath.Base(f)), 0o444)
	}
	ts.Check(os.Chmod(dir, 0o555))
	ts.Defer(func() { _ = os.Chmod(dir, 0o755) })
	shell := append([]string{args[0], "unshare", "-rn", "env", "-i", "sh", "-c", `cd "$0" && exec ./frostgate "$@"`, dir}, args[2:]...)
	code(ts, false, shell)
}

// copyTo has another process write the file: a process that is started beside us
// could inherit our own open file, and what is open for writing can't be run.
func copyTo(ts *testscript.TestScript, from, to string, mode os.FileMode) {
	out, err := exec.Command("cp", from, to).CombinedOutput()
	if err != nil {
		ts.Fatalf("%v: %s", err, out)
	}
	ts.Check(os.Chmod(to, mode))
}
