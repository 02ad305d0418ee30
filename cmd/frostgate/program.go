package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/fault"
	frostgate "frostgate.io/frostgate/sdk/go"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitUnreachable = 3
	exitDenied      = 4
)

// program is one run of the command line: what it reads and writes.
type program struct {
	ctx     context.Context
	in      io.Reader
	out     io.Writer
	err     io.Writer
	environ []string
	name    string // how it was called; empty: frostgate
	cli     *cli
	keyless string // why requests carry no key; empty: they carry one
}

// connection says which server is asked, and with which key.
type connection struct {
	URL     string `help:"Server address." env:"FROSTGATE_URL" placeholder:"URL" group:"Server"`
	Key     string `help:"API key; better in the environment or a file." env:"FROSTGATE_API_KEY" placeholder:"KEY" group:"Server"`
	KeyFile string `help:"File that holds the API key." env:"FROSTGATE_API_KEY_FILE" placeholder:"FILE" group:"Server"`
	DataDir string `help:"Data folder: of serve its own (./state); otherwise its bootstrap.json gives address and key where none is named." placeholder:"DIR" group:"Server"`
	Output  string `help:"Output format: ${enum}." short:"o" enum:"table,json,csv" default:"table" group:"Output"`
	Out     string `help:"Write the result to a file." placeholder:"FILE" group:"Output"`
}

// cli is the grammar: a noun, then a verb.
type cli struct {
	connection

	Serve    serveCmd    `cmd:"" help:"Run the server." group:"Run"`
	Demo     demoCmd     `cmd:"" help:"Run a throw-away server with sample events and show what it decides." group:"Run"`
	Agent    agentCmd    `cmd:"" help:"Follow log files and send their events." group:"Run"`
	Ingest   ingestCmd   `cmd:"" help:"Send the events of files." group:"Run"`
	Simulate simulateCmd `cmd:"" help:"Try rules without a server." group:"Run"`

	Decisions    decisionsCmd    `cmd:"" help:"What was decided." group:"Look"`
	Feed         feedCmd         `cmd:"" help:"Decisions as they are read by people, newest first or followed live." group:"Look"`
	Stats        statsCmd        `cmd:"" help:"Decisions counted." group:"Look"`
	Forensics    forensicsCmd    `cmd:"" help:"What one decision rests on; the whole log recomputed." group:"Look"`
	Evidence     evidenceCmd     `cmd:"" help:"Receipts: keys, checkpoints, offline verification." group:"Look"`
	Audit        auditCmd        `cmd:"" help:"Who changed, read or was denied what." group:"Look"`
	Usage        usageCmd        `cmd:"" help:"Decisions by hour." group:"Look"`
	Inventory    inventoryCmd    `cmd:"" help:"What configuration there is: observe it, list it, prove it." group:"Drift"`
	Drift        driftCmd        `cmd:"" help:"What changed, and what was decided about it." group:"Drift"`
	Enforcements enforcementsCmd `cmd:"" help:"Mitigations in force." group:"Act"`
	Allowlists   allowlistsCmd   `cmd:"" help:"Targets that are never blocked." group:"Act"`
	Approvals    approvalsCmd    `cmd:"" help:"Decisions that wait for a human." group:"Act"`
	Missions     missionsCmd     `cmd:"" help:"Time-boxed limits under which decisions run." group:"Act"`
	Rules        rulesCmd        `cmd:"" help:"Detection rules (Sigma): match files, check, test, explain." group:"Rules"`
	Anomaly      anomalyCmd      `cmd:"" help:"What the anomaly score has learned." group:"Rules"`
	Rings        ringsCmd        `cmd:"" help:"Classification rings." group:"Rules"`
	Roe          roeCmd          `cmd:"" help:"Rules of engagement." group:"Rules"`
	Rulesets     rulesetsCmd     `cmd:"" help:"The immutable bundles that decide." group:"Rules"`
	Tenants      tenantsCmd      `cmd:"" help:"The isolation units of your organisation." group:"Manage"`
	People       peopleCmd       `cmd:"" help:"Persons and service accounts." group:"Manage"`
	Keys         keysCmd         `cmd:"" help:"API keys." group:"Manage"`
	Modules      modulesCmd      `cmd:"" help:"Signers of attestations: enrolment, keys, signing." group:"Manage"`
	Webhooks     webhooksCmd     `cmd:"" help:"Addresses that are told of decisions." group:"Manage"`
	Whoami       whoamiCmd       `cmd:"" help:"Who the key belongs to and what it may do." group:"Manage"`

	SigningKeys signingKeysCmd `cmd:"" help:"Keys that sign the evidence logs, in this machine's data folder." group:"Service"`
	MasterKey   masterKeyCmd   `cmd:"" help:"Keys that seal secrets in the store, in this machine's data folder." group:"Service"`

	Health     healthCmd     `cmd:"" help:"Whether the server takes requests." group:"Service"`
	Contracts  contractsCmd  `cmd:"" help:"The HTTP contract." group:"Service"`
	Completion completionCmd `cmd:"" help:"Print shell completion." group:"Service"`
	Version    versionCmd    `cmd:"" help:"Print the version." group:"Service"`
}

