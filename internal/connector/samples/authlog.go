package samples

import (
	"fmt"
	"strings"
	"time"
)

const gateway = "frost-gw01"

// authLog is a day of an internet-facing host: cron, logins, sudo, the usual
// knocking, and one brute force at night.
func (m *maker) authLog() []byte {
	var out []entry
	add := func(at time.Time, tag, format string, args ...any) {
		out = append(out, entry{at, at.Format(time.Stamp) + " " + gateway + " " + tag + ": " + fmt.Sprintf(format, args...)})
	}
	pid := 1200
	next := func() int { pid += 1 + m.rng.IntN(9); return pid }

	for hour := range 24 {
		at := day().Add(time.Duration(hour)*time.Hour + 17*time.Minute + time.Second)
		tag := fmt.Sprintf("CRON[%d]", next())
		add(at, tag, "pam_unix(cron:session): session opened for user root by (uid=0)")
		add(at, tag, "(root) CMD (cd / && run-parts --report /etc/cron.hourly)")
		add(at, tag, "pam_unix(cron:session): session closed for user root")
	}
	for i := range 24 {
		at, user, from, port := m.moment(7, 19), m.user(), m.office(), m.port()
		tag := fmt.Sprintf("sshd[%d]", next())
		if i%6 == 0 { // a slip of the finger
			add(at.Add(-4*time.Second), tag, "Failed password for %s from %s port %d ssh2", user, from, port)
		}
		how := "publickey"
		if i%4 == 0 {
			how = "password"
		}
		suffix := ""
		if how == "publickey" {
			suffix = ": ED25519 SHA256:" + m.hex(43)
		}
		add(at, tag, "Accepted %s for %s from %s port %d ssh2%s", how, user, from, port, suffix)
		add(at, tag, "pam_unix(sshd:session): session opened for user %s by (uid=0)", user)
		add(at, "systemd-logind[712]", "New session %d of user %s.", 40+i, user)
		if i%3 == 0 {
			sudo := at.Add(time.Duration(20+m.rng.IntN(200)) * time.Second)
			add(sudo, "sudo", "%8s : TTY=pts/%d ; PWD=/home/%s ; USER=root ; COMMAND=%s", user, i%4, user,
				m.pick("/usr/bin/systemctl status nginx", "/usr/bin/apt-get update", "/usr/bin/journalctl -u ssh", "/usr/bin/tail -f /var/log/syslog"))
			add(sudo, "sudo", "pam_unix(sudo:session): session opened for user root by %s(uid=0)", user)
			add(sudo.Add(2*time.Second), "sudo", "pam_unix(sudo:session): session closed for user root")
		}
		end := at.Add(time.Duration(300+m.rng.IntN(3000)) * time.Second)
		add(end, tag, "pam_unix(sshd:session): session closed for user %s", user)
		add(end, "systemd-logind[712]", "Removed session %d.", 40+i)
	}
	for range 18 {
		at, from := m.moment(0, 24), m.stranger()
		tag := fmt.Sprintf("sshd[%d]", next())
		add(at, tag, "Invalid user %s from %s port %d", m.pick("admin", "test", "oracle", "ubnt", "guest"), from, m.port())
		add(at.Add(time.Second), tag, "Connection closed by %s port %d [preauth]", from, m.port())
	}
	add(day().Add(10*time.Hour), "useradd[4410]", "new user: name=okan, UID=1007, GID=1007, home=/home/okan, shell=/bin/bash")

	m.bruteForce(add, next)
	return joined(inOrder(out))
}

// bruteForce is 14 failures on lines of their own, then one connection whose six
// failures syslog folds into two lines.
func (m *maker) bruteForce(add func(time.Time, string, string, ...any), next func() int) {
	at := day().Add(2*time.Hour + 40*time.Minute)
	for i := range 14 {
		tag, port := fmt.Sprintf("sshd[%d]", next()), m.port()
		user := m.pick("root", "root", "admin", "deploy", "postgres")
		who := user
		if user != "root" {
			who = "invalid user " + user
			add(at, tag, "Invalid user %s from %s port %d", user, Attacker, port)
			add(at, tag, "pam_unix(sshd:auth): check pass; user unknown")
		}
		known := strings.TrimPrefix("  user="+who, "  user=invalid user "+user)
		add(at, tag, "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=%s%s", Attacker, known)
		add(at.Add(2*time.Second), tag, "Failed password for %s from %s port %d ssh2", who, Attacker, port)
		add(at.Add(2*time.Second), tag, "Connection closed by %s port %d [preauth]", Attacker, port)
		at = at.Add(time.Duration(4+i%3) * time.Second)
	}
	tag, port := fmt.Sprintf("sshd[%d]", next()), m.port()
	add(at, tag, "Failed password for root from %s port %d ssh2", Attacker, port)
	add(at.Add(9*time.Second), tag, "message repeated 5 times: [ Failed password for root from %s port %d ssh2]", Attacker, port)
	add(at.Add(9*time.Second), tag, "error: maximum authentication attempts exceeded for root from %s port %d ssh2 [preauth]", Attacker, port)
	add(at.Add(9*time.Second), tag, "Disconnecting: Too many authentication failures [preauth]")
}
