package config

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// onOff is the key by which a source is turned on or off.
type onOff struct {
	Enabled bool `yaml:"enabled" doc:"Whether the source is on. Naming a source turns it on."`
}

// sources reads what is said of the sources and adds those that are on.
func (d *decoder) sources(n *yaml.Node, path string, a *Account) {
	named := d.named(n, path)
	a.Sources = map[string]Source{}
	for _, spec := range d.vendor.Sources {
		enabled := onOff{Enabled: spec.Default}
		s := spec.Source(*a)
		if node := named[spec.Name]; node != nil {
			enabled.Enabled = true
			d.source(node, join(path, spec.Name), spec, &enabled, &s)
		}
		if enabled.Enabled {
			a.Sources[spec.Name] = s
		} else {
			a.off = append(a.off, spec.Name)
		}
	}
	for _, spec := range d.vendor.Sources {
		if _, on := a.Sources[spec.Name]; on && spec.Fits != nil {
			d.invalid(join(path, spec.Name), spec.Fits(*a))
		}
	}
}

// named returns what is said of each source.
func (d *decoder) named(n *yaml.Node, path string) map[string]*yaml.Node {
	if n == nil {
		return nil
	}
	named := map[string]*yaml.Node{}
	for _, p := range d.pairs(n, path) {
		at := join(path, d.shown(p.key.Value))
		d.places[at] = p.key
		named[p.key.Value] = p.value
		if !d.vendor.has(p.key.Value) {
			d.fail(at, "%s", d.unknownSource(p.key.Value))
		}
	}
	return named
}

// unknownSource says which source was probably meant, or whose it is.
func (d *decoder) unknownSource(name string) string {
	for _, v := range d.vendors {
		if v.has(name) {
			return fmt.Sprintf("is a source of %s, and this is an account of %s", v.Name, d.vendor.Name)
		}
	}
	var known []string
	for _, s := range d.vendor.Sources {
		known = append(known, s.Name)
	}
	return "unknown source; " + suggestion(name, known)
}

// source reads the keys of one source.
func (d *decoder) source(n *yaml.Node, path string, spec Spec, enabled *onOff, s *Source) {
	d.scope.feed = spec.Feed
	defer func() { d.scope.feed = false }()
	structs := []reflect.Value{reflect.ValueOf(enabled).Elem(), reflect.ValueOf(s).Elem()}
	if s.Options != nil {
		structs = append(structs, valueOf(s.Options))
	}
	before := len(d.problems)
	d.mapping(n, path, structs...)
	if len(d.problems) > before {
		return // what follows would only repeat it
	}
	d.setAge(n, path, spec, s)
	if v, ok := s.Options.(interface{ Validate() error }); ok {
		d.invalid(path, v.Validate())
	}
}

// setAge derives max_age from interval where only that is given.
func (d *decoder) setAge(n *yaml.Node, path string, spec Spec, s *Source) {
	switch {
	case spec.Feed:
	case d.lookup(n, "max_age") == nil:
		s.MaxAge = max(spec.MaxAge, 3*s.Interval)
	case s.MaxAge < s.Interval:
		d.fail(join(path, "max_age"), "must be at least interval (%s), not %s", Duration(s.Interval), Duration(s.MaxAge))
	}
}

// invalid notes what options or keys say of themselves: each line begins with the
// key that is wrong.
func (d *decoder) invalid(path string, err error) {
	if err == nil {
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		k, message, ok := strings.Cut(line, ": ")
		if !ok || strings.ContainsAny(k, " \"") {
			d.fail(path, "%s", line)
			continue
		}
		d.fail(join(path, k), "%s", message)
	}
}
