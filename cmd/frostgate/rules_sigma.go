package main

// rulesCmd is everything about detection rules. Match, Check, Test and Explain
// need no server (rules_offline*.go); the others ask one (rules_server.go).
type rulesCmd struct {
	Import  rulesImportCmd  `cmd:"" help:"Put rules into the server's ruleset."`
	List    rulesListCmd    `cmd:"" help:"List the rules that decide."`
	Show    rulesShowCmd    `cmd:"" help:"Show a rule with its text, tuning and hits."`
	Stats   rulesStatsCmd   `cmd:"" help:"Show which rules fire, are noise and what they cost."`
	Tune    rulesTuneCmd    `cmd:"" help:"Change how a rule counts, from the next event on."`
	Filter  rulesFilterCmd  `cmd:"" help:"Take known noise out of rules until a date."`
	Remove  rulesRemoveCmd  `cmd:"" help:"Take imported rules out of the server's ruleset."`
	Explain rulesExplainCmd `cmd:"" help:"Say why rules match an event: the server's, or with --rules without a server."`
	Match   rulesMatchCmd   `cmd:"" help:"Match event files against rules, without a server."`
	Check   rulesCheckCmd   `cmd:"" help:"Load rules and list what can't be used, without a server."`
	Test    rulesTestCmd    `cmd:"" help:"Run the tests that stand beside rules, without a server."`
}
