package main

// painter colours text where a terminal shows it, else leaves it alone.
type painter struct{ on bool }

func (p *program) paint() painter { return painter{p.color() && (p.cli == nil || p.cli.Out == "")} }

func (c painter) wrap(code, s string) string {
	if !c.on {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (c painter) bold(s string) string  { return c.wrap("1", s) }
func (c painter) dim(s string) string   { return c.wrap("2", s) }
func (c painter) good(s string) string  { return c.wrap("32", s) }
func (c painter) bad(s string) string   { return c.wrap("31", s) }
func (c painter) warn(s string) string  { return c.wrap("33", s) }
func (c painter) title(s string) string { return c.wrap("1;36", s) }

// level colours a threat level or severity.
func (c painter) level(s string) string {
	switch s {
	case "critical", "high":
		return c.bad(s)
	case "medium":
		return c.warn(s)
	}
	return s
}
