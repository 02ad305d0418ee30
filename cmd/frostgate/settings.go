package main

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// settingsDocument makes the JSON of dotted names: rates.read.burst=5 is
// {"rates":{"read":{"burst":5}}}. Whole numbers are numbers. An empty value goes
// back to the default: that is an empty text, or 0 where the settings in force
// hold a number.
func settingsDocument(set map[string]string, inForce any) (jsontext.Value, error) {
	root := map[string]any{}
	for _, path := range sortedKeys(set) {
		names := strings.Split(path, ".")
		at := root
		for _, name := range names[:len(names)-1] {
			next, ok := at[name].(map[string]any)
			if !ok {
				if at[name] != nil {
					return nil, usagef("%s is set both as a value and as a group", name)
				}
				next = map[string]any{}
				at[name] = next
			}
			at = next
		}
		last := names[len(names)-1]
		if _, twice := at[last]; twice || last == "" {
			return nil, usagef("setting %q is not a name, or stands twice", path)
		}
		at[last] = settingValue(set[path], lookup(inForce, path))
	}
	return json.Marshal(root, json.Deterministic(true))
}

func settingValue(s string, inForce any) any {
	if _, counts := inForce.(number); counts && s == "" {
		return 0
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	return s
}
