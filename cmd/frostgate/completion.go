package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" help:"${enum}." enum:"bash,zsh,fish"`
}

// Run prints a script for the shell. It is made from the grammar, so it knows
// every command and flag.
func (c *completionCmd) Run(p *program, k *kong.Kong) error {
	words := map[string][]string{}  // command path -> what may follow
	values := map[string][]string{} // flag that takes a value -> the values it knows
	collect(k.Model.Node, "", words, values)
	return p.emit(func(w io.Writer) error {
		switch c.Shell {
		case "fish":
			return fishCompletion(w, words)
		case "zsh":
			fmt.Fprintln(w, "#compdef frostgate\nautoload -U +X bashcompinit && bashcompinit")
		}
		return bashCompletion(w, words, values)
	})
}

func collect(n *kong.Node, path string, words, values map[string][]string) {
	var next []string
	for _, ch := range n.Children {
		if ch.Type == kong.CommandNode && !ch.Hidden {
			next = append(next, ch.Name)
			collect(ch, strings.TrimSpace(path+" "+ch.Name), words, values)
		}
	}
	for _, group := range n.AllFlags(true) {
		for _, f := range group {
			next = append(next, "--"+f.Name)
			if f.IsBool() {
				continue
			}
			for _, flag := range spellings(f) {
				for _, v := range f.EnumSlice() {
					if v != "" && !slices.Contains(values[flag], v) {
						values[flag] = append(values[flag], v)
					}
				}
				values[flag] = append([]string{}, values[flag]...) // known, though it has no list
			}
		}
	}
	words[path] = next
}

// spellings are the ways to write a flag.
func spellings(f *kong.Flag) []string {
	if f.Short != 0 {
		return []string{"--" + f.Name, "-" + string(f.Short)}
	}
	return []string{"--" + f.Name}
}

// bashHead walks over the words before the cursor: path grows by the names of
// commands only, so that neither a flag's value nor an argument counts as one;
// flag is set while the cursor is at a flag's value. Bash splits --flag=value
// at the sign.
const bashHead = `_frostgate() {
  local cur="${COMP_WORDS[COMP_CWORD]}" path="" flag="" words="" w
  for w in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [ -n "$flag" ]; then
      [ "$w" = "=" ] || flag=""
      continue
    fi
    case "$w" in
    -*) _frostgate_takes_value "$w" && flag="$w" ;;
    *) _frostgate_knows "${path:+$path }$w" && path="${path:+$path }$w" ;;
    esac
  done
  [ "$cur" != "=" ] || cur=""
  if [ -n "$flag" ]; then
    words="$(_frostgate_values "$flag")"
  else
    words="$(_frostgate_words "$path")"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  [ -n "${COMPREPLY[*]}" ] || COMPREPLY=($(compgen -f -- "$cur"))
}
complete -F _frostgate frostgate`

func bashCompletion(w io.Writer, words, values map[string][]string) error {
	table := func(name string, rows map[string][]string) {
		fmt.Fprintf(w, "%s() {\n  case \"$1\" in\n", name)
		for _, key := range sortedKeys(rows) {
			fmt.Fprintf(w, "  %q) echo %q ;;\n", key, strings.Join(rows[key], " "))
		}
		fmt.Fprintln(w, "  *) return 1 ;;\n  esac\n}")
	}
	table("_frostgate_words", words)
	table("_frostgate_values", values)
	fmt.Fprintln(w, "_frostgate_knows() { _frostgate_words \"$1\" >/dev/null; }")
	fmt.Fprintln(w, "_frostgate_takes_value() { _frostgate_values \"$1\" >/dev/null; }")
	_, err := fmt.Fprintln(w, bashHead)
	return err
}

func fishCompletion(w io.Writer, words map[string][]string) error {
	for _, path := range sortedKeys(words) {
		for _, word := range words[path] {
			cond := "__fish_use_subcommand"
			if path != "" {
				cond = "__fish_seen_subcommand_from " + path
			}
			form := "-f -a " + word
			if name, isFlag := strings.CutPrefix(word, "--"); isFlag {
				form = "-l " + name
			}
			if _, err := fmt.Fprintf(w, "complete -c frostgate -n '%s' %s\n", cond, form); err != nil {
				return err
			}
		}
	}
	return nil
}
