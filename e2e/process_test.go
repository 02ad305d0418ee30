package e2e_test

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestSIGTERMDrains ends a server as systemd and Kubernetes do.
func TestSIGTERMDrains(t *testing.T) {
	t.Parallel()
	var logs bytes.Buffer
	cmd := exec.Command("frostgate", "serve", "--data-dir", filepath.Join(t.TempDir(), "state"), "--listen", "127.0.0.1:0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(io.TeeReader(stderr, &logs))
	for lines.Scan() {
		if strings.Contains(lines.Text(), `"msg":"listening"`) {
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(logs.String(), `"msg":"stopped"`) {
		t.Errorf("%v\n%s", err, logs.String())
	}
}

// TestDemoCommandsWork runs the commands that the tour names, as a newcomer
// would paste them.
func TestDemoCommandsWork(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("skipped: curl is not installed")
	}
	cmd := exec.Command("frostgate", "demo")
	cmd.Env = append(os.Environ(), "FROSTGATE_TESTDATA=", "TMPDIR="+t.TempDir())
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var shell []string
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		text := strings.TrimSpace(lines.Text())
		if regexp.MustCompile(`^(curl|export|frostgate) `).MatchString(text) {
			shell = append(shell, text)
		}
		if !strings.HasPrefix(text, "Serving on ") {
			continue
		}
		for _, line := range shell {
			if strings.HasPrefix(line, "export ") {
				continue
			}
			run := exec.Command("sh", "-c", "set -e\n"+exports(shell)+strings.Replace(line, "curl ", "curl --fail ", 1))
			run.Dir = t.TempDir() // a command may write a file
			out, err := run.CombinedOutput()
			if err != nil || len(out) < 50 {
				t.Errorf("%s: %v\n%s", line, err, out)
			}
		}
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Wait(); err != nil || len(shell) < 5 {
		t.Errorf("%v after %d commands", err, len(shell))
	}
}

func exports(shell []string) string {
	var b strings.Builder
	for _, line := range shell {
		if strings.HasPrefix(line, "export ") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
