package config

import (
	"cmp"
	"errors"
	"path/filepath"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decoder fills the structs from the parsed file. It continues after a mistake,
// so that the error lists all of them.
type decoder struct {
	name    string // of the file
	folder  string
	vendors []Vendor
	scope   scope
	// path and vendor are those of the account that is read; nil where its vendor
	// is not known.
	path   string
	vendor *Vendor
	// places are the keys and list items that were met, by path.
	places map[string]*yaml.Node
	// originals are the texts that were expanded, as they stand in the file.
	originals map[*yaml.Node]string
	// failed are the texts that could not be expanded.
	failed   map[*yaml.Node]bool
	problems []problem
	warnings []problem
	// words are all keys that there are; see knownWords.
	words map[string]bool
}

func newDecoder(name string, vendors []Vendor) *decoder {
	return &decoder{
		name:      name,
		folder:    filepath.Dir(name),
		vendors:   vendors,
		places:    map[string]*yaml.Node{},
		originals: map[*yaml.Node]string{},
		failed:    map[*yaml.Node]bool{},
	}
}

// pair is a key of a mapping and its value.
type pair struct{ key, value *yaml.Node }

// resolved returns what an alias stands for.
func resolved(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// isNull reports whether nothing is given.
func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// isMapping reports whether n is a mapping, or nothing; if not it notes the
// mistake.
func (d *decoder) isMapping(n *yaml.Node, path string) bool {
	if n.Kind == yaml.MappingNode || isNull(n) {
		return true
	}
	d.fail(path, "must be a mapping of keys to values, not %s", kind(n))
	return false
}

// pairs returns the keys of a mapping, none if n isn't one. Those that << merges
// in follow, unless the mapping has them itself.
func (d *decoder) pairs(n *yaml.Node, path string) []pair {
	if !d.isMapping(n, path) {
		return nil
	}
	var own, merged []pair
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], resolved(n.Content[i+1])
		if k.ShortTag() == "!!merge" {
			merged = append(merged, d.merged(v, path)...)
			continue
		}
		if line, twice := seen[k.Value]; twice {
			d.failAt(k, join(path, d.shown(k.Value)), "is repeated: it stands in line %d already", line)
			continue
		}
		seen[k.Value] = k.Line
		own = append(own, pair{k, v})
	}
	for _, p := range merged {
		if seen[p.key.Value] == 0 {
			seen[p.key.Value] = p.key.Line
			own = append(own, p)
		}
	}
	return own
}

// merged returns what a << merges in: a mapping, or a list of them of which the
// earlier ones win.
func (d *decoder) merged(n *yaml.Node, path string) []pair {
	if n.Kind != yaml.SequenceNode {
		return d.pairs(n, path)
	}
	var all []pair
	for _, item := range n.Content {
		all = append(all, d.pairs(resolved(item), path)...)
	}
	return all
}

// lookup returns the value of a key without noting anything; nil if it isn't
// there.
func (d *decoder) lookup(n *yaml.Node, name string) *yaml.Node {
	quiet := decoder{}
	for _, p := range quiet.pairs(n, "") {
		if p.key.Value == name {
			return p.value
		}
	}
	return nil
}

// mapping fills structs from the keys of n, which may belong to any of them.
func (d *decoder) mapping(n *yaml.Node, path string, structs ...reflect.Value) {
	d.fill(n, path, keysOf(structs...))
}

// fill fills keys from those of n.
func (d *decoder) fill(n *yaml.Node, path string, keys []key) {
	if n.Kind != yaml.MappingNode && !d.isMapping(n, path) {
		return
	}
	given := map[string]bool{}
	for _, p := range d.pairs(n, path) {
		at := join(path, d.shown(p.key.Value))
		d.places[at] = p.key
		k, ok := find(keys, p.key.Value)
		switch {
		case !ok:
			d.unknown(at, p.key.Value, keys)
		case !k.in(d.scope):
			d.fail(at, "a feed has no such key: it reads whenever the vendor has something new")
		case p.value.Kind == yaml.ScalarNode && p.value.Value == "" && (k.file || d.optional(k, p.value)):
			delete(d.places, at) // an empty text is none
		default:
			given[k.name] = true
			d.key(p.value, at, k)
		}
	}
	d.missing(path, keys, given)
}

