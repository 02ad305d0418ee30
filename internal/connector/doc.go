// Package connector turns files and streams of other systems into defend
// requests: one Record for each event, ready for POST /v1/defend/batch. It
// serves `frostgate ingest`, the agent's tail and the demo.
//
// Kinds: native (NDJSON of defend requests), cloudtrail (AWS CloudTrail, as
// delivered or one record a line), authlog (syslog lines of sshd, sudo, su, cron,
// logind, useradd and others), winevent (Windows events as JSON lines: nested
// evtx_dump, flat NXLog, Winlogbeat), evtx (Windows event log files as Windows
// keeps them; see internal/evtx), json (audit logs of other systems as JSON lines:
// Okta, GitHub, Kubernetes, Azure, Microsoft 365, Google Cloud, ECS, OCSF, AI agents and
// what else has a time). gzip is unwrapped.
//
// Rules worth knowing, each beside its code: the year of lines without one and
// their zone (stamps), what counts as a failed login and how often
// (authPatterns, connections, winTable), identifiers of lines that have none
// (lineIDs), times of Windows events (winEvent).
//
// Invariant: the same input read from its start gives the same records, so that
// reading a file again is recognised as a replay. What the original said is
// never changed: JSON members keep their bytes, normalised members (src_ip, user,
// host, action, outcome, failed_auths) are added at the end of the object and
// only under names that it does not have. One bad line is a *LineError and
// costs nothing but itself; memory is bounded whatever the input.
//
// It must not read a clock (Options.Now), open files, or talk to a network.
package connector
