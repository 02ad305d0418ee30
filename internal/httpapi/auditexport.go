package httpapi

import (
	"bufio"
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// How many files of the audit are made at a time, how long one may take, and how
// often it is asked whether its reader still may read it.
const (
	maxExports, maxTenantExports = 4, 1
	exportTime                   = 15 * time.Minute
	exportAsks                   = time.Second
)

// auditFile writes entries in one format.
type auditFile interface {
	write(r *auditRecord) error
	end() error
}

// exportAudit streams all entries that fit the filters, page by page: each is
// read for itself, so that no reader holds a transaction open.
func (s *Server) exportAudit(ctx context.Context, x *exchange, c *Call) error {
	tenants, err := s.tenantsAsked(ctx, c, domain.ScopeAuditRead)
	if err != nil {
		return err
	}
	f, err := s.auditFilter(ctx, c)
	if err != nil {
		return err
	}
	done, err := s.exports.take(c.Tenant())
	if err != nil {
		return err
	}
	defer done()
	ctx, cancel := context.WithTimeout(ctx, exportTime)
	defer cancel()
	now := s.clock.Now()
	if f.To == 0 || f.To > now {
		f.To = now
	}
	format, media := "csv", "text/csv; charset=utf-8"
	switch asked := c.Query.text("format"); asked {
	case "ndjson":
		format, media = asked, ndjson
	case "json":
		format, media = asked, "application/json"
	}
	out := &bundleWriter{
		x: x, media: media, name: "frostgate-audit-" + time.UnixMicro(int64(now)).UTC().Format("20060102-150405") + "." + format,
		may: asking(func() error { return s.stillReads(ctx, x.route, c, tenants) }),
	}
	extend(x, 24*time.Hour, 0) // each write has its own limit
	buffer := bufio.NewWriterSize(out, 64<<10)
	file := newAuditFile(format, buffer)
	for cursor := ""; ; {
		if err := out.may(); err != nil {
			return err
		}
		recs, next, err := s.deps.Audit.ListIn(ctx, tenants, f, cursor, db.MaxPage)
		if err != nil {
			return err
		}
		items, err := s.auditRecords(ctx, c, recs)
		if err != nil {
			return err
		}
		for i := range items {
			if err := file.write(&items[i]); err != nil {
				return err
			}
		}
		if cursor = next; next == "" {
			break
		}
	}
	if err := file.end(); err != nil {
		return err
	}
	return buffer.Flush()
}

// stillReads refuses what a file of several tenants holds once the key's owner may
// not read one of them any more.
func (s *Server) stillReads(ctx context.Context, rt *Route, c *Call, tenants []domain.TenantID) error {
	p, err := s.stillAdmitted(ctx, rt, c)
	if err != nil {
		return err
	}
	may := s.mayIn(&Call{Request: c.Request, Principal: p}, rt.Scope)
	for _, id := range tenants {
		if err := may(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// asking asks at once and then once in a while: of many tenants it takes time.
func asking(may func() error) func() error {
	var asked time.Time
	return func() error {
		now := clock.Monotonic()
		if now.Sub(asked) < exportAsks {
			return nil
		}
		asked = now
		return may()
	}
}

func newAuditFile(format string, w io.Writer) auditFile {
	switch format {
	case "ndjson":
		return &auditJSON{w: w, between: "\n", last: "\n"}
	case "json":
		return &auditJSON{w: w, first: "[", between: ",\n", last: "]\n", empty: "[]\n"}
	}
	return &auditCSV{w: csv.NewWriter(w)}
}

// auditJSON writes lines, or an array.
type auditJSON struct {
	w                           io.Writer
	first, between, last, empty string
	begun                       bool
}

func (a *auditJSON) write(r *auditRecord) error {
	before := a.between
	if !a.begun {
		a.begun, before = true, a.first
	}
	if _, err := io.WriteString(a.w, before); err != nil {
		return err
	}
	return json.MarshalWrite(a.w, r, json.Deterministic(true))
}

func (a *auditJSON) end() error {
	text := a.last
	if !a.begun {
		text = a.empty
	}
	_, err := io.WriteString(a.w, text)
	return err
}

// auditCSV writes a line for each entry; what is recorded of it is one JSON cell.
type auditCSV struct {
	w     *csv.Writer
	begun bool
}

func (a *auditCSV) head() error {
	if a.begun {
		return nil
	}
	a.begun = true
	return a.w.Write([]string{
		"at", "id", "tenant_id", "principal_id", "principal_name", "key_id", "action", "target", "outcome", "times", "remote", "request_id", "entry", "detail",
	})
}

func (a *auditCSV) write(r *auditRecord) error {
	if err := a.head(); err != nil {
		return err
	}
	detail, entry := "", ""
	if len(r.Detail) > 0 {
		b, err := json.Marshal(r.Detail, json.Deterministic(true))
		if err != nil {
			return err
		}
		detail = string(b)
	}
	if r.Entry != nil {
		entry = strconv.FormatInt(*r.Entry, 10)
	}
	at := time.UnixMicro(int64(r.At)).UTC().Format("2006-01-02T15:04:05.000000Z")
	row := []string{at, r.ID, r.Tenant, r.Principal, r.Name, r.Key, r.Action, r.Target, r.Outcome, strconv.FormatInt(r.Times, 10), r.Remote, r.RequestID, entry, detail}
	for i, v := range row {
		row[i] = harmless(v)
	}
	return a.w.Write(row)
}

func (a *auditCSV) end() error {
	if err := a.head(); err != nil {
		return err
	}
	a.w.Flush()
	return a.w.Error()
}

// harmless keeps a spreadsheet from running a text as a formula.
func harmless(v string) string {
	if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
		return "'" + v
	}
	return v
}
