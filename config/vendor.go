package config

import "slices"

// Vendor says what can be configured of the accounts of a vendor.
type Vendor struct {
	// Name is the value of the key vendor, Title the vendor's name in texts.
	Name, Title string
	// Identity is the default of the key identity.
	Identity Identity
	// Keys returns the defaults of the keys that only this vendor's accounts have.
	Keys func() Keys
	// Sources are what can be measured, in the order of the reference.
	Sources []Spec
	// Metrics are the names of the metrics of all Sources.
	Metrics []string
	// Always are the names of metrics that are not of Sources, which no account can leave
	// out.
	Always []string
}

// Keys are the keys that only accounts of one vendor have: a pointer to a struct
// with the tags of this package.
type Keys interface {
	// Validate checks what depends on several keys and completes addresses. allowHTTP
	// is that of the account. Each line of the error begins with the key that is
	// wrong.
	Validate(allowHTTP bool) error
	// Addresses are the URLs that the file names, defaults included.
	Addresses() []string
	// HostSuffixes are the suffixes of host names that may get credentials
	// besides the hosts of Addresses.
	HostSuffixes() []string
}

// vendorOf returns the vendor with that name; nil if there is none.
func vendorOf(vendors []Vendor, name string) *Vendor {
	for i := range vendors {
		if vendors[i].Name == name {
			return &vendors[i]
		}
	}
	return nil
}

// has reports whether the vendor has a source with that name.
func (v *Vendor) has(source string) bool {
	return slices.ContainsFunc(v.Sources, func(s Spec) bool { return s.Name == source })
}

// hasKey reports whether the vendor's own keys include the dotted path.
func (v *Vendor) hasKey(path string) bool {
	return slices.ContainsFunc(entriesOf("", keysOf(valueOf(v.Keys()))), func(e entry) bool {
		return path == e.path || e.isSecret() && path == e.path+"_file"
	})
}
