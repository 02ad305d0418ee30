package fault

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/app"
)

// deadline bounds every wait of a test for something that must happen.
const deadline = 60 * time.Second

// server is one life of the server process.
type server struct {
	t     *testing.T
	url   string
	boot  app.Bootstrap
	ready time.Duration // from start to ready
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string
	log   string
	ended chan struct{}
	err   error // good once ended is closed
}

// launch starts the process and returns at once.
func launch(t *testing.T, c childConfig, log string) *server {
	t.Helper()
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, log: log, lines: make(chan string, 8), ended: make(chan struct{})}
	s.cmd = exec.Command(self)
	s.cmd.Env = append(os.Environ(), childVar+"="+string(raw))
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	s.cmd.Stderr = out
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		sc := bufio.NewScanner(stdout)
		for sc.Scan() {
			s.lines <- sc.Text()
		}
		s.err = s.cmd.Wait()
		close(s.ended)
	}()
	t.Cleanup(s.kill)
	return s
}

// start starts the server and waits until it is ready.
func start(t *testing.T, c childConfig, log string) *server {
	t.Helper()
	begin := time.Now()
	s := launch(t, c, log)
	line := s.line()
	url, ok := strings.CutPrefix(line, "ready ")
	if !ok {
		t.Fatalf("server said %q\n%s", line, s.tail())
	}
	s.url = url
	if status, body, err := get(url+"/health/ready", ""); err != nil || status != http.StatusOK {
		t.Fatalf("ready server is not ready: %d %v %s", status, err, body)
	}
	s.ready = time.Since(begin)
	var err error
	if s.boot, err = app.ReadBootstrap(c.DataDir); err != nil {
		t.Fatal(err)
	}
	return s
}

// line waits for the server's next line.
func (s *server) line() string {
	s.t.Helper()
	select {
	case l := <-s.lines:
		return l
	case <-s.ended:
		s.t.Fatalf("server ended: %v\n%s", s.err, s.tail())
	case <-time.After(deadline):
		s.t.Fatalf("server says nothing\n%s", s.tail())
	}
	return ""
}

// command makes the server break itself.
func (s *server) command(text string) error {
	if _, err := io.WriteString(s.in, text+"\n"); err != nil {
		return err
	}
	if answer := s.line(); answer != "done <nil>" {
		return fmt.Errorf("%s: %s", text, answer)
	}
	return nil
}

// kill ends the process as a power cut would and waits until it is gone.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
}

// stop ends it as an operator would.
func (s *server) stop() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
		if s.err != nil {
			s.t.Errorf("server did not stop cleanly: %v\n%s", s.err, s.tail())
		}
	case <-time.After(deadline):
		s.t.Fatalf("server does not stop\n%s", s.tail())
	}
}

// tail is the end of the server's log.
func (s *server) tail() string {
	raw, _ := os.ReadFile(s.log)
	return string(bytes.TrimSpace(raw[max(0, len(raw)-3000):]))
}

// get reads a URL; key may be empty.
func get(url, key string) (int, []byte, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, err
	}
	if key != "" {
		req.Header.Set("X-API-Key", key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

// getJSON reads a document of the API.
func (s *server) getJSON(path string, into any) {
	s.t.Helper()
	status, body, err := get(s.url+path, s.boot.AdminKey)
	if err != nil || status != http.StatusOK {
		s.t.Fatalf("GET %s: %d %v %s\n%s", path, status, err, body, s.tail())
	}
	if err := json.Unmarshal(body, into); err != nil {
		s.t.Fatalf("GET %s: %v", path, err)
	}
}

// eventually polls until fn says yes: for what the server tells only when asked.
func eventually(t *testing.T, what string, fn func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(deadline); time.Now().Before(end); <-tick.C {
		if fn() {
			return
		}
	}
	t.Fatalf("never happened: %s", what)
}

// logFile is where a test's servers write.
func logFile(t *testing.T) string { return filepath.Join(t.TempDir(), "server.log") }
