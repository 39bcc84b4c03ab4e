package conntrack

import (
	"context"
	"io"
	"net"
	"testing"
)

// piped opens connections whose other ends are silent.
func piped(t *testing.T) *Dialer {
	return &Dialer{Dial: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		t.Cleanup(func() { near.Close(); far.Close() })
		return near, nil
	}}
}

func open(t *testing.T, d *Dialer, address string) net.Conn {
	t.Helper()
	c, err := d.DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTimeoutsInARowCloseTheConnectionsOfTheirHost(t *testing.T) {
	d := piped(t)
	dead, well := open(t, d, "a.example.com:443"), open(t, d, "b.example.com:443")
	read := make(chan error)
	go func() { _, err := dead.Read(make([]byte, 1)); read <- err }()
	for range 2 * maxTimeouts { // never as many in a row
		d.Ended("A.example.com", true)
		d.Ended("b.example.com:443", false)
		d.Ended("a.example.com:443", true)
		d.Ended("a.example.com:443", false)
	}
	if len(d.open) != 2 {
		t.Fatalf("%d connections are left, want both", len(d.open))
	}
	for range maxTimeouts {
		d.Ended("b.example.com:443", false)
		d.Ended("a.example.com", true)
	}
	if err := <-read; err != io.ErrClosedPipe {
		t.Errorf("the request on the closed connection: %v", err)
	}
	if _, left := d.open[well.(*conn)]; !left || len(d.open) != 1 {
		t.Errorf("%d connections are left, want that of the other host", len(d.open))
	}
	d.Close()
	if _, err := well.Write([]byte("x")); err != io.ErrClosedPipe || len(d.open) != 0 {
		t.Errorf("%v, %d connections are left", err, len(d.open))
	}
}
