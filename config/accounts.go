package config

import (
	"fmt"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"
)

// accounts reads the list of accounts.
func (d *decoder) accounts(n *yaml.Node) []Account {
	if n.Kind != yaml.SequenceNode && !isNull(n) {
		d.fail("accounts", "must be a list, not %s", kind(n))
		return nil
	}
	if len(n.Content) == 0 {
		d.fail("accounts", "is empty: at least one account is needed")
	}
	var all []Account
	for i, item := range n.Content {
		path := fmt.Sprintf("accounts[%d]", i)
		d.places[path] = item
		a := d.account(resolved(item), path)
		same := func(other Account) bool { return other.Name == a.Name && a.Name != "" }
		if earlier := slices.IndexFunc(all, same); earlier >= 0 {
			d.fail(path+".name", "%q is the name of accounts[%d] already", a.Name, earlier)
		}
		all = append(all, a)
	}
	return all
}

// account reads one account. Its vendor decides on defaults and keys, and its
// own keys on the defaults of its sources.
func (d *decoder) account(n *yaml.Node, path string) Account {
	d.scope = scope{}
	if vendor := d.lookup(n, "vendor"); vendor != nil && (vendor.Value == LivePerson || vendor.Value == LiveVox) {
		d.scope.vendor = vendor.Value
	}
	a := defaultAccount(d.scope.vendor)
	d.mapping(n, path, reflect.ValueOf(&a).Elem())
	if d.scope.vendor == "" {
		return a
	}
	d.complete(path, &a)
	d.sources(d.lookup(n, "sources"), join(path, "sources"), &a)
	return a
}

// complete checks what no single key tells, and adds what follows from the
// keys.
func (d *decoder) complete(path string, a *Account) {
	a.IdentityKeyFile = a.IdentityKey.File()
	d.checkURLs(path, a)
	d.checkHosts(join(path, "allowed_hosts"), a.AllowedHosts)
	if a.CAFile == "" {
		return
	}
	a.CAFile = d.inFolder(a.CAFile)
	ca, err := readCertificates(a.CAFile)
	if err != nil {
		d.fail(join(path, "ca_file"), "%v", err)
	}
	a.CA = ca
}
