// Package sigma reads Sigma detection rules (https://sigmahq.io, specification
// 2.1) and finds, in one pass over an event's JSON, which of thousands of rules it
// fits.
//
// # From rules to matches
//
// Four steps, each with one entry:
//
//	rules, err := sigma.LoadFS(os.DirFS("rules"), sigma.LoadOptions{})  // 1. read
//	set, err := sigma.Compile(rules, sigma.Options{})                   // 2. compile
//	m := set.NewMatcher()                                               // 3. one for each goroutine
//	found, err := m.Match(event)                                        // 4. one JSON object
//
// A [Set] never changes and may be used by any number of goroutines; swapping rules
// means to compile another one. A [Matcher] belongs to one goroutine and reuses its
// buffers: matching allocates nothing. [Matcher.Explain] tells which comparisons
// held and with which values, [Rule.Techniques] the ATT&CK techniques.
// [Set.MatchReader] does all of it for a stream of JSON lines.
//
// # Reading
//
// [Parse] reads one file, [LoadFS] a folder, [LoadTar] an archive such as SigmaHQ's,
// [ParseArchive] the text form in which [AppendArchive] keeps many files with
// their exact bytes. Reading is strict: what can't be honoured exactly as it is
// written is refused, one document at a time, with file, line and reason
// ([Refusal]), and never accepted to fail later or to match something else. The
// error result of the loaders is about reading only.
//
// A [Collection] holds rules, correlations and filters. Correlations are for package
// correlate; filters narrow the rules they name when a set is compiled.
//
// # What is understood
//
// All modifiers of the specification: contains, startswith, endswith, all, cased,
// neq, exists, re (with i, m, s), cidr, base64, base64offset, utf16, utf16le,
// utf16be, wide, windash, expand, fieldref, lt, lte, gt, gte, minute, hour, day,
// week, month, year. Where the specification leaves a choice:
//
//   - Texts are compared without regard to case, character by character; cased
//     and re are exact. Numbers are compared as the text they are written as.
//   - neq is the negation of the whole: of several values the field must equal none,
//     and an absent field differs from every value.
//   - A field that is null fits null and exists; one that is absent fits null only;
//     one that is empty fits only the empty text. One with a list fits null when one
//     of its elements is; an object never is null, whatever it holds.
//   - cidr takes ::ffff:10.1.2.3 for 10.1.2.3 too.
//   - windash tries each of - / – — ― in the place of each that starts a flag: no
//     letter or digit is before it, and one behind it.
//   - A whole number written without quotes in a form of its own (0x10, 1_000, +5)
//     stands for that text and for the number in digits.
//   - hour and the other parts of a time are those in UTC; with gt and its like they
//     stand for the values that it allows. week is the ISO week, up to 53.
//   - Regular expressions are RE2's, which take time linear in the text. Look-around,
//     back references, possessive and atomic groups don't exist there: rules with
//     them are refused by name.
//   - expand needs the placeholder's values in [LoadOptions]; without, the rule is
//     refused.
//   - Removed from Sigma and refused: conditions with a | (aggregations), timeframe,
//     "action: global".
//   - Members of a rule that the specification doesn't know are the writer's own and
//     ignored; unknown members of correlations and pipelines are errors.
//   - Sizes are bounded: 1 MiB a file, 100,000 values a document with aliases and
//     variants written out, 32 levels, 4 KiB a regular expression.
//
// # Which events a rule is for
//
// A rule names its logsource, an event has a shape. [Pipeline] connects them, as data:
// shapes say how events are recognised and where fields are found in them; routes say
// for which of them a logsource stands. [Builtin] has pipelines for Windows and
// Sysmon, Sysmon for Linux, auditd and syslog, CloudTrail, Azure and Entra ID,
// Microsoft 365, Okta, Kubernetes, GitHub, Google Cloud and Workspace, OCSF, ECS,
// Zeek, AI agents and others; [ParsePipeline] reads more. Events of any other product name their
// logsource themselves:
//
//	{"logsource": {"product": "fortigate", "service": "event"}, "action": "Add", ...}
//
// An event that no pipeline recognises fits no rule; [Matcher.Pipeline] is then
// empty. Rules that no route reaches are listed by [Set.Unserved].
//
// A pipeline is a YAML file:
//
//	name: badge
//	description: Door badges
//	shapes:
//	  - name: reader          # all of has and when must hold
//	    has: [door, badge.id]
//	    when: {kind: swipe}
//	    roots: [badge, ""]    # objects with the fields, in order; "" is the event
//	    aliases: {User: [badge.owner]}
//	routes:
//	  - {product: badge, service: swipe}
//	  - {product: badge, service: denied, when: {result: denied}}
//
// # What it must not do
//
// The package keeps no state between events, reads no clock and starts no goroutine.
// No rule, pipeline or event makes it panic or stall: what an event may cost is
// bounded, and [Matcher.Cut] tells when it was too little to match all of it.
package sigma
