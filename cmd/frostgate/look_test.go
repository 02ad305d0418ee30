package main

import (
	"fmt"
	"strings"
	"testing"

	frostgate "frostgate.io/frostgate/sdk/go"
)

func TestStatsShowWhatComesMost(t *testing.T) {
	t.Parallel()
	st := &frostgate.Stats{Total: 300, ByRule: map[string]int64{"sigma:abc": 99, "rule:none": 0}}
	for i := range int64(30) {
		st.ByRule[fmt.Sprintf("sigma:%02d", i)] = i + 1
	}
	var lines []string
	for _, r := range statsRows(st, map[string]string{"sigma:abc": "Backup program"}) {
		m := r.(map[string]any)
		lines = append(lines, fmt.Sprint(m["what"], " ", m["count"]))
	}
	got := strings.Join(lines, "\n")
	for _, want := range []string{"total 300\n", "\nrule Backup program (sigma:abc) 99\nrule sigma:29 30\n", "11 more of rule: -o json shows all"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if strings.Contains(got, "rule:none") || len(lines) != 23 {
		t.Errorf("%d lines\n%s", len(lines), got)
	}
}
