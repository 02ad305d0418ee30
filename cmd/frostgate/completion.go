package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" help:"${enum}." enum:"bash,zsh,fish"`
}

// Run prints a script for the shell. It is made from the grammar, so it knows
// every command and flag.
func (c *completionCmd) Run(p *program, k *kong.Kong) error {
	words := map[string][]string{} // command path -> what may follow
	collect(k.Model.Node, "", words)
	return p.emit(func(w io.Writer) error {
		switch c.Shell {
		case "fish":
			return fishCompletion(w, words)
		case "zsh":
			fmt.Fprintln(w, "#compdef frostgate\nautoload -U +X bashcompinit && bashcompinit")
		}
		return bashCompletion(w, words)
	})
}

func collect(n *kong.Node, path string, words map[string][]string) {
	var next []string
	for _, ch := range n.Children {
		if ch.Type == kong.CommandNode && !ch.Hidden {
			next = append(next, ch.Name)
			collect(ch, strings.TrimSpace(path+" "+ch.Name), words)
		}
	}
	for _, group := range n.AllFlags(true) {
		for _, f := range group {
			next = append(next, "--"+f.Name)
		}
	}
	words[path] = next
}

func bashCompletion(w io.Writer, words map[string][]string) error {
	fmt.Fprintln(w, "_frostgate() {\n  local cur=\"${COMP_WORDS[COMP_CWORD]}\" path=\"\" w\n  for w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n    case \"$w\" in -*) ;; *) path=\"$path $w\" ;; esac\n  done\n  local words=\"\"\n  case \"${path# }\" in")
	for _, path := range sortedKeys(words) {
		fmt.Fprintf(w, "    %q) words=%q ;;\n", path, strings.Join(words[path], " "))
	}
	_, err := fmt.Fprintln(w, "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n  [ -n \"${COMPREPLY[*]}\" ] || COMPREPLY=($(compgen -f -- \"$cur\"))\n}\ncomplete -F _frostgate frostgate")
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