// optional reports whether the secret of a key may be written as an empty text, which
// leaves it out. A variable without content may be a mistake: it stays an error.
func (d *decoder) optional(k key, n *yaml.Node) bool {
	_, variable := d.originals[n]
	return k.isSecret() && !variable && !k.required() && k.tag.Get("choice") == ""
}

// unknown notes a key that doesn't exist where it stands. Where the vendor is not
// known it may be one of any vendor.
func (d *decoder) unknown(at, name string, keys []key) {
	owner := d.owner(at)
	switch {
	case owner == "":
		if begin, cut := strings.CutSuffix(d.shown(name), "…"); cut {
			name = begin
		}
		d.fail(at, "unknown key; %s", suggestion(name, names(keys, d.scope)))
	case d.vendor != nil:
		d.fail(at, "belongs to a %s account, and this is one of %s", owner, d.vendor.Name)
	}
}

// owner returns the vendor whose accounts have a key; "" if there is none.
func (d *decoder) owner(at string) string {
	path, within := strings.CutPrefix(at, d.path+".")
	for _, v := range d.vendors {
		if within && v.hasKey(path) {
			return v.Name
		}
	}
	return ""
}

// missing notes the keys that had to be there, also within structs of which the
// file says nothing.
func (d *decoder) missing(path string, keys []key, given map[string]bool) {
	for _, k := range keys {
		at := join(path, k.name)
		switch {
		case k.file && given[k.name] && given[k.twin()]:
			d.fail(at, "only one of %s and %s can be given", k.twin(), k.name)
		case !k.in(d.scope) || k.file || given[k.name] || k.isSecret() && given[k.twin()]:
		case k.required():
			d.fail(at, "is missing%s", k.wanted())
		case k.value.Kind() == reflect.Struct && !k.isSecret():
			d.missing(at, keysOf(k.value), nil)
		}
	}
	d.choice(path, keys, given)
}

// choice looks for exactly one of the keys that exclude each other.
func (d *decoder) choice(path string, keys []key, given map[string]bool) {
	var choices, chosen []string
	for _, k := range keys {
		if k.tag.Get("choice") == "" || !k.in(d.scope) {
			continue
		}
		choices = append(choices, k.name)
		if given[k.name] && !(k.file && given[k.twin()]) {
			chosen = append(chosen, k.name)
		}
	}
	if len(choices) > 0 && len(chosen) != 1 {
		d.fail(path, "exactly one of %s must be there, not %s", either(choices), cmp.Or(strings.Join(chosen, " and "), "none"))
	}
}

// key fills the field of a key.
func (d *decoder) key(n *yaml.Node, path string, k key) {
	switch {
	case d.failed[n]:
	case n.Style&yaml.TaggedStyle != 0:
		d.fail(path, "has a tag: a text that begins with ! needs quotes")
	case k.isSecret():
		d.secret(n, path, k)
	default:
		d.value(n, path, k.value, k.tag)
	}
}

// secret fills a secret from its key or from the key of its file.
func (d *decoder) secret(n *yaml.Node, path string, k key) {
	written, err := textOf(n)
	switch {
	case err != nil:
		d.fail(path, "must be text: perhaps it needs quotes")
		return
	case written == "":
		d.fail(path, "is empty")
		return
	}
	s, err := d.content(written, k)
	if err != nil {
		d.fail(path, "%v", err)
		return
	}
	d.warnOfSecret(n, path, s)
	k.value.Set(reflect.ValueOf(s))
}

// content returns the secret that a text is or names.
func (d *decoder) content(text string, k key) (Secret, error) {
	lines := k.tag.Get("binary") == "true"
	if k.file {
		return secretFile(d.inFolder(text), lines)
	}
	if !lines && !isLine(text) {
		return Secret{}, errors.New("holds more than one line")
	}
	return NewSecret(text), nil
}

// kind names the kind of a node without its content.
func kind(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		return "a single value"
	}
	return given(n)
}