// decodeTime reads a point in time: RFC 3339, or a date or time of day without
// a zone, which is UTC.
func decodeTime(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("time", &text); err != nil {
		return err
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateTime} {
		if t, err := time.Parse(layout, text); err == nil {
			target.Set(reflect.ValueOf(t))
			return nil
		}
	}
	return fmt.Errorf("%q is no time: write 2026-11-21, or RFC 3339 as in 2026-11-21T08:30:00Z", text)
}

// self is how this program can be called again from the same place.
func (p *program) self() string {
	switch {
	case p.name == "":
		return "frostgate"
	case strings.ContainsAny(p.name, " '"):
		return "'" + strings.ReplaceAll(p.name, "'", `'\''`) + "'"
	}
	return p.name
}

// errUsage marks errors of whoever typed the command.
type errUsage struct{ error }

func (e errUsage) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return errUsage{fmt.Errorf(format, args...)} }

// errQuiet ends with a code; what there is to say was said.
type errQuiet int

func (e errQuiet) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// exited carries the code with which kong wants to end (after --help).
type exited int

// parser reads command lines into p.cli.
func (p *program) parser() (*kong.Kong, error) {
	p.cli = &cli{}
	return kong.New(p.cli,
		kong.Name("frostgate"),
		kong.Description("Decides, gates, explains and proves automated security responses."),
		kong.Writers(p.out, p.err),
		kong.Exit(func(c int) { panic(exited(c)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.Vars{"agentState": defaultAgentState()},
		kong.Bind(p),
		kong.TypeMapper(reflect.TypeFor[time.Time](), kong.MapperFunc(decodeTime)),
	)
}

// run parses and runs one command and returns the exit code.
func (p *program) run(args []string) (code int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exited:
			code = int(r)
		default:
			panic(r)
		}
	}()
	parser, err := p.parser()
	if err != nil {
		fmt.Fprintln(p.err, "frostgate:", err)
		return exitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(p.err, "frostgate: %v\n", err)
		fmt.Fprintln(p.err, "Run `frostgate --help` for the commands.")
		return exitUsage
	}
	return p.report(ctx.Run(p))
}

// report says what went wrong and what to do about it.
func (p *program) report(err error) int {
	if err == nil {
		return exitOK
	}
	var quiet errQuiet
	if errors.As(err, &quiet) {
		return int(quiet)
	}
	code, hint := p.judge(err)
	text := message(err)
	if p.keyless != "" && frostgate.CodeOf(err) == "unauthenticated" {
		text = p.keyless
	}
	fmt.Fprintf(p.err, "frostgate: %s\n", text)
	if hint != "" {
		fmt.Fprintln(p.err, hint)
	}
	return code
}

// message is an error in a person's words.
func message(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Cause == nil {
		return strings.TrimPrefix(err.Error(), string(f.Code)+": ")
	}
	return err.Error()
}

// judge gives an error its exit code and the next step.
func (p *program) judge(err error) (code int, hint string) {
	var usage errUsage
	var away *frostgate.UnreachableError
	var prob *frostgate.Problem
	switch {
	case errors.As(err, &usage):
		return exitUsage, ""
	case errors.As(err, &away):
		return exitUnreachable, "Is the server running? Start one with `frostgate serve`, or name it with --url or FROSTGATE_URL."
	case errors.As(err, &prob) && prob.Denied():
		switch prob.Code {
		case "unauthenticated":
			return exitDenied, "Set FROSTGATE_API_KEY, or name a file with --key-file; the first key is in bootstrap.json in the server's data folder."
		case "key_expired", "key_revoked":
			return exitDenied, "This key works no more: ask for another (`frostgate keys create`) and name it with FROSTGATE_API_KEY or --key-file."
		case "tenant_suspended":
			return exitDenied, "Reads still work. Somebody with tenants:write can run `frostgate tenants resume`."
		case "forbidden":
			return exitDenied, "`frostgate whoami` shows what the key may do."
		}
		return exitDenied, ""
	case errors.Is(err, context.Canceled):
		return exitFailed, ""
	}
	return exitFailed, ""
}

// bootstrap is the file that a server's first start writes.
type bootstrap struct {
	URL      string `json:"url"`
	TenantID string `json:"tenant_id"`
	AdminKey string `json:"admin_key"`
}

func readBootstrap(dir string) (*bootstrap, error) {
	b, err := os.ReadFile(filepath.Join(dir, "bootstrap.json"))
	if err != nil {
		return nil, err
	}
	out := &bootstrap{}
	if err := json.Unmarshal(b, out); err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Join(dir, "bootstrap.json"), err)
	}
	return out, nil
}

