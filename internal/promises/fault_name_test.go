package promises

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// nameFaults are what the name server says.
func nameFaults() []liveFault {
	row := func(id, injected, class string, said dnsAnswer) liveFault {
		return liveFault{fault{id: id, injected: injected, class: api.Class(class), holds: "nothing is sent"}, named(said)}
	}
	leads := func(address string) dnsAnswer { return dnsAnswer{address: netip.MustParseAddr(address)} }
	return []liveFault{
		row("H02o", "the name doesn't exist (NXDOMAIN)", "dns", dnsAnswer{code: 3}),
		row("H02p", "the name server fails (SERVFAIL)", "dns", dnsAnswer{code: 2}),
		row("H02q", "the name server refuses", "dns", dnsAnswer{code: 5}),
		row("H02r", "the name has no address", "dns", dnsAnswer{}),
		row("H02s", "the name server doesn't answer", "timeout", dnsAnswer{silent: true}),
		row("H33a", "the name leads to the address of a cloud's metadata service", "dns", leads("169.254.169.254")),
		row("H33b", "the name leads to 0.0.0.0", "dns", leads("0.0.0.0")),
		row("H33c", "the name leads to a multicast address", "dns", leads("224.0.0.1")),
		row("H33d", "the name leads to the broadcast address", "dns", leads("255.255.255.255")),
	}
}

// named is a rig whose vendor has a name, for which the name server answers
// otherwise while the fault is in force.
func named(said dnsAnswer) func(*testing.T, *live) rig {
	return func(t *testing.T, l *live) rig {
		name := strings.ToLower(strings.ReplaceAll(t.Name(), "/", "-"))
		g := newGate(t, strings.TrimPrefix(l.vendor.URL, "http://"))
		name = name + "-" + portOf(t, "http://"+g.address) + ".example.com"
		l.names.set(name, dnsAnswer{address: netip.MustParseAddr("127.0.0.1")})
		return rig{
			url: "http://" + name + ":" + portOf(t, "http://"+g.address), lines: []string{"allow_http: true"},
			begin: func() { l.names.set(name, said); g.set(nil) },
			end:   func() { l.names.set(name, dnsAnswer{address: netip.MustParseAddr("127.0.0.1")}) },
		}
	}
}

// dnsAnswer is what a name server says of a name.
type dnsAnswer struct {
	code    byte // of the answer: 0 success, 2 failure, 3 no such name, 5 refused
	address netip.Addr
	silent  bool
}

// names is a name server.
type names struct {
	mu   sync.Mutex
	says map[string]dnsAnswer
}

func (n *names) set(name string, a dnsAnswer) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.says == nil {
		n.says = map[string]dnsAnswer{}
	}
	n.says[name+"."] = a
}

// resolver asks the name server of the test, and no other.
func (n *names) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0") //nolint:noctx // a test's listener
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go n.serve(conn)
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (n *names) serve(conn net.PacketConn) {
	b := make([]byte, 1<<10)
	for {
		size, from, err := conn.ReadFrom(b)
		if err != nil {
			return
		}
		if reply := n.reply(b[:size]); reply != nil {
			_, _ = conn.WriteTo(reply, from)
		}
	}
}

// reply answers one question as RFC 1035 writes it.
func (n *names) reply(question []byte) []byte {
	const header, typeA = 12, 1
	name, at := "", header
	for at < len(question) && question[at] != 0 {
		size := int(question[at])
		name += string(question[at+1:at+1+size]) + "."
		at += 1 + size
	}
	end := at + 5 // the root, the type and the class
	if end > len(question) {
		return nil
	}
	n.mu.Lock()
	said, known := n.says[name]
	n.mu.Unlock()
	if !known {
		said.code = 3
	}
	if said.silent {
		return nil
	}
	reply := append([]byte{}, question[:end]...)
	reply[2], reply[3] = 0x81, 0x80|said.code
	copy(reply[6:header], []byte{0, 0, 0, 0, 0, 0})
	if said.code != 0 || !said.address.Is4() || binary.BigEndian.Uint16(question[at+1:]) != typeA {
		return reply
	}
	reply[7] = 1
	reply = append(reply, 0xc0, header, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4)
	return append(reply, said.address.AsSlice()...)
}
