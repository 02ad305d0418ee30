package signing

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/fault"
)

const (
	insertCheck = `INSERT INTO key_check (name, value) VALUES ($1, $2)`
	selectCheck = `SELECT value FROM key_check WHERE name = $1`
)

// checkText is what the check values are made of; it protects nothing.
const checkText = "frostgate key check"

// CheckStore compares the keys with those that the store was made with, or
// remembers them on the first start: a key file of another server would read
// nothing, refuse every API key or sign under another name.
func (c *Custody) CheckStore(ctx context.Context, d *db.DB) error {
	return d.InSystemTx(ctx, "compare the keys with the store's", func(tx *db.Tx) error {
		for _, k := range []struct {
			file, name string
			make       func() string
			same       func(stored string) bool
		}{
			{"log.key", "log", c.VerifierKey, func(v string) bool { return v == c.VerifierKey() }},
			{"pepper.key", "pepper", c.pepperCheck, func(v string) bool { return hmac.Equal([]byte(v), []byte(c.pepperCheck())) }},
			{"master.key", "master", func() string {
				return base64.StdEncoding.EncodeToString(c.Seal(checkText, "", []byte(checkText)))
			}, c.opensCheck},
		} {
			var stored string
			found, err := tx.Get(ctx, selectCheck, []any{k.name}, &stored)
			if err != nil {
				return fmt.Errorf("key check: %w", err)
			}
			if !found {
				if _, err := tx.Exec(ctx, insertCheck, k.name, k.make()); err != nil {
					return fmt.Errorf("key check: %w", err)
				}
				continue
			}
			if !k.same(stored) {
				return fault.New(fault.Invalid, "%s in the key folder is not the key that this store was made with; restore the folder from your backup", k.file).At("data_dir")
			}
		}
		return nil
	})
}

func (c *Custody) pepperCheck() string {
	return base64.StdEncoding.EncodeToString(c.MACKey([]byte(checkText)))
}

func (c *Custody) opensCheck(stored string) bool {
	sealed, err := base64.StdEncoding.DecodeString(stored)
	if err != nil {
		return false
	}
	plain, err := c.Open(checkText, "", sealed)
	return err == nil && string(plain) == checkText
}
