package frostgate

import "context"

// LogFile reads a file of a log as C2SP tlog-tiles lays it out: path is
// tile/LEVEL/N, tile/LEVEL/N.p/W, or the same with entries as the level. What is
// at a path never changes. The signed tree head is at Checkpoint.
func (c *Client) LogFile(ctx context.Context, log, path string) ([]byte, error) {
	return c.file(ctx, in("evidence", "logs", log)+"/"+path)
}

// RootCheckpoint reads the signed tree head of the log of logs, which is public.
func (c *Client) RootCheckpoint(ctx context.Context) (string, error) {
	b, err := c.file(ctx, in("evidence", "root", "checkpoint"))
	return string(b), err
}

// RootFile is LogFile for the log of logs.
func (c *Client) RootFile(ctx context.Context, path string) ([]byte, error) {
	return c.file(ctx, in("evidence", "root")+"/"+path)
}

func (c *Client) file(ctx context.Context, path string) ([]byte, error) {
	rep, err := c.do(ctx, &request{method: "GET", path: path, accept: "*/*"})
	if err != nil {
		return nil, err
	}
	return rep.body, nil
}
