package e2e_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience bounds waiting for a server on a busy machine.
const patience = 60 * time.Second

// serversOf is where a flow keeps its servers.
type serversOf struct{}

// servers are the running servers of a flow by their names, and the environment
// that they start in: what a flow begins with, and over it the settings that its
// script names.
type servers struct {
	env    []string
	named  []string
	byName map[string]*server
}

// ofClients are what serve sets for the commands; a server has none of them.
var ofClients = []string{"FROSTGATE_URL", "FROSTGATE_API_KEY", "FROSTGATE_API_KEY_FILE"}

// environ is what a server starts with now. A script can't unset a variable: an
// empty one counts as not set.
func (all *servers) environ(now func(string) string) []string {
	env := slices.DeleteFunc(slices.Clone(all.env), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return slices.Contains(all.named, name)
	})
	for _, name := range all.named {
		if v := now(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

var setting = regexp.MustCompile(`FROSTGATE_[A-Z_]+`)

// settingsIn are the server's settings that a script names.
func settingsIn(script []byte) []string {
	var names []string
	for _, name := range setting.FindAllString(string(script), -1) {
		if !slices.Contains(ofClients, name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// server is one life of a server's process.
type server struct {
	cmd    *exec.Cmd
	listen chan struct{} // closed when it says that it listens
	ended  chan struct{} // closed when the process is gone; what is below is good then
	out    strings.Builder
	log    strings.Builder
	err    error
}

// serve starts a server on any free port and waits until it says that it
// listens. Then it sets URL, KEY and TENANT, which the command line reads too.
//
//	serve NAME DIR [FLAG...]
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: serve NAME DIR [FLAG...]")
	}
	all := ts.Value(serversOf{}).(*servers)
	if all.byName[args[0]] != nil {
		ts.Fatalf("server %s runs already", args[0])
	}
	cmd := exec.Command("frostgate", append([]string{"serve", "--data-dir", args[1], "--listen", "127.0.0.1:0"}, args[2:]...)...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), all.environ(ts.Getenv)
	s, err := launch(cmd)
	ts.Check(err)
	all.byName[args[0]] = s
	ts.Defer(func() {
		_ = cmd.Process.Kill()
		<-s.ended
		if all.byName[args[0]] == s { // a flow that failed shows what nobody stopped
			ts.Logf("server %s: %v\n%s", args[0], s.err, s.log.String())
		}
	})
	select {
	case <-s.listen:
	case <-s.ended:
		ts.Fatalf("server %s ended", args[0])
	case <-time.After(patience):
		ts.Fatalf("server %s does not listen after %s", args[0], patience)
	}
	var boot struct {
		URL      string `json:"url"`
		TenantID string `json:"tenant_id"`
		AdminKey string `json:"admin_key"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(filepath.Join(args[1], "bootstrap.json"))), &boot))
	ts.Check(isReady(boot.URL))
	for k, v := range map[string]string{"URL": boot.URL, "FROSTGATE_URL": boot.URL, "KEY": boot.AdminKey, "FROSTGATE_API_KEY": boot.AdminKey, "TENANT": boot.TenantID} {
		ts.Setenv(k, v)
	}
}

// launch starts the process and returns at once.
func launch(cmd *exec.Cmd) (*server, error) {
	s := &server{cmd: cmd, listen: make(chan struct{}), ended: make(chan struct{})}
	cmd.Stdout = &s.out
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(s.ended)
		heard, lines := false, bufio.NewReader(stderr)
		for {
			line, err := lines.ReadString('\n')
			s.log.WriteString(line)
			if !heard && strings.Contains(line, `"msg":"listening"`) {
				heard = true
				close(s.listen)
			}
			if err != nil {
				break
			}
		}
		s.err = cmd.Wait()
	}()
	return s, nil
}

// shutdown ends a server as an operator does; it must end well. What it printed is
// the command's own output.
//
//	shutdown NAME
func shutdown(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: shutdown NAME")
	}
	all := ts.Value(serversOf{}).(*servers)
	s := all.byName[args[0]]
	if s == nil {
		ts.Fatalf("no server %s runs", args[0])
	}
	delete(all.byName, args[0])
	ts.Check(s.cmd.Process.Signal(os.Interrupt))
	select {
	case <-s.ended:
	case <-time.After(patience):
		ts.Fatalf("server %s does not stop after %s", args[0], patience)
	}
	for _, text := range []struct {
		to   io.Writer
		text string
	}{{ts.Stdout(), s.out.String()}, {ts.Stderr(), s.log.String()}} {
		_, err := io.WriteString(text.to, text.text)
		ts.Check(err)
	}
	ts.Check(s.err)
}

func isReady(url string) error {
	client := http.Client{Timeout: patience}
	res, err := client.Get(url + "/health/ready")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return errors.New(res.Status)
	}
	return nil
}
