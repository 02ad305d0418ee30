package main

type driftCmd struct {
	Summary   driftSummaryCmd   `cmd:"" help:"What needs attention, and since which run."`
	Findings  driftFindingsCmd  `cmd:"" help:"List findings: those that wait, what came back on top."`
	Show      driftShowCmd      `cmd:"" help:"Show a finding: both values, when, by which runs, who decided what."`
	Ack       driftAckCmd       `cmd:"" help:"Seen: it leaves the list of what waits."`
	Accept    driftAcceptCmd    `cmd:"" help:"This value is right until a time; any other value comes back."`
	Deny      driftDenyCmd      `cmd:"" help:"This value is wrong and must be undone."`
	Reopen    driftReopenCmd    `cmd:"" help:"Look at it again; an acceptance ends."`
	Assign    driftAssignCmd    `cmd:"" help:"Say who looks at it."`
	Comment   driftCommentCmd   `cmd:"" help:"Say something about it."`
	Groups    driftGroupsCmd    `cmd:"" help:"The same change in many objects and tenants, as one."`
	Compare   driftCompareCmd   `cmd:"" help:"How two tenants, sources or snapshots of the server differ."`
	Baselines driftBaselinesCmd `cmd:"" help:"What runs are compared with."`
	Severity  driftSeverityCmd  `cmd:"" help:"The rules that say how grave a change is."`
	Diff      driftDiffCmd      `cmd:"" help:"Compare two folders, files or snapshots without a server."`
}
