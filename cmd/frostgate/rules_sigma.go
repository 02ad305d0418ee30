package main

// rulesCmd is everything about detection rules. Match, Check, Test and Explain
// need no server (rules_offline*.go); the others ask one (rules_server.go).
type rulesCmd struct {
	Match   rulesMatchCmd   `cmd:"" help:"Match event files against rules, without a server."`
	Check   rulesCheckCmd   `cmd:"" help:"Load rules and list what can't be used, without a server."`
	Test    rulesTestCmd    `cmd:"" help:"Run the tests that stand beside rules, without a server."`
	Explain rulesExplainCmd `cmd:"" help:"Say why rules match an event, or which parts of a rule fail, without a server."`
}
