package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"strings"
)

// policy lets the page run its own script and the verifier, and reach nothing.
const policy = "default-src 'none'; script-src %s 'wasm-unsafe-eval'; style-src %s; img-src data:; worker-src blob:; connect-src 'none'; " +
	"base-uri 'none'; form-action 'none'"

// assemble makes the page of its parts, the verifier and Go's glue.
func assemble(parts fs.FS, wasm, glue []byte, toolchain string) ([]byte, error) {
	text := map[string]string{}
	for _, name := range []string{"page.html", "page.css", "page.js", "worker.js"} {
		data, err := fs.ReadFile(parts, name)
		if err != nil {
			return nil, err
		}
		text[name] = strings.ReplaceAll(string(data), "\r\n", "\n")
	}
	worker := string(glue) + "\n" + text["worker.js"]
	// What ends a script element would end it here too.
	for name, script := range map[string]string{"worker": worker, "page.js": text["page.js"], "page.css": text["page.css"]} {
		if low := strings.ToLower(script); strings.Contains(low, "</s") || strings.Contains(low, "<!--") || strings.Contains(low, "<script") {
			return nil, fmt.Errorf("%s can't stand in a page", name)
		}
	}
	packed, err := pack(wasm)
	if err != nil {
		return nil, err
	}
	page := strings.NewReplacer(
		"{{POLICY}}", fmt.Sprintf(policy, hashOf(text["page.js"]), hashOf(text["page.css"])),
		"{{STYLE}}", text["page.css"], "{{WORKER}}", worker, "{{WASM}}", packed, "{{SCRIPT}}", text["page.js"],
		"{{GO}}", toolchain, "{{DIGEST}}", fmt.Sprintf("%x", sha256.Sum256(wasm)),
	).Replace(text["page.html"])
	return []byte(page), nil
}
