package connector

// authPattern says what one kind of message means. The table below is data: a
// new message is a new row.
type authPattern struct {
	program   string // as logged; "*" for messages of any program (PAM)
	text      string // see template
	eventType string
	action    string
	outcome   string // "success", "failure", "" when it is neither
	count     counting
}

// counting says how a failure is counted. One rule: an attempt is counted on one
// line only, and companions of that line carry no failed_auths.
type counting uint8

const (
	// noCount: no failure, or a companion of a line that counts it.
	noCount counting = iota
	// eachLine: the line is one failure, or the number in {n}.
	eachLine
	// attempt: as eachLine, less what the connection's hint has counted already.
	attempt
	// hint: proves a failed connection without being an attempt of its own. It
	// counts one, unless the connection has already counted something.
	hint
)

// Event types of authlog; other lines are typeSyslog.
const (
	typeAuth    = "auth"
	typeSudo    = "sudo"
	typeCron    = "cron"
	typeSession = "session"
	typeAccount = "account_change"
	typeSyslog  = "syslog"
)

const (
	success = "success"
	failure = "failure"
)

// authPatterns is tried in its order within a program; the first that fits wins.
//
// A connection to sshd counts as many failures as it has "Failed ..." lines, and
// one when it has none but an "Invalid user", "not allowed" or "maximum
// authentication attempts" line. PAM lines count for programs that don't report
// failures in words of their own.
func authPatterns() []authPattern {
	return []authPattern{
		{"sshd", "Accepted {method} for {user>} from {ip} port {port}{*}", typeAuth, "login", success, noCount},
		{"sshd", "Failed none for{*}", typeSyslog, "method_probe", "", noCount},
		{"sshd", "Failed {method} for invalid user {user>} from {ip} port {port}{*}", typeAuth, "login", failure, attempt},
		{"sshd", "Failed {method} for {user>} from {ip} port {port}{*}", typeAuth, "login", failure, attempt},
		{"sshd", "Invalid user {user>} from {ip} port {port}", typeAuth, "invalid_user", failure, hint},
		{"sshd", "Invalid user {user>} from {ip}", typeAuth, "invalid_user", failure, hint},
		{"sshd", "error: maximum authentication attempts exceeded for invalid user {user>} from {ip} port {port}{*}", typeAuth, "max_attempts", failure, hint},
		{"sshd", "error: maximum authentication attempts exceeded for {user>} from {ip} port {port}{*}", typeAuth, "max_attempts", failure, hint},
		{"sshd", "User {user~} from {ip} not allowed because {reason~}", typeAuth, "not_allowed", failure, hint},
		{"sshd", "ROOT LOGIN REFUSED FROM {ip}{*}", typeAuth, "not_allowed", failure, hint},
		{"sshd", "Connection from {ip} port {port}{*}", typeSyslog, "connect", "", noCount},
		{"sshd", "Connection closed by authenticating user {user} {ip} port {port}{*}", typeSyslog, "disconnect", "", noCount},
		{"sshd", "Connection closed by invalid user {user} {ip} port {port}{*}", typeSyslog, "disconnect", "", noCount},
		{"sshd", "Connection closed by {ip} port {port}{*}", typeSyslog, "disconnect", "", noCount},
		{"sshd", "Connection reset by authenticating user {user} {ip} port {port}{*}", typeSyslog, "disconnect", "", noCount},
		{"sshd", "Connection reset by invalid user {user} {ip} port {port}{*}", typeSyslog, "disconnect", "", noCount},
		{"sshd", "Connection reset by {ip} port {port}{*}", typeSyslog, "disconnect", "", noCount},
		{"sshd", "Disconnected from user {user} {ip} port {port}{*}", typeSyslog, "disconnect", "", noCount},
		{"sshd", "Disconnected from authenticating user {user} {ip} port {port}{*}", typeSyslog, "disconnect", "", noCount},
		{"sshd", "Disconnected from invalid user {user} {ip} port {port}{*}", typeSyslog, "disconnect", "", noCount},
		{"sshd", "Disconnected from {ip} port {port}{*}", typeSyslog, "disconnect", "", noCount},
		{"sshd", "Disconnecting authenticating user {user} {ip} port {port}: Too many{*}", typeSyslog, "disconnect", "", noCount},
		{"sshd", "Received disconnect from {ip} port {port}:{*}", typeSyslog, "disconnect", "", noCount},
		{"sshd", "Did not receive identification string from {ip} port {port}{*}", typeSyslog, "probe", "", noCount},
		{"sshd", "Did not receive identification string from {ip}", typeSyslog, "probe", "", noCount},
		{"sshd", "Bad protocol version identification {what>} from {ip} port {port}{*}", typeSyslog, "probe", "", noCount},
		{"sshd", "Unable to negotiate with {ip} port {port}{*}", typeSyslog, "probe", "", noCount},
		{"sshd", "Server listening on {ip} port {port}.", typeSyslog, "listen", "", noCount},

		{"su", "Successful su for {user} by {by}", typeAuth, "su", success, noCount},
		{"su", "(to {user}) {by} on {tty}", typeAuth, "su", success, noCount},
		{"su", "FAILED su for {user} by {by}", typeAuth, "su", failure, eachLine},
		{"su", "FAILED SU (to {user}) {by} on {tty}", typeAuth, "su", failure, eachLine},

		{"login", "ROOT LOGIN{*}", typeAuth, "login", success, noCount},
		{"login", "LOGIN ON {tty} BY {user}{*}", typeAuth, "login", success, noCount},
		{"login", "FAILED LOGIN ({what}) on '{tty}' FOR '{user~}', {reason~}", typeAuth, "login", failure, eachLine},

		{"sudo", "{user} : {n} incorrect password attempt{plural~} ; TTY={tty} ; PWD={pwd~} ; USER={run_as} ; COMMAND={command~}", typeSudo, "command", failure, eachLine},
		{"sudo", "{user} : TTY={tty} ; PWD={pwd~} ; USER={run_as} ; COMMAND={command~}", typeSudo, "command", success, noCount},
		{"sudo", "{user} : {reason~} ; TTY={tty} ; PWD={pwd~} ; USER={run_as} ; COMMAND={command~}", typeSudo, "command", failure, noCount},

		{"CRON", "pam_unix(cron:session): session opened for user {user} by {by~}", typeCron, "session_opened", success, noCount},
		{"CRON", "pam_unix(cron:session): session closed for user {user}", typeCron, "session_closed", success, noCount},
		{"CRON", "({user}) CMD ({command>})", typeCron, "command", success, noCount},

		{"systemd-logind", "New session {session} of user {user}.", typeSession, "session_opened", success, noCount},
		{"systemd-logind", "Removed session {session}.", typeSession, "session_closed", success, noCount},
		{"systemd-logind", "Session {session} logged out.{*}", typeSession, "session_closed", success, noCount},

		{"useradd", "new user: name={user}, UID={uid},{*}", typeAccount, "user_added", success, noCount},
		{"useradd", "new group: name={group}, GID={gid}", typeAccount, "group_added", success, noCount},
		{"useradd", "add '{user}' to group '{group}'", typeAccount, "group_member_added", success, noCount},
		{"useradd", "add '{user}' to shadow group '{group}'", typeAccount, "group_member_added", success, noCount},
		{"useradd", "failed adding user '{user}'{*}", typeAccount, "user_added", failure, noCount},
		{"userdel", "delete user '{user}'", typeAccount, "user_deleted", success, noCount},
		{"usermod", "add '{user}' to group '{group}'", typeAccount, "group_member_added", success, noCount},
		{"usermod", "add '{user}' to shadow group '{group}'", typeAccount, "group_member_added", success, noCount},
		{"groupadd", "new group: name={group}, GID={gid}", typeAccount, "group_added", success, noCount},
		{"chpasswd", "pam_unix(chpasswd:chauthtok): password changed for {user}", typeAccount, "password_changed", success, noCount},
		{"chpasswd", "pam_unix(chpasswd:chauthtok): user {user>} does not exist in /etc/passwd", typeAccount, "password_changed", failure, noCount},
		{"passwd", "pam_unix(passwd:chauthtok): password changed for {user}", typeAccount, "password_changed", success, noCount},

		{"*", "pam_unix({service}:auth): authentication failure; {detail~}  user={user~}", typeAuth, "login", failure, eachLine},
		{"*", "pam_unix({service}:auth): authentication failure; {detail~}", typeAuth, "login", failure, eachLine},
		{"*", "PAM {n} more authentication failure; {detail~}", typeAuth, "login", failure, eachLine},
		{"*", "PAM {n} more authentication failures; {detail~}", typeAuth, "login", failure, eachLine},
		{"*", "pam_unix({service}:session): session opened for user {user} by {by~}", typeSession, "session_opened", success, noCount},
		{"*", "pam_unix({service}:session): session closed for user {user}", typeSession, "session_closed", success, noCount},
	}
}

// reportsFailures says which programs write failures in words of their own; the
// PAM lines beside those are companions and count nothing.
func reportsFailures(program string) bool {
	switch program {
	case "sshd", "su", "sudo", "login":
		return true
	}
	return false
}

// programType is the event type of a program's lines that fit no row.
func programType(program string) string {
	switch program {
	case "CRON", "cron", "crond", "anacron", "atd":
		return typeCron
	case "sudo":
		return typeSudo
	case "useradd", "userdel", "usermod", "groupadd", "groupdel", "groupmod", "passwd", "chpasswd", "chage", "gpasswd", "chfn", "chsh", "newusers":
		return typeAccount
	}
	return typeSyslog
}

// programAlias gives programs that changed their name their old one: OpenSSH 9.8
// split sshd in three.
func programAlias(program string) string {
	switch program {
	case "sshd-session", "sshd-auth":
		return "sshd"
	case "cron", "crond":
		return "CRON"
	}
	return program
}
