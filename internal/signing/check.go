package signing

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/fault"
)

const (
	insertCheck  = `INSERT INTO key_check (name, value) VALUES ($1, $2)`
	updateCheck  = `UPDATE key_check SET value = $2 WHERE name = $1`
	selectCheck  = `SELECT value FROM key_check WHERE name = $1`
	selectChecks = `SELECT name, value FROM key_check ORDER BY name`
)

// The names of what the store remembers. checkLog alone is the first log key;
// with an ID behind it, a key and its state.
const (
	checkLog    = "log"
	checkPepper = "pepper"
	checkMaster = "master"
)

// checkText is what the check values are made of; it protects nothing.
const checkText = "frostgate key check"

// CheckStore compares the keys with those that the store remembers, and
// remembers what is new: all on the first start, later the keys that were
// issued, retired or revoked meanwhile. A folder of another server would read
// nothing, refuse every API key or sign under another name; an older copy of
// this one would trust keys that were revoked.
func (c *Custody) CheckStore(ctx context.Context, d *db.DB) error {
	return d.InSystemTx(ctx, "compare the keys with the store's", func(tx *db.Tx) error {
		stored := map[string]string{}
		if err := tx.ForEach(ctx, selectChecks, nil, func(s db.Scanner) error {
			var name, value string
			err := s.Scan(&name, &value)
			stored[name] = value
			return err
		}); err != nil {
			return fmt.Errorf("key check: %w", err)
		}
		if err := c.compare(stored); err != nil {
			return err
		}
		for name, value := range c.remembered(stored) {
			query := insertCheck
			if _, known := stored[name]; known {
				query = updateCheck
			}
			if _, err := tx.Exec(ctx, query, name, value); err != nil {
				return fmt.Errorf("key check: %w", err)
			}
		}
		return nil
	})
}

// compare refuses a folder that is not, or not any more, this store's.
func (c *Custody) compare(stored map[string]string) error {
	foreign := func(file string) error {
		return fault.New(fault.Invalid, "%s in the key folder is not the key that this store was made with; restore the folder from your backup", file).At("data_dir")
	}
	for name, value := range stored {
		if name != checkLog && !strings.HasPrefix(name, checkLog+"/") {
			continue
		}
		vkey, was, _ := strings.Cut(value, " ")
		i := slices.IndexFunc(c.keys, func(k LogKey) bool { return k.VerifierKey == vkey })
		switch {
		case i < 0 && name == checkLog:
			return foreign(logFile)
		case i < 0 || rank(c.keys[i].State) < rank(KeyState(was)):
			_, id, _ := splitVerifierKey(vkey)
			return fault.New(fault.Invalid,
				"the key folder is an older copy: the store knows log key %s as %s; restore the newest copy of the folder", id, was).At("data_dir")
		}
	}
	if v, ok := stored[checkPepper]; ok && !hmac.Equal([]byte(v), []byte(c.pepperCheck())) {
		return foreign(pepperFile)
	}
	if v, ok := stored[checkMaster]; ok && !c.opensCheck(v) {
		return foreign(masterFile)
	}
	return nil
}

// rank orders the states: a key never goes back.
func rank(s KeyState) int {
	return slices.Index([]KeyState{Active, Retiring, Retired, Revoked}, s)
}

// remembered gives what the store does not know yet.
func (c *Custody) remembered(stored map[string]string) map[string]string {
	out := map[string]string{}
	add := func(name, value string) {
		if stored[name] != value {
			out[name] = value
		}
	}
	if _, ok := stored[checkLog]; !ok {
		add(checkLog, c.keys[0].VerifierKey)
	}
	if len(c.keys) > 1 {
		for _, k := range c.keys {
			add(checkLog+"/"+k.ID(), k.VerifierKey+" "+string(k.State))
		}
	}
	add(checkPepper, c.pepperCheck())
	if _, ok := stored[checkMaster]; !ok {
		add(checkMaster, c.masterCheck())
	}
	return out
}

func (c *Custody) pepperCheck() string {
	return base64.StdEncoding.EncodeToString(c.MACKey([]byte(checkText)))
}

func (c *Custody) masterCheck() string {
	return base64.StdEncoding.EncodeToString(c.Seal(checkText, "", []byte(checkText)))
}

func (c *Custody) opensCheck(stored string) bool {
	sealed, err := base64.StdEncoding.DecodeString(stored)
	if err != nil {
		return false
	}
	plain, err := c.Open(checkText, "", sealed)
	return err == nil && string(plain) == checkText
}
