package vendorhttp

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestAddressesAreOfTheKindThatTheirUseMakesThem(t *testing.T) {
	for kind, addresses := range map[addressKind]string{
		public: "8.8.8.8 1.1.1.1 172.15.0.1 172.32.0.1 100.63.255.255 100.128.0.1 2606:4700::1111 2a00::1 " +
			"::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1",
		private: "10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 100.127.255.255 fc00::1 fd12:3456::1 " +
			"::ffff:10.0.0.1 ::ffff:100.64.0.1 64:ff9b::a00:1 64:ff9b::c0a8:101 2002:a00:1::1 2002:c0a8:101::1",
		loopback: "127.0.0.1 127.255.255.254 ::1 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1::1",
		reserved: "169.254.169.254 169.254.0.1 0.0.0.0 0.1.2.3 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 192.0.0.8 192.0.2.1 " +
			"198.18.0.1 198.51.100.1 203.0.113.1 :: fe80::1 fe80::1%eth0 ff02::1 fec0::1 2001:db8::1 2001::1 2001:0:7f00:1:: 100::1 " +
			"64:ff9b:1::1 ::ffff:169.254.169.254 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::1 ::ffff:0.0.0.0 ::7f00:1 ::169.254.169.254",
	} {
		for text := range strings.FieldsSeq(addresses) {
			if got := kindOf(netip.MustParseAddr(text)); got != kind {
				t.Errorf("%s is %s, want %s", text, got, kind)
			}
		}
	}
}

func TestWhatANameLeadsToIsTrustedAsFarAsTheFileNamesIt(t *testing.T) {
	plain := Hosts{Named: []string{"https://Api.LivePerson.net", "https://sentinel.internal.example:8443"}, Allowed: []string{"partner.example.com"}}
	local := Hosts{Named: []string{"http://simulator:9926"}, Local: true}
	own := Hosts{Named: []string{"https://vendor.test"}, Local: true}
	for _, c := range []struct {
		hosts Hosts
		host  string
		good  string
		bad   string
	}{
		{plain, "api.liveperson.net", "8.8.8.8 10.0.0.1", "127.0.0.1 169.254.169.254 ::1 0.0.0.0"},
		{plain, "sentinel.internal.example", "8.8.8.8 10.0.0.1 100.64.0.1 fd00::1", "127.0.0.1 169.254.169.254"},
		{plain, "a.partner.example.com", "8.8.8.8 192.168.0.1", "127.0.0.1 169.254.169.254"},
		{plain, "va.sentinel.liveperson.net", "8.8.8.8 2606:4700::1111", "10.0.0.1 192.168.0.1 100.64.0.1 127.0.0.1 ::1 fd00::1 169.254.169.254 ::ffff:10.0.0.1 64:ff9b::a00:1"},
		{plain, "evilpartner.example.com", "8.8.8.8", "10.0.0.1"},
		{plain, "127.0.0.1.liveperson.net", "8.8.8.8", "127.0.0.1"},
		{plain, "localhost.liveperson.net", "8.8.8.8", "127.0.0.1"},
		{local, "simulator", "172.18.0.2 127.0.0.1 ::1", "169.254.169.254 0.0.0.0 224.0.0.1"},
		{own, "vendor.test", "10.0.0.1 127.0.0.1", "169.254.169.254"},
		{own, "localhost", "127.0.0.1 ::1", ""},
		{own, "127.0.0.1", "127.0.0.1", ""},
	} {
		e := newEgress(c.hosts, net.Dialer{})
		for address := range strings.FieldsSeq(c.good) {
			if err := e.check(c.host, net.JoinHostPort(address, "443")); err != nil {
				t.Errorf("%s at %s: %v, want it to be reached", c.host, address, err)
			}
		}
		for address := range strings.FieldsSeq(c.bad) {
			err := e.check(c.host, net.JoinHostPort(address, "443"))
			if api.ClassOf(err) != api.DNS || !strings.Contains(err.Error(), c.host) || !strings.Contains(err.Error(), address) {
				t.Errorf("%s at %s: %v, want an error of class dns that names both", c.host, address, err)
			}
		}
	}
}

// A proxy is named by the file, whatever else is.
func TestTheAddressOfAProxyIsJudgedAsThatOfANameOfTheFile(t *testing.T) {
	for _, c := range []struct {
		local     bool
		good, bad string
	}{
		{false, "8.8.8.8 10.0.0.1 192.168.1.1 fd00::1", "127.0.0.1 ::1 169.254.169.254 0.0.0.0 224.0.0.1"},
		{true, "8.8.8.8 10.0.0.1 127.0.0.1 ::1", "169.254.169.254 0.0.0.0 224.0.0.1"},
	} {
		e := newEgress(Hosts{Local: c.local}, net.Dialer{})
		e.proxy = true
		for address := range strings.FieldsSeq(c.good) {
			if err := e.check("proxy.example.com", net.JoinHostPort(address, "3128")); err != nil {
				t.Errorf("%s: %v, want it to be reached", address, err)
			}
		}
		for address := range strings.FieldsSeq(c.bad) {
			if err := e.check("proxy.example.com", net.JoinHostPort(address, "3128")); api.ClassOf(err) != api.DNS {
				t.Errorf("%s: %v, want an error of class dns", address, err)
			}
		}
	}
}
