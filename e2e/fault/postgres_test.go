package fault

import (
	"database/sql"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/db/dbtest"
)

// cluster is a PostgreSQL of this test's own, durable, that it may break.
type cluster struct {
	t      *testing.T
	bin    string // folder of initdb and pg_ctl
	dir    string
	socket string
	owner  *syscall.Credential // nil: this user
}

// newCluster makes and starts a cluster with the binaries of the server that
// the test run already has.
func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{t: t, bin: runningBinaries(t)}
	// Not t.TempDir: a socket's path may have 107 bytes only.
	dir, err := os.MkdirTemp("", "fgpg-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	c.dir, c.socket = filepath.Join(dir, "data"), dir
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		c.owner = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	c.run("initdb", "-D", c.dir, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C")
	c.start()
	t.Cleanup(func() { _ = c.command("pg_ctl", "-D", c.dir, "-m", "immediate", "-w", "stop").Run() })
	return c
}

// runningBinaries finds where the test run's PostgreSQL was started from: the
// postmaster's own executable.
func runningBinaries(t *testing.T) string {
	t.Helper()
	admin := os.Getenv(dbtest.Env)
	if admin == "" {
		const say = "no PostgreSQL: run under scripts/with-postgres.sh"
		if os.Getenv("CI") == "true" {
			t.Fatal(say)
		}
		t.Skip(say)
	}
	d, err := sql.Open("pgx", admin)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var dir string
	if err := d.QueryRow("SHOW data_directory").Scan(&dir); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "postmaster.pid"))
	if err != nil {
		impossible(t, "the PostgreSQL of FROSTGATE_TEST_POSTGRES is not on this machine: %v", err)
	}
	pid, _, _ := strings.Cut(string(raw), "\n")
	exe, err := os.Readlink("/proc/" + pid + "/exe")
	if err != nil {
		impossible(t, "the postmaster's binary: %v", err)
	}
	return filepath.Dir(exe)
}

func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.owner}
	return cmd
}

func (c *cluster) run(name string, args ...string) {
	c.t.Helper()
	// Output to a file: the postmaster inherits it, and a pipe would keep us waiting.
	out, err := os.OpenFile(filepath.Join(c.socket, "out.log"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		c.t.Fatal(err)
	}
	defer out.Close()
	cmd := c.command(name, args...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(out.Name())
		c.t.Fatalf("%s: %v\n%s", name, err, text)
	}
}

func (c *cluster) start() {
	c.t.Helper()
	c.run("pg_ctl", "-D", c.dir, "-o", "-c listen_addresses='' -c unix_socket_directories='"+c.socket+"' -c max_connections=60", "-w", "-t", "60", "start")
}

// crash ends it without a checkpoint: what committed is in its log only.
func (c *cluster) crash() {
	c.t.Helper()
	c.run("pg_ctl", "-D", c.dir, "-m", "immediate", "-w", "stop")
}

func (c *cluster) url() string {
	return "postgres://postgres@/postgres?host=" + c.socket + "&sslmode=disable"
}

// TestPostgresStops stops PostgreSQL in immediate mode in the middle of load and
// starts it again, twice.
func TestPostgresStops(t *testing.T) {
	t.Parallel()
	pg := newCluster(t)
	c, log := childConfig{DataDir: filepath.Join(t.TempDir(), "state"), Database: pg.url()}, logFile(t)
	s, book, stop := underLoad(t, c, log)
	for range 2 {
		acked := book.count().acked
		book.until(t, "decisions are acknowledged", func(n counts) bool { return n.acked >= acked+50 })
		refused := book.count().refused
		pg.crash()
		book.until(t, "decisions are refused with 503", func(n counts) bool { return n.refused >= refused+20 })
		if status, body, err := get(s.url+"/health/ready", ""); err != nil || status != http.StatusServiceUnavailable {
			t.Errorf("ready without a database: %d %v %s", status, err, body)
		}
		pg.start()
		s.readyAgain()
	}
	acked := book.count().acked
	book.until(t, "decisions are acknowledged again", func(n counts) bool { return n.acked >= acked+50 })
	stop()
	book.settle(s)
	book.checkChain(s)
	book.restart(s, c)
	if t.Failed() {
		t.Log(errorsIn(log))
	}
}

// errorsIn gives the first errors of a server's log.
func errorsIn(path string) string {
	raw, _ := os.ReadFile(path)
	var out []string
	for line := range strings.Lines(string(raw)) {
		if strings.Contains(line, `"level":"ERROR"`) && !strings.Contains(line, "batch not recorded") && len(out) < 10 {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

// readyAgain waits until the server is ready by itself.
func (s *server) readyAgain() {
	s.t.Helper()
	eventually(s.t, "the server is ready again by itself", func() bool {
		select {
		case <-s.ended:
			s.t.Fatalf("the server ended when its database came back: %v\n%s", s.err, s.tail())
		default:
		}
		status, _, err := get(s.url+"/health/ready", "")
		return err == nil && status == http.StatusOK
	})
}

// TestSecondServerAfterPostgresRestart: the lock that keeps a second server off
// the store lives in a database session, and that session dies with the
// database. Two servers on one store must not come of it.
func TestSecondServerAfterPostgresRestart(t *testing.T) {
	t.Parallel()
	pg := newCluster(t)
	c, log := childConfig{DataDir: filepath.Join(t.TempDir(), "state"), Database: pg.url()}, logFile(t)
	s := start(t, c, log)
	pg.crash()
	pg.start()
	s.readyAgain()
	second := launch(t, c, log)
	select {
	case <-second.ended:
	case <-second.lines: // it was faster; then the first must give way
		select {
		case <-s.ended:
		case <-second.ended:
		case <-time.After(deadline):
			t.Fatal("two servers run on one store")
		}
	}
}
