package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/receipt"
	frostgate "frostgate.io/frostgate/sdk/go"
)

type modulesCmd struct {
	List   modulesListCmd   `cmd:"" help:"List modules."`
	Show   modulesShowCmd   `cmd:"" help:"Show a module with its keys."`
	Create modulesCreateCmd `cmd:"" help:"Register a module; its enrolment token is shown once."`
	Token  modulesTokenCmd  `cmd:"" help:"Make another enrolment token; those before end."`
	Enrol  modulesEnrolCmd  `cmd:"" help:"On the module's machine: make its key and bring it in with the token. Any API key of the tenant will do, for example that of a service account with evidence:write alone."`
	Rotate modulesRotateCmd `cmd:"" help:"On the module's machine: replace its key by a new one. The API key needs evidence:write and nothing else."`
	Revoke modulesRevokeCmd `cmd:"" help:"End a module, or one of its keys, at once."`
	Attest modulesAttestCmd `cmd:"" help:"On the module's machine: sign a statement and have it recorded. The API key needs evidence:write and nothing else: give the module a service account with that scope."`
}

type modulesListCmd struct{ limited }

// Run lists modules.
func (c *modulesListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.Modules(p.ctx, c.page()), c.Limit, "id", "name", "kind", "status", "counter", "types", "created_at")
}

type modulesShowCmd struct{ idArg }

// Run shows a module.
func (c *modulesShowCmd) Run(p *program) error {
	return act(p, func(cl *frostgate.Client) (*frostgate.Module, error) { return cl.Module(p.ctx, c.ID) })
}

type modulesCreateCmd struct {
	Name  string   `arg:"" help:"Name."`
	Kind  string   `help:"What it is, a lower-case name." default:"module"`
	Types []string `help:"Attestation types that it may submit." required:"" placeholder:"TYPE"`
}

// Run registers a module.
func (c *modulesCreateCmd) Run(p *program) error {
	return p.token(func(cl *frostgate.Client) (any, error) {
		return cl.CreateModule(p.ctx, frostgate.NewModule{Name: c.Name, Kind: c.Kind, Types: c.Types})
	})
}

type modulesTokenCmd struct{ idArg }

// Run makes a token.
func (c *modulesTokenCmd) Run(p *program) error {
	return p.token(func(cl *frostgate.Client) (any, error) { return cl.NewModuleToken(p.ctx, c.ID) })
}

// token prints what holds an enrolment token, and says that it is the only time.
func (p *program) token(call func(*frostgate.Client) (any, error)) error {
	if err := act(p, call); err != nil {
		return err
	}
	fmt.Fprintln(p.err, "The token is shown this once and enrols one key. On the module's machine: frostgate modules enrol KEYFILE --token-file FILE")
	return nil
}

type modulesEnrolCmd struct {
	File      string `arg:"" name:"keyfile" help:"File to make for the module's private key; it must not exist."`
	TokenFile string `help:"File that holds the enrolment token; - is standard input." placeholder:"FILE" required:""`
}

// maxToken bounds the file of a token.
const maxToken = 4096

