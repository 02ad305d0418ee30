package fault

import (
	"fmt"
	"runtime"
	"syscall"
	"unsafe"
)

// failSync makes every fsync and fdatasync of this process fail with EIO from
// now on, as a disk does that has lost a write. It can't be undone.
func failSync() error {
	seccomp, ok := map[string]uintptr{"amd64": 317, "arm64": 277}[runtime.GOARCH]
	if !ok || runtime.GOOS != "linux" {
		return fmt.Errorf("no seccomp known on %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	type instruction struct {
		code   uint16
		jt, jf uint8
		k      uint32
	}
	const (
		load   = 0x20 // BPF_LD | BPF_W | BPF_ABS: the system call's number is at 0
		equal  = 0x15 // BPF_JMP | BPF_JEQ | BPF_K
		result = 0x06 // BPF_RET | BPF_K
		allow  = 0x7fff0000
		errno  = 0x00050000
	)
	program := []instruction{
		{code: load, k: 0},
		{code: equal, k: syscall.SYS_FSYNC, jt: 1},
		{code: equal, k: syscall.SYS_FDATASYNC, jf: 1},
		{code: result, k: errno | uint32(syscall.EIO)},
		{code: result, k: allow},
	}
	filter := struct {
		n    uint16
		list *instruction
	}{uint16(len(program)), &program[0]}

	const (
		setNoNewPrivs = 38 // PR_SET_NO_NEW_PRIVS: what lets anybody install a filter
		modeFilter    = 1  // SECCOMP_SET_MODE_FILTER
		allThreads    = 1  // SECCOMP_FILTER_FLAG_TSYNC
	)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if _, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, setNoNewPrivs, 1, 0, 0, 0, 0); e != 0 {
		return fmt.Errorf("no new privileges: %w", e)
	}
	if r, _, e := syscall.RawSyscall(seccomp, modeFilter, allThreads, uintptr(unsafe.Pointer(&filter))); e != 0 || r != 0 {
		return fmt.Errorf("seccomp: thread %d, %w", r, e)
	}
	runtime.KeepAlive(program)
	return nil
}
