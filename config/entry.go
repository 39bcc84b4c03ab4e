package config

import (
	"reflect"
	"strings"
)

// entry is a key as the reference describes it.
type entry struct {
	path string // dotted, from the struct on that the table is about
	key
}

// entriesOf returns keys, those of structs within them after the key that holds
// them. A secret's twin is left out.
func entriesOf(prefix string, keys []key) []entry {
	var all []entry
	for _, k := range keys {
		if k.file {
			continue
		}
		path := join(prefix, k.name)
		all = append(all, entry{path, k})
		if item := k.item(); item.IsValid() {
			all = append(all, entriesOf(path+"[]", keysOf(item))...)
		} else if inner := k.inner(); inner.IsValid() {
			all = append(all, entriesOf(path, keysOf(inner))...)
		}
	}
	return all
}

// inner returns the struct that a key holds; invalid if it holds none.
func (k key) inner() reflect.Value {
	v := k.value
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v = reflect.New(v.Type().Elem())
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || k.isSecret() {
		return reflect.Value{}
	}
	return v
}

// elem returns a key of what a pointer leads to or a list consists of.
func (k key) elem() key {
	return key{tag: k.tag, value: reflect.New(k.value.Type().Elem()).Elem()}
}

// item returns a new item of a list of structs; invalid for other keys, and for the
// accounts, which have tables of their own.
func (k key) item() reflect.Value {
	t := k.value.Type()
	if t.Kind() != reflect.Slice || t.Elem().Kind() != reflect.Struct || t.Elem() == reflect.TypeFor[Account]() {
		return reflect.Value{}
	}
	item := reflect.New(t.Elem()).Elem()
	setDefaults(item)
	return item
}

// kind names the type of the key's value.
func (k key) kind() string {
	t := k.value.Type()
	if t.Kind() == reflect.Pointer && isScalar(k.elem().value) {
		return k.elem().kind()
	}
	switch {
	case k.isSecret():
		return "secret"
	case t == reflect.TypeFor[Duration]():
		return "duration"
	case t == reflect.TypeFor[Size]():
		return "size"
	case t == reflect.TypeFor[IDs]():
		return "list of ids"
	case t == reflect.TypeFor[Zone]():
		return "time zone"
	}
	switch t.Kind() {
	case reflect.Slice:
		return "list"
	case reflect.Map, reflect.Struct, reflect.Pointer:
		return "mapping"
	case reflect.Bool:
		return "true or false"
	case reflect.Float64, reflect.Float32:
		return "number"
	case reflect.String:
		return "text"
	}
	return "whole number"
}

// preset returns the key's default as the file would have it, in words where it
// must be there; "" if it is empty.
func (e entry) preset() string {
	switch {
	case e.tag.Get("required") == "true":
		return "required"
	case e.tag.Get("choice") != "":
		return "one of these"
	}
	if written := e.standard(); written != "" {
		return code(written)
	}
	return ""
}

// standard returns the key's default as the file would have it; "" if that is
// empty.
func (k key) standard() string {
	switch n := view(k.value); {
	case n == nil || k.inner().IsValid():
		return ""
	case k.value.Kind() == reflect.Slice:
		var items []string
		for _, item := range n.Content {
			items = append(items, item.Value)
		}
		if items == nil {
			return ""
		}
		return "[" + strings.Join(items, ", ") + "]"
	default:
		return n.Value
	}
}

// allowed says which values the key takes, in words; "" if its type says it all.
func (k key) allowed() string {
	switch {
	case k.tag.Get("range") != "":
		return rangeText(k.tag)
	case k.tag.Get("enum") != "":
		return either(strings.Split(k.tag.Get("enum"), ","))
	case k.tag.Get("keys") != "":
		return "keys: " + strings.ReplaceAll(k.tag.Get("keys"), ",", ", ")
	}
	return k.tag.Get("form")
}