// Run makes the key file first: a key that was brought in must not be lost.
func (c *modulesEnrolCmd) Run(p *program) error {
	text, err := p.readFile(c.TokenFile, maxToken)
	if err != nil {
		return err
	}
	token := strings.TrimSpace(string(text))
	module, _, err := frostgate.ModuleOfToken(token)
	if err != nil {
		return errUsage{err}
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	me, err := cl.Whoami(p.ctx)
	if err != nil {
		return err
	}
	id, err := newIdentity(me.TenantID, module)
	if err != nil {
		return err
	}
	if err := saveIdentity(c.File, id); err != nil {
		return err
	}
	m, err := cl.EnrolModule(p.ctx, token, id)
	if err != nil {
		return errors.Join(err, dropRefused(c.File, err))
	}
	fmt.Fprintf(p.err, "The private key is in %s; it can't be fetched again.\n", c.File)
	return p.one(m)
}

// dropRefused removes a key file that the server certainly did not take.
func dropRefused(file string, err error) error {
	var refused *frostgate.Problem
	if errors.As(err, &refused) && refused.Status < 500 {
		return os.Remove(file)
	}
	return fmt.Errorf("%s is kept: the server may have taken the key; `frostgate modules show` tells", file)
}

type modulesRotateCmd struct {
	File    string        `arg:"" name:"keyfile" help:"The module's key file; it holds the new key afterwards."`
	Overlap time.Duration `help:"How long the old key goes on for what was signed already." default:"0s"`
}

// Run rotates a key.
func (c *modulesRotateCmd) Run(p *program) error {
	old, err := readIdentity(c.File)
	if err != nil {
		return err
	}
	next, err := newIdentity(old.Tenant, old.Module)
	if err != nil {
		return err
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	fresh := c.File + ".new"
	if err := saveIdentity(fresh, next); err != nil {
		return err
	}
	m, err := cl.RotateModule(p.ctx, old, next, c.Overlap.Truncate(time.Second))
	if err != nil {
		return errors.Join(err, dropRefused(fresh, err))
	}
	if err := os.Rename(fresh, c.File); err != nil {
		return fmt.Errorf("the key was replaced; the new one is in %s: %w", fresh, err)
	}
	return errors.Join(syncDir(c.File), p.one(m))
}

type modulesRevokeCmd struct {
	idArg
	ModuleKey string `help:"End this key only, by its ID." placeholder:"ID"`
	Reason    string `help:"Why; it is kept in the log."`
}

// Run revokes.
func (c *modulesRevokeCmd) Run(p *program) error {
	return act(p, func(cl *frostgate.Client) (*frostgate.Module, error) {
		if c.ModuleKey != "" {
			return cl.RevokeModuleKey(p.ctx, c.ID, c.ModuleKey, c.Reason)
		}
		return cl.RevokeModule(p.ctx, c.ID, c.Reason)
	})
}

type modulesAttestCmd struct {
	File    string   `arg:"" name:"keyfile" help:"The module's key file; the counter is kept beside it in KEYFILE.counter."`
	Data    string   `arg:"" help:"File with what is attested, a JSON object; - is standard input."`
	Type    string   `help:"Attestation type." required:""`
	Subject []string `help:"Files that the statement speaks of, by their SHA-256; without one, the data itself." placeholder:"FILE"`
	Counter uint64   `help:"Counter to use, where KEYFILE.counter was lost: greater than any used before." placeholder:"N"`
}

// maxAttested bounds the data: the envelope holds it in base64.
const maxAttested = receipt.MaxEnvelopeSize / 4 * 3

// Run signs and submits. The counter is durable before anything is sent, so that
// a crash never makes two statements with one counter.
func (c *modulesAttestCmd) Run(p *program) error {
	id, err := readIdentity(c.File)
	if err != nil {
		return err
	}
	data, err := p.readFile(c.Data, maxAttested)
	if err != nil {
		return err
	}
	// Checked before a counter is spent on it.
	if v := jsontext.Value(data); !v.IsValid() || v.Kind() != '{' {
		return usagef("%s is no JSON object: what is attested must be one; to attest any other file, name it with --subject", c.Data)
	}
	subjects, err := c.subjects(data)
	if err != nil {
		return err
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	counter, err := nextCounter(c.File+".counter", c.Counter)
	if err != nil {
		return err
	}
	envelope, err := id.Envelope(frostgate.Attestation{
		Counter: counter, Time: time.Now(), Type: c.Type, Subjects: subjects, Data: jsontext.Value(data),
	})
	if err != nil {
		return errUsage{err}
	}
	_, raw, err := cl.Attest(p.ctx, envelope)
	if frostgate.CodeOf(err) == "counter_replayed" {
		return fmt.Errorf("%w\nIf %s was lost or copied back, name a greater one with --counter", err, c.File+".counter")
	}
	if err != nil {
		return err
	}
	return p.one(raw, "log", "index", "level", "leaf_hash")
}

func (c *modulesAttestCmd) subjects(data []byte) ([]frostgate.AttestationSubject, error) {
	if len(c.Subject) == 0 {
		name := "data"
		if c.Data != "-" {
			name = filepath.Base(c.Data)
		}
		sum := sha256.Sum256(data)
		return []frostgate.AttestationSubject{{Name: name, Digest: map[string]string{"sha256": hex.EncodeToString(sum[:])}}}, nil
	}
	var out []frostgate.AttestationSubject
	for _, file := range c.Subject {
		f, err := os.Open(file)
		if err != nil {
			return nil, errUsage{err}
		}
		h := sha256.New()
		_, err = io.Copy(h, f)
		f.Close()
		if err != nil {
			return nil, err
		}
		out = append(out, frostgate.AttestationSubject{Name: filepath.Base(file), Digest: map[string]string{"sha256": hex.EncodeToString(h.Sum(nil))}})
	}
	return out, nil
}
