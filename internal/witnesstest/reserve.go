package witnesstest

import (
	"net"
	"strconv"
	"syscall"
	"testing"
)

// reserve finds a free port of 127.0.0.1 and keeps it from others until the test
// ends: a socket is bound to it and never listens, so that the witness can bind
// beside it (both reuse the address) and a stopped witness refuses connections.
// Without it another process could take the port between Stop and Restart.
func reserve(t testing.TB) string {
	t.Helper()
	// No fork between the two calls: a child that inherits the socket would keep
	// the port for as long as it lives.
	syscall.ForkLock.RLock()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })

	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	at, ok := name.(*syscall.SockaddrInet4)
	if !ok {
		t.Fatalf("bound to %T", name)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(at.Port))
}
