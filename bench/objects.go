package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
)

// objects is a body of policies in the form of Microsoft Graph, 2 KB each, that
// differ in identity, name and values. Making one is copying it: the CPUs are
// for the server.
type objects struct {
	left, at int
	seed     uint64
	line     []byte
	places   []int // of the eight digits that differ
	rest     []byte
	sent     atomic.Int64
}

const objectDigits = "########"

func newObjects(n int, seed uint64) *objects {
	var b strings.Builder
	b.WriteString(`{"object":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicy","id":"########-0000-4000-8000-000000000000",` +
		`"name":"Policy ########","description":"","platforms":"windows10","technologies":"mdm","settings":[`)
	for i := range 5 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"%d","settingInstance":{"@odata.type":"#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance",`+
			`"settingDefinitionId":"device_vendor_msft_policy_config_browser_setting%d","settingInstanceTemplateReference":null,`+
			`"choiceSettingValue":{"settingValueTemplateReference":null,"value":"device_vendor_msft_policy_config_browser_setting%d_########","children":[]}}}`, i, i, i)
	}
	b.WriteString(`],"roleScopeTagIds":["0"],"assignments":[]}}` + "\n")
	o := &objects{left: n, seed: seed, line: []byte(b.String())}
	for from := 0; ; {
		i := bytes.Index(o.line[from:], []byte(objectDigits))
		if i < 0 {
			return o
		}
		o.places = append(o.places, from+i)
		from += i + len(objectDigits)
	}
}

// Read gives the next lines.
func (o *objects) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(o.rest) == 0 {
			if o.left == 0 {
				break
			}
			o.next()
		}
		c := copy(p[n:], o.rest)
		o.rest = o.rest[c:]
		n += c
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// next writes the next object's numbers into the line.
func (o *objects) next() {
	const hex = "0123456789abcdef"
	for i, place := range o.places {
		// Identity and name do not depend on the seed, values do.
		v := uint32(o.at) * 2654435761
		if i > 1 {
			v = uint32((uint64(o.at)*6364136223846793005 + o.seed*1442695040888963407 + uint64(i)) >> 32)
		}
		for d := range len(objectDigits) {
			o.line[place+d] = hex[v>>(28-4*d)&15]
		}
	}
	o.rest = o.line
	o.left--
	o.at++
	o.sent.Add(1)
}
