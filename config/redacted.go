package config

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Redacted returns the configuration that is in effect, defaults included, in
// the form of the file. Secrets show as <secret>, or as the path of their file.
// A value of a type that isn't known to be harmless is left out.
func (c *Config) Redacted() []byte {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(view(reflect.ValueOf(c).Elem())); err != nil {
		return []byte("# can't be shown\n")
	}
	return out.Bytes()
}

// view returns v as YAML; nil where there is nothing to show.
func view(v reflect.Value) *yaml.Node {
	switch x := v.Interface().(type) {
	case Secret, map[string]Source:
		return nil // shown by viewKey and viewSources
	case Account:
		out := viewStructs(scope{}, v)
		put(out, "sources", viewSources(x))
		return out
	case Zone:
		if x == "" {
			return nil
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return view(v.Elem())
	case reflect.Struct:
		return viewStructs(scope{}, v)
	case reflect.Slice:
		return viewList(v)
	case reflect.Map:
		return viewMap(v)
	case reflect.String:
		return text(v.String())
	case reflect.Bool:
		return scalar(strconv.FormatBool(v.Bool()))
	}
	if _, written := measureOf(v); written != "" {
		return scalar(written)
	}
	return nil
}

// viewStructs returns the keys of structs that exist in a scope.
func viewStructs(s scope, structs ...reflect.Value) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	for _, k := range keysOf(structs...) {
		if k.in(s) {
			put(out, k.name, viewKey(k))
		}
	}
	if len(out.Content) == 0 {
		return nil
	}
	return out
}

// viewKey returns the value of a key: of a secret one of its two keys, the other
// is left out.
func viewKey(k key) *yaml.Node {
	if !k.isSecret() {
		return view(k.value)
	}
	s := k.secret()
	switch {
	case !s.Set() || k.file != (s.File() != ""):
		return nil
	case k.file:
		return text(s.File())
	}
	return text(hidden)
}

// viewSources returns all sources by name, those that are off too: without a
// word of them they would have their default.
func viewSources(a Account) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	all := append(slices.Collect(maps.Keys(a.Sources)), a.off...)
	slices.Sort(all)
	for _, name := range all {
		s, on := a.Sources[name]
		structs := []reflect.Value{reflect.ValueOf(onOff{Enabled: on})}
		if on {
			structs = append(structs, reflect.ValueOf(s))
		}
		if s.Options != nil {
			structs = append(structs, valueOf(s.Options))
		}
		put(out, name, viewStructs(scope{feed: s.Interval == 0}, structs...))
	}
	return out
}

func viewList(v reflect.Value) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode}
	for i := range v.Len() {
		item := view(v.Index(i))
		if item == nil {
			continue
		}
		if item.Kind == yaml.ScalarNode {
			out.Style = yaml.FlowStyle // ids and hosts stand on one line
		}
		out.Content = append(out.Content, item)
	}
	if len(out.Content) == 0 {
		out.Style = yaml.FlowStyle
	}
	return out
}

// viewMap returns a map by key.
func viewMap(v reflect.Value) *yaml.Node {
	if v.Len() == 0 {
		return nil
	}
	out := &yaml.Node{Kind: yaml.MappingNode}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		put(out, key.String(), view(v.MapIndex(key)))
	}
	return out
}

// put adds a key, if there is something to show.
func put(out *yaml.Node, name string, value *yaml.Node) {
	if value != nil {
		out.Content = append(out.Content, scalar(name), value)
	}
}

// scalar returns a value that needs no quotes.
func scalar(written string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: written} }

// text returns a text, quoted where it would be read as something else.
func text(written string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(written)
	return n
}
