package config

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Redacted returns the configuration that is in effect, defaults included, in
// the form of the file. Secrets show as <secret>, or as the path of their file.
// A value of a type that isn't known to be harmless is left out.
func (c *Config) Redacted() []byte {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(view(reflect.ValueOf(c).Elem(), "")); err != nil {
		return []byte("# can't be shown\n")
	}
	return out.Bytes()
}

// view returns v as YAML; nil where there is nothing to show.
func view(v reflect.Value, tag reflect.StructTag) *yaml.Node {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	switch x := v.Interface().(type) {
	case Secret:
		return nil // shown by viewKey
	case Zone:
		if x == "" {
			return nil
		}
		return text(string(x))
	case Duration:
		return scalar(x.String())
	case Size:
		return scalar(x.String())
	case Account:
		return viewAccount(x)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return view(v.Elem(), tag)
	case reflect.Struct:
		return viewStructs(scope{}, v)
	case reflect.Slice:
		return viewList(v, tag)
	case reflect.Map:
		return viewTexts(v)
	case reflect.String:
		return text(v.String())
	}
	return viewNumber(v)
}

// viewNumber returns a number or a truth value.
func viewNumber(v reflect.Value) *yaml.Node {
	switch {
	case v.Kind() == reflect.Bool:
		return scalar(strconv.FormatBool(v.Bool()))
	case v.CanInt(), v.CanFloat():
		_, written := measureOf(v)
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
		return view(k.value, k.tag)
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

// viewAccount returns the keys of an account.
func viewAccount(a Account) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	for _, k := range keysOf(reflect.ValueOf(a)) {
		if k.name == "sources" {
			put(out, k.name, viewSources(a))
			continue
		}
		put(out, k.name, viewKey(k))
	}
	return out
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

func viewList(v reflect.Value, tag reflect.StructTag) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode}
	for i := range v.Len() {
		item := view(v.Index(i), tag)
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

// viewTexts returns a map of texts by key.
func viewTexts(v reflect.Value) *yaml.Node {
	texts, ok := v.Interface().(map[string]string)
	if !ok || len(texts) == 0 {
		return nil
	}
	out := &yaml.Node{Kind: yaml.MappingNode}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		put(out, name, text(texts[name]))
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
