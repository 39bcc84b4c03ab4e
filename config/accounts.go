package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

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
	d.warnOfLogins(all)
	return all
}

// account reads one account. Its vendor decides on defaults and keys, and its
// own keys on the defaults of its sources.
func (d *decoder) account(n *yaml.Node, path string) Account {
	d.path, d.vendor = path, nil
	a := newAccount()
	if name := d.lookup(n, "vendor"); name != nil {
		if d.vendor = vendorOf(d.vendors, name.Value); d.vendor != nil {
			a = d.vendor.newAccount()
		}
	}
	d.fill(n, path, accountKeys(&a, d.vendors))
	if d.vendor == nil {
		return a
	}
	d.complete(path, &a)
	d.sources(d.lookup(n, "sources"), join(path, "sources"), &a)
	return a
}

// accountKeys returns the keys of an account. Which vendors there are is known at
// run time only.
func accountKeys(a *Account, vendors []Vendor) []key {
	var known []string
	for _, v := range vendors {
		known = append(known, v.Name)
	}
	keys := keysOf(reflect.ValueOf(a).Elem())
	for i := range keys {
		if keys[i].name == "vendor" {
			keys[i].tag += reflect.StructTag(` enum:"` + strings.Join(known, ",") + `"`)
		}
	}
	return keys
}

// complete checks what depends on several keys, and adds what follows from them.
func (d *decoder) complete(path string, a *Account) {
	a.IdentityKeyFile = a.IdentityKey.File()
	d.invalid(path, a.Keys.Validate(a.AllowHTTP))
	d.patterns(join(path, "metrics.drop"), a.Metrics.Drop)
	d.patterns(join(path, "metrics.keep"), a.Metrics.Keep)
	d.hours(join(path, "hours"), a.Hours)
	d.roster(join(path, "roster"), a)
	if a.CAFile == "" {
		return
	}
	a.CAFile = d.inFolder(a.CAFile)
	ca, err := ReadCertificates(a.CAFile)
	if err != nil {
		d.fail(join(path, "ca_file"), "%v", err)
	}
	a.CA = ca
}
