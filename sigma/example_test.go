package sigma_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"testing/fstest"

	"frostgate.io/frostgate/sigma"
)

const encodedCommand = `
title: PowerShell Given An Encoded Command
id: 5f0b6cc4-7d0f-4c38-8c1c-0a7c7b1f4d11
status: test
author: An Author
tags: [attack.execution, attack.t1059.001]
logsource:
    product: windows
    category: process_creation
detection:
    selection:
        Image|endswith: '\powershell.exe'
        CommandLine|contains|windash: ' -enc'
    filter_main_updater:
        ParentImage|endswith: '\updater.exe'
    condition: selection and not 1 of filter_main_*
level: high
`

// Read a rule, compile it, match an event and say why it fits.
func Example() {
	rules := sigma.Parse("encoded.yml", []byte(encodedCommand))
	for _, r := range rules.Refused {
		log.Fatalf("%s line %d: %s", r.File, r.Line, r.Reason)
	}
	set, err := sigma.Compile(rules, sigma.Options{})
	if err != nil {
		log.Fatal(err)
	}

	m := set.NewMatcher()
	found, err := m.Match([]byte(`{"Event": {
		"System": {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1},
		"EventData": {"Image": "C:\\Windows\\PowerShell.exe", "CommandLine": "powershell /enc SQBFAFgA"}
	}}`))
	if err != nil {
		log.Fatal(err)
	}
	for _, match := range found {
		fmt.Println(match.Rule.Level, match.Rule.Title, match.Rule.Techniques(), "by", match.Rule.Author)
		for _, why := range m.Explain(match) {
			fmt.Printf("%s %s: %s\n", why.Field, why.Test, why.Value)
		}
	}
	// Output:
	// high PowerShell Given An Encoded Command [T1059.001] by An Author
	// Image ends with \powershell.exe: C:\Windows\PowerShell.exe
	// CommandLine contains  /enc: powershell /enc SQBFAFgA
}

// A folder of rules: what can't be used is named, the rest is loaded.
func ExampleLoadFS() {
	folder := fstest.MapFS{
		"windows/encoded.yml": {Data: []byte(encodedCommand)},
		"windows/broken.yml":  {Data: []byte("title: Broken\nlogsource: {product: windows}\ndetection:\n  s:\n    A|sounds_like: b\n  condition: s\n")},
		"deprecated/old.yml":  {Data: []byte(encodedCommand)},
	}
	rules, err := sigma.LoadFS(folder, sigma.LoadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(rules.Rules), "loaded", rules.Skipped)
	for _, r := range rules.Refused {
		fmt.Printf("%s:%d: %s\n", r.File, r.Line, r.Reason)
	}
	// Output:
	// 1 loaded map[deprecated:1]
	// windows/broken.yml:5: unknown modifier "sounds_like"
}

// Events of a format of one's own need a pipeline, which is data.
func ExampleParsePipeline() {
	badges, err := sigma.ParsePipeline("badges", []byte(`
description: Door badges
shapes:
  - name: reader
    has: [door, badge.id]
    roots: [badge, ""]
    aliases: {User: [owner]}
routes:
  - {product: badge, service: denied, when: {result: denied}}
`))
	if err != nil {
		log.Fatal(err)
	}
	rules := sigma.Parse("night.yml", []byte(`
title: Badge Denied At Night
logsource: {product: badge, service: denied}
detection:
  s:
    User|startswith: adm_
    at|hour|lt: 6
  condition: s
`))
	set, err := sigma.Compile(rules, sigma.Options{Pipelines: append(sigma.Builtin(), badges)})
	if err != nil {
		log.Fatal(err)
	}
	m := set.NewMatcher()
	found, err := m.Match([]byte(`{"door": "vault", "result": "denied", "at": "2026-11-22T03:10:00Z", "badge": {"id": 7, "owner": "adm_kim"}}`))
	if err != nil {
		log.Fatal(err)
	}
	for _, match := range found {
		fmt.Println(m.Pipeline(), "-", match.Rule.Title)
	}
	// Output:
	// badges - Badge Denied At Night
}

// A stream of JSON lines.
func ExampleSet_MatchReader() {
	rules := sigma.Parse("trail.yml", []byte(`
title: Trail Stopped
logsource: {product: aws, service: cloudtrail}
detection:
  s: {eventSource: cloudtrail.amazonaws.com, eventName: [StopLogging, DeleteTrail]}
  condition: s
`))
	set, err := sigma.Compile(rules, sigma.Options{})
	if err != nil {
		log.Fatal(err)
	}
	lines := strings.NewReader(`{"eventVersion": "1.08", "eventSource": "s3.amazonaws.com", "eventName": "GetObject"}
{"eventVersion": "1.08", "eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging"}
`)
	err = set.MatchReader(context.Background(), lines, 0, func(line int, _ *sigma.Matcher, found []sigma.Match) error {
		for _, match := range found {
			fmt.Println("line", line, match.Rule.Title)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// line 2 Trail Stopped
}

// Conditions say in plain words what they ask for.
func ExampleNode_String() {
	rules := sigma.Parse("encoded.yml", []byte(encodedCommand))
	fmt.Println(rules.Rules[0].Condition.Args[1])
	// Output:
	// not (ParentImage ends with \updater.exe)
}

// Many files in one text, each with its exact bytes.
func ExampleAppendArchive() {
	archive := sigma.AppendArchive(nil, "windows/encoded.yml", []byte(encodedCommand))
	archive = sigma.AppendArchive(archive, "broken.yml", []byte("title: Broken\n"))
	rules := sigma.ParseArchive("mine", archive, sigma.LoadOptions{})
	fmt.Println(rules.Rules[0].File, rules.Rules[0].Line)
	fmt.Println(rules.Refused[0].File, rules.Refused[0].Reason)
	// Output:
	// windows/encoded.yml 2
	// broken.yml neither a rule (detection), a correlation nor a filter
}