// defaultURL is where a server listens that was told nothing else.
const defaultURL = "http://127.0.0.1:8080"

// client connects to the server that flags, environment or a data folder name,
// in this order. The key of a data folder goes to that folder's server only.
func (p *program) client(opts ...frostgate.Option) (*frostgate.Client, error) {
	c := &p.cli.connection
	target, key := c.URL, c.Key
	if key == "" && c.KeyFile != "" {
		b, err := os.ReadFile(c.KeyFile)
		if err != nil {
			return nil, usagef("read the API key: %w", err)
		}
		key = strings.TrimSpace(string(b))
	}
	if target == "" || key == "" {
		dir := c.DataDir
		if dir == "" {
			dir = p.env("FROSTGATE_DATA_DIR")
		}
		if dir == "" {
			dir = "state"
		}
		boot, err := readBootstrap(dir)
		switch {
		case err != nil && c.DataDir != "":
			return nil, usagef("no server is known from --data-dir: %w", err)
		case err == nil && (target == "" || sameServer(target, boot.URL)):
			if key == "" {
				key = boot.AdminKey
			}
			if target == "" {
				target = boot.URL
			}
		}
	}
	if target == "" {
		target = defaultURL
	}
	if key == "" {
		p.keyless = "no API key: a key for " + target + " is wanted"
	}
	cl, err := frostgate.New(target, key, append([]frostgate.Option{frostgate.WithUserAgent("frostgate/" + version), frostgate.WithRetries(2)}, opts...)...)
	if err != nil {
		return nil, errUsage{err}
	}
	return cl, nil
}

func sameServer(a, b string) bool {
	ua, err1 := url.Parse(a)
	ub, err2 := url.Parse(b)
	return err1 == nil && err2 == nil && ua.Scheme == ub.Scheme && ua.Host == ub.Host
}

// create opens --out, or gives standard output.
func (p *program) create() (io.Writer, func() error, error) {
	if p.cli.Out == "" {
		return p.out, func() error { return nil }, nil
	}
	f, err := os.OpenFile(p.cli.Out, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}
