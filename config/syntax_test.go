package config

import (
	"strings"
	"testing"
)

// An error of the syntax names line and column, says what usually causes it, and
// repeats nothing of the file.
func TestSyntaxErrors(t *testing.T) {
	const begin = "accounts:\n- name: a\n"
	for text, want := range map[string]string{
		begin + "  vendor: x: hunter2":               "f.yml:3:12: mapping values are not allowed in this context: a text that contains",
		begin + "    hunter2: x\n":                   "f.yml:3:12: mapping values are not allowed in this context: a text that contains",
		begin + "  vendor: livevox\n ca_file: f\n":   "f.yml:4:",
		begin + "  ca_file: \"hunter2\n":             "f.yml:3:12: found unexpected end of stream: a quote is not closed",
		begin + "  ca_file: 'hunter2\n":              "f.yml:3:12: found unexpected end of stream: a quote is not closed",
		begin + "  auth: {password: hunter2\n":       "f.yml:3:10: did not find expected ',' or '}': a comma or a closing bracket is missing",
		begin + "  auth: [hunter2\n":                 "f.yml:3:10: did not find expected ',' or ']': a comma or a closing bracket is missing",
		begin + "  ca_file: @hunter2\n":              "f.yml:3:12: found character that cannot start any token: a text that begins with @",
		begin + "  ca_file: `hunter2`\n":             "f.yml:3:12: found character that cannot start any token: a text that begins with @",
		begin + "  ca_file: \"hunter2\\d\"\n":        "f.yml:3:",
		begin + "  ca_file: - hunter2\n":             "f.yml:3:12: block sequence entries are not allowed in this context: a list begins",
		begin + "  hunter2\n  vendor: livevox\n":     "f.yml:",
		begin + "\tca_file: hunter2\n":               "f.yml:3:",
		begin + "  ca_file: *hunter2\n":              "f.yml:3:",
		begin + "  ca_file: hunter2\x01\n":           "f.yml:",
		begin + "  ca_file: {hunter2: b c: d}\n":     "f.yml:3:",
		"accounts: [{name: hunter2}, }]\n":           "f.yml:1:",
		begin + "  ca_file: !<hunter2\n":             "f.yml:3:",
		begin + "  ca_file: hunter2\xff\n":           "f.yml:",
		"%hunter2\naccounts: []\n":                   "f.yml:",
		begin + "? hunter2\n":                        "f.yml:",
		begin + "  ca_file: |x hunter2\n    line\n":  "f.yml:3:",
		begin + "  ca_file: &a &b hunter2\n":         "f.yml:3:",
		"accounts:\n- name: ö\n  vendor: ä: hunter2": "f.yml:3:12: mapping values",
	} {
		_, err := Parse("f.yml", []byte(text), testVendors())
		if err == nil {
			t.Errorf("%q is taken", text)
			continue
		}
		got := err.Error()
		if !strings.HasPrefix(got, want) || strings.Contains(got, "hunter2") {
			t.Errorf("%q:\n%s, want\n%s", text, got, want)
		}
		if parts := strings.SplitN(got, ":", 4); len(parts) < 4 || parts[2] == "" || strings.Contains(parts[2], " ") {
			t.Errorf("%q: no column: %s", text, got)
		}
	}
}
