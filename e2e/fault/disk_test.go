package fault

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// privateVar marks a test that runs again inside its own mount namespace.
const privateVar = "FROSTGATE_FAULT_PRIVATE"

// impossible skips a test whose fault can't be made here. A build server that
// runs as root must be able to, so there it is a failure.
func impossible(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" && os.Getuid() == 0 {
		t.Fatalf("this fault must be possible under CI as root: "+format, args...)
	}
	t.Skipf("can't make this fault here: "+format, args...)
}

// TestDiskFull fills the file system under the store, a small tmpfs that only
// this test's processes see.
func TestDiskFull(t *testing.T) {
	if os.Getenv(privateVar) == "" {
		t.Parallel()
		inPrivateMounts(t)
		return
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=24m"); err != nil {
		t.Fatalf("mount: %v", err)
	}
	defer func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }()
	filler := filepath.Join(dir, "filler")
	diskFault(t, filepath.Join(dir, "state"), func(*server) error {
		return fill(filler)
	}, func(*server) error {
		return os.Remove(filler)
	})
}

// fill writes a file until no byte fits any more.
func fill(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); errors.Is(err, syscall.ENOSPC) {
			size /= 2
		} else if err != nil {
			return err
		}
	}
	return nil
}

// inPrivateMounts runs this test again in a process with its own mounts, as root
// or, where the kernel lets users do so, as root of a user namespace.
func inPrivateMounts(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), privateVar+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Unshareflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Unshareflags = 0
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit):
		impossible(t, "a mount namespace: %v", err)
	case err != nil && strings.Contains(string(out), "mount: operation not permitted"):
		impossible(t, "mounting a tmpfs is not permitted")
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	default:
		t.Logf("%s", out)
	}
}

// TestFileSizeLimit meets the file size limit of the process (EFBIG), which an
// operator sets with ulimit -f; it needs no privileges.
func TestFileSizeLimit(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state")
	diskFault(t, state, func(s *server) error {
		st, err := os.Stat(filepath.Join(state, "frostgate.db-wal"))
		if err != nil {
			return err
		}
		return limitFileSize(s.cmd.Process.Pid, uint64(st.Size())+1000)
	}, func(s *server) error {
		return limitFileSize(s.cmd.Process.Pid, ^uint64(0))
	})
}

// limitFileSize sets the soft limit of another process; prlimit(2).
func limitFileSize(pid int, limit uint64) error {
	const fileSize = 1 // RLIMIT_FSIZE
	lim := syscall.Rlimit{Cur: limit, Max: ^uint64(0)}
	if _, _, e := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), fileSize, uintptr(unsafe.Pointer(&lim)), 0, 0, 0); e != 0 {
		return fmt.Errorf("prlimit: %w", e)
	}
	return nil
}

// diskFault loads a server, breaks its disk under load, mends it, and checks
// that writes were refused with 503 meanwhile, that the server recovered by
// itself, and that a restart finds everything that was acknowledged.
func diskFault(t *testing.T, state string, breakIt, mend func(*server) error) {
	t.Helper()
	c, log := childConfig{DataDir: state}, logFile(t)
	s, book, stop := underLoad(t, c, log)
	book.until(t, "some decisions are acknowledged", func(n counts) bool { return n.acked >= 100 })
	if err := breakIt(s); err != nil {
		t.Fatal(err)
	}
	book.until(t, "decisions are refused", func(n counts) bool { return n.refused >= 50 })
	during := book.count()
	status, body, err := get(s.url+"/health/live", "")
	if err != nil || status != http.StatusOK {
		t.Errorf("a server that can't write is still alive, got %d %v %s", status, err, body)
	}
	readyDuring, _, _ := get(s.url+"/health/ready", "")
	if os.Getenv(privateVar) != "" && readyDuring != http.StatusServiceUnavailable {
		t.Errorf("/health/ready on a full disk: %d", readyDuring)
	}
	if err := mend(s); err != nil {
		t.Fatal(err)
	}
	book.until(t, "decisions are acknowledged again without a restart", func(n counts) bool { return n.acked >= during.acked+100 })
	stop()
	book.settle(s)
	book.checkChain(s)
	book.restart(s, c)
	t.Logf("acknowledged before and during the fault %d, refused %d, /health/ready meanwhile %d", during.acked, book.count().refused, readyDuring)
}

// TestSyncError lets every fsync fail with EIO. Nothing may be acknowledged from
// then on; the disk can't be trusted again before a restart.
func TestSyncError(t *testing.T) {
	t.Parallel()
	c, log := childConfig{DataDir: filepath.Join(t.TempDir(), "state")}, logFile(t)
	s, book, stop := underLoad(t, c, log)
	book.until(t, "some decisions are acknowledged", func(n counts) bool { return n.acked >= 100 })
	if err := s.command("fail fsync"); err != nil {
		impossible(t, "%v", err)
	}
	// Requests that were durable before the fault may still be on their way.
	book.until(t, "decisions are refused", func(n counts) bool { return n.refused >= 20 })
	before := book.last()
	book.until(t, "more decisions are refused", func(n counts) bool { return n.refused >= 100 })
	stop()
	if fresh, _ := book.ackedSince(before); len(fresh) > 0 {
		t.Errorf("%d new events were acknowledged although fsync fails", len(fresh))
	}
	book.restart(s, c)
}
