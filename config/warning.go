package config

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Warnings are what is allowed in the file and probably a mistake, a line each
// with its place, in the order of the file.
func (c *Config) Warnings() []string { return c.warnings }

// warn notes a warning at the key with that path.
func (d *decoder) warn(path, format string, args ...any) {
	mistakes := d.problems
	d.problems = d.warnings
	d.fail(path, format, args...)
	d.problems, d.warnings = mistakes, d.problems
}

// warningLines returns the warnings in the order of the file.
func (d *decoder) warningLines() []string {
	slices.SortStableFunc(d.warnings, byPlace)
	var lines []string
	for _, p := range d.warnings {
		lines = append(lines, d.line(p).Error())
	}
	return lines
}

// warnOfText warns of a reference that is not closed, which stays as it is.
func (d *decoder) warnOfText(n *yaml.Node, path string) {
	rest := reference.ReplaceAllString(n.Value, "")
	for _, begin := range []string{"${env:", "${file:"} {
		if strings.Contains(rest, begin) {
			d.places[path] = n
			d.warn(path, "%s without a closing brace is taken as it stands", begin)
		}
	}
}

// warnOfSecret warns of a secret that others can read, or that can't be right.
func (d *decoder) warnOfSecret(n *yaml.Node, path string, s Secret) {
	files := []string{s.File()}
	for _, part := range reference.FindAllStringSubmatch(d.originals[n], -1) {
		if part[1] == "file" {
			files = append(files, d.inFolder(part[2]))
		}
	}
	if s.File() == "" && d.originals[n] == "" {
		files = append(files, d.name)
	}
	for _, file := range files {
		if info, err := os.Stat(file); file != "" && err == nil && info.Mode().Perm()&0o004 != 0 {
			d.warn(path, "%s can be read by every user of this machine: its mode is %#o, and 0600 or 0640 is enough", file, info.Mode().Perm())
		}
	}
	value := s.loaded.value
	scheme, _, _ := strings.Cut(value, " ")
	switch {
	case strings.EqualFold(scheme, "bearer") && scheme != value:
		d.warn(path, "begins with Bearer and a space: only the token belongs here")
	case strings.TrimSpace(value) != value:
		d.warn(path, "begins or ends with white space, which is sent as it stands")
	}
}

// warnOfLogins warns of accounts that log in as the same user.
func (d *decoder) warnOfLogins(accounts []Account) {
	first := map[string]int{}
	for i, a := range accounts {
		if a.Keys == nil {
			continue
		}
		login := a.Login()
		earlier, twice := first[login]
		if !twice {
			first[login] = i
			continue
		}
		d.warn(fmt.Sprintf("accounts[%d].auth", i), "has the login of accounts[%d]: one may end the other's session, and the vendor counts the requests of both", earlier)
	}
}

// Login identifies whom an account logs in as: by its addresses, its keys that
// must be there, and the texts of auth; by its secrets where it has no such text.
func (a Account) Login() string {
	login := append([]string{a.Vendor}, a.Keys.Addresses()...)
	var texts, secrets []string
	for _, e := range entriesOf("", keysOf(valueOf(a.Keys))) {
		switch {
		case e.isSecret():
			if s := e.secret(); s.Set() {
				secrets = append(secrets, s.loaded.value)
			}
		case !e.required() || e.value.Kind() != reflect.String || e.value.String() == "":
		case strings.HasPrefix(e.path, "auth."):
			texts = append(texts, e.path, e.value.String())
		default:
			login = append(login, e.path, e.value.String())
		}
	}
	if len(texts) == 0 {
		texts = secrets
	}
	return strings.Join(append(login, texts...), "\x00")
}
