package plain

import (
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"
)

// leaf is a setting of a settings catalog with one value.
type leaf struct{ name, value string }

// catalog reads a value within a settings catalog as its leaves: settings with
// their values, those below others too. What only wraps them is left out. false:
// it is no such value.
func catalog(keyed string, raw []byte) ([]leaf, bool) {
	if !strings.Contains(keyed, "settingDefinitionId=") || len(raw) == 0 || raw[0] != '{' && raw[0] != '[' {
		return nil, false
	}
	doc, err := jsondoc.Parse(raw, jsondoc.Limits{MaxBytes: 4 << 20})
	if err != nil {
		return nil, false
	}
	var out []leaf
	collect(doc.Root(), definitionOf(keyed), &out)
	return out, len(out) > 0
}

// definitionOf is the setting that a path leads to.
func definitionOf(keyed string) string {
	i := strings.LastIndex(keyed, "[settingDefinitionId=")
	if i < 0 {
		return ""
	}
	id, _, _ := strings.Cut(keyed[i+len("[settingDefinitionId="):], "]")
	return unescape.Replace(id)
}

// collect gathers the leaves below a value of the setting named id.
func collect(v jsondoc.Value, id string, out *[]leaf) {
	switch v.Kind() {
	case jsondoc.Object:
		if own, ok := v.Get("settingDefinitionId").Str(); ok {
			id = own
		}
		for name, m := range v.Members() {
			switch name {
			case "@odata.type", "settingDefinitionId", "settingInstanceTemplateReference", "settingValueTemplateReference", "valueState", "children":
				continue
			}
			collect(m, id, out)
		}
		collect(v.Get("children"), id, out) // behind the value that they belong to
	case jsondoc.Array:
		for e := range v.Elements() {
			collect(e, id, out)
		}
	case jsondoc.Null, jsondoc.Absent:
	default:
		*out = append(*out, leaf{setting(id), choice(id, Value(v.Raw(), 0))})
	}
}

// choice drops the setting's name, with which each of its choices begins.
func choice(id, text string) string {
	if rest, ok := strings.CutPrefix(text, id+"_"); ok && rest != "" && id != "" {
		return rest
	}
	return text
}

// leafTexts are leaves for reading; those of the setting that the path names
// anyway go without their name.
func leafTexts(leaves []leaf, own string) []string {
	out := make([]string, len(leaves))
	for i, l := range leaves {
		out[i] = l.text(own)
	}
	return out
}

func (l leaf) text(own string) string {
	if l.name == own {
		return l.value
	}
	return strings.TrimPrefix(l.name, own+"_") + ": " + l.value
}

// catalogChange says which settings came, went, or have another value.
func catalogChange(from, to []leaf, own string, limit int) string {
	came, went := leavesWithout(to, from), leavesWithout(from, to)
	var parts []string
	for _, w := range went {
		at := -1
		for i, c := range came {
			if c.name == w.name {
				at = i
				break
			}
		}
		if at < 0 || w.name == own {
			parts = append(parts, "− "+cut(w.text(own), limit))
			continue
		}
		parts = append(parts, strings.TrimPrefix(w.name, own+"_")+": "+contrast(w.value, came[at].value, limit))
		came = append(came[:at], came[at+1:]...)
	}
	for _, c := range came {
		parts = append(parts, "+ "+cut(c.text(own), limit))
	}
	return strings.Join(parts, "  ")
}

func leavesWithout(list, other []leaf) []leaf {
	count := make(map[leaf]int, len(other))
	for _, l := range other {
		count[l]++
	}
	var out []leaf
	for _, l := range list {
		if count[l]--; count[l] < 0 {
			out = append(out, l)
		}
	}
	return out
}
