// Package ruletest runs the tests that stand beside detection rules: NAME.test.yml
// beside NAME.yml.
//
//	rule: 5f0c...              # the rule's ID
//	cases:
//	  - name: plain words
//	    event: {...}           # as its source sends it
//	    match: true
//	  - name: five failures within ten minutes
//	    events:
//	      - {at: 0s, repeat: 6, every: 10s, event: {...}}
//	    alerts: [{after: 5}]   # at the fifth event of all, and at no other
//
// A case has event and match, or events and alerts; no alerts ([]) is silence. An
// event that no pipeline recognises fails its case: it would prove nothing, since
// no rule is ever tried on it.
//
// Invariant: a result depends on the files alone. It must not read a clock or the
// file system.
package ruletest
