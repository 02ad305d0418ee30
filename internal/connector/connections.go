package connector

// connTTL is how long a connection is remembered, in seconds of log time; longer
// than sshd lets a client try (LoginGraceTime), shorter than process numbers
// take to come round.
const connTTL = 600

// maxConns bounds each of the two generations of remembered connections.
const maxConns = 4096

// connections remembers what has been counted for a connection, so that an attempt
// which sshd reports on several lines counts once. A connection is a process
// number on a host. Memory is bounded: the older generation goes when the younger
// one is full, after which a straggling line may count again.
type connections struct {
	young, old map[connKey]conn
}

type connKey struct {
	host string
	pid  int64
}

type conn struct {
	unix   int64
	credit bool // a hint has counted an attempt that the next Failed line is about
}

// hint counts one unless the connection has counted something already. Without
// a process number nothing can be told apart, so a hint counts nothing.
func (c *connections) hint(l *syslogLine) int64 {
	if l.pid == 0 {
		return 0
	}
	if _, ok := c.get(l); ok {
		return 0
	}
	c.put(l, conn{unix: l.unix, credit: true})
	return 1
}

// attempt counts n, less one that a hint has counted.
func (c *connections) attempt(l *syslogLine, n int64) int64 {
	if l.pid == 0 {
		return n
	}
	was, _ := c.get(l)
	c.put(l, conn{unix: l.unix})
	if was.credit {
		return n - 1
	}
	return n
}

// forget ends a connection that has logged in.
func (c *connections) forget(l *syslogLine) {
	delete(c.young, connKey{l.host, l.pid})
	delete(c.old, connKey{l.host, l.pid})
}

func (c *connections) get(l *syslogLine) (conn, bool) {
	key := connKey{l.host, l.pid}
	was, ok := c.young[key]
	if !ok {
		was, ok = c.old[key]
	}
	if age := l.unix - was.unix; !ok || age > connTTL || age < -connTTL {
		return conn{}, false
	}
	return was, true
}

func (c *connections) put(l *syslogLine, now conn) {
	if c.young == nil || len(c.young) >= maxConns {
		c.old, c.young = c.young, make(map[connKey]conn)
	}
	c.young[connKey{l.host, l.pid}] = now
}
