package notify_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/notify"
)

func TestInternalAddressesAreRefused(t *testing.T) {
	t.Parallel()
	for _, a := range []string{
		"127.0.0.1", "127.8.8.8", "::1", "0.0.0.0", "::", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
		"100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "224.0.0.1", "239.1.1.1", "255.255.255.255", "0.1.2.3",
		"::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "fe80::1",
		"fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "198.18.0.1", "fec0::1",
	} {
		if notify.Forbidden(netip.MustParseAddr(a)) == "" {
			t.Errorf("%s may be dialled", a)
		}
	}
	for _, a := range []string{"8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "172.32.0.1", "100.128.0.1"} {
		if why := notify.Forbidden(netip.MustParseAddr(a)); why != "" {
			t.Errorf("%s is refused: %s", a, why)
		}
	}
}

func TestURLs(t *testing.T) {
	t.Parallel()
	for url, private := range map[string]bool{
		"http://example.org/": false, "https://127.0.0.1/": false, "https://[::ffff:10.0.0.1]/x": false, "https://u:p@example.org/": false,
		"https://example.org/#x": false, "example.org": false, "ftp://example.org/": true, "https:///x": true, "https:x": true,
		"https://" + strings.Repeat("a", 2048): true, "https://u@10.0.0.1/": true, "\x7f": true,
	} {
		if err := notify.CheckURL(url, private); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%.40q (private %t): %v", url, private, err)
		}
	}
	for url, private := range map[string]bool{"https://example.org/hook?x=1": false, "http://10.0.0.1:8080/": true} {
		if err := notify.CheckURL(url, private); err != nil {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// A name that resolves to an inside address is refused when dialling, before
// anything is sent.
func TestNameOfAnInternalAddressIsRefusedAtDialTime(t *testing.T) {
	t.Parallel()
	l := &log{}
	e := &endpoint{arrive: make(chan string, 10), header: http.Header{}}
	e.Server = httptest.NewTLSServer(e)
	t.Cleanup(e.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(e.URL, "https://"), ":")
	roots := x509.NewCertPool()
	roots.AddCert(e.Certificate())
	cfg := notify.Config{TLS: &tls.Config{RootCAs: roots, ServerName: "example.com", MinVersion: tls.VersionTLS12}}
	d := dbtest.OpenSQLite(t, fakeClock())
	s := service(d, l, cfg)
	w, _ := create(t, s, "https://localhost:"+port+"/", notify.Filter{})
	l.add(high("a"))
	if at := deliver(t, s, w.ID); at == 0 || len(e.ids()) != 0 {
		t.Errorf("due %d, %d requests", at, len(e.ids()))
	}
	if got := get(t, s, w.ID); !strings.Contains(got.LastError, "refused: loopback") {
		t.Errorf("last error: %q", got.LastError)
	}
	// The same endpoint over TLS once private addresses are allowed.
	cfg.AllowPrivate = true
	s = service(d, l, cfg)
	if got, err := s.Test(context.Background(), tenant, w.ID, actor()); err != nil || !got.Delivered {
		t.Errorf("with private addresses allowed: %+v, %v", got, err)
	}
}
