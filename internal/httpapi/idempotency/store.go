package idempotency

const selectAnswer = `SELECT request_mac, status, response FROM idempotency
WHERE tenant_id = $1 AND key_mac = $2 AND created_at >= $3`

const deleteOld = `DELETE FROM idempotency WHERE tenant_id = $1 AND created_at < $2`

// Another server may have remembered the key meanwhile: its answer stands.
const insertAnswer = `INSERT INTO idempotency (tenant_id, key_mac, request_mac, status, response, created_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, key_mac) DO NOTHING`
