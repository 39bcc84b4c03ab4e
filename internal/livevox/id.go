package livevox

import (
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// ID is an id of the vendor's, which writes the same one as a number here and
// as a string there. It is kept as its digits, never as a float: transaction
// ids have more of them than a float holds.
type ID string

// UnmarshalJSON fails on objects and arrays only.
func (i *ID) UnmarshalJSON(b []byte) error {
	var t api.Text
	if err := t.UnmarshalJSON(b); err != nil {
		return err
	}
	*i = newID(string(t))
	return nil
}

// Read takes the id from d. It fails on objects and arrays only.
func (i *ID) Read(d *api.Decoder) error {
	var t api.Text
	err := t.Read(d)
	*i = newID(string(t))
	return err
}

// newID returns the canonical form of an id: without blanks, and for a number
// without leading zeros or an empty fraction.
func newID(s string) ID {
	if digits(s) && s[0] != '0' {
		return ID(s) // as a rule
	}
	s = strings.TrimSpace(s)
	whole, fraction, _ := strings.Cut(s, ".")
	if !digits(whole) || strings.Trim(fraction, "0") != "" {
		return ID(s)
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		return "0"
	}
	return ID(whole)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
