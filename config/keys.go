package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// scope is the part of the file that a key belongs to: some keys exist only in one.
type scope struct{ feed bool }

// key is a key of the file and the field that holds it.
type key struct {
	name  string
	tag   reflect.StructTag
	value reflect.Value
	// file is true for the twin that names a file with the secret.
	file bool
}

// keysOf returns the keys of structs, in their order but for those with the tag
// last, a secret's twin after it. Embedded structs, and what a field with the
// option inline points to, count as part of what holds them.
func keysOf(structs ...reflect.Value) []key {
	keys := fieldKeys(structs...)
	slices.SortStableFunc(keys, func(a, b key) int { return strings.Compare(a.tag.Get("last"), b.tag.Get("last")) })
	return keys
}

func fieldKeys(structs ...reflect.Value) []key {
	var keys []key
	for _, s := range structs {
		for i := range s.NumField() {
			field := s.Type().Field(i)
			name, option, _ := strings.Cut(field.Tag.Get("yaml"), ",")
			if name == "-" || !field.IsExported() {
				continue
			}
			if field.Type.Kind() == reflect.Interface {
				if option == "inline" && !s.Field(i).IsNil() {
					keys = append(keys, fieldKeys(valueOf(s.Field(i).Interface()))...)
				}
				continue
			}
			if field.Anonymous || option == "inline" {
				keys = append(keys, fieldKeys(s.Field(i))...)
				continue
			}
			if name == "" {
				name = strings.ToLower(field.Name)
			}
			keys = append(keys, key{name: name, tag: field.Tag, value: written(s.Field(i), field.Tag)})
			if field.Type == reflect.TypeFor[Secret]() {
				keys = append(keys, key{name: name + "_file", tag: field.Tag, value: s.Field(i), file: true})
			}
		}
	}
	return keys
}

// written returns a field as the type that says how it is written: a time.Duration as a
// Duration, bytes as a Size.
func written(v reflect.Value, tag reflect.StructTag) reflect.Value {
	as := v.Type()
	switch {
	case as == reflect.TypeFor[time.Duration]():
		as = reflect.TypeFor[Duration]()
	case tag.Get("unit") == "bytes":
		as = reflect.TypeFor[Size]()
	}
	if v.CanAddr() {
		return v.Addr().Convert(reflect.PointerTo(as)).Elem()
	}
	return v.Convert(as)
}

// valueOf returns the struct that options or keys point to.
func valueOf(pointer any) reflect.Value { return reflect.ValueOf(pointer).Elem() }

// isSecret reports whether the key's field is a secret, and so has a twin.
func (k key) isSecret() bool { return k.value.Type() == reflect.TypeFor[Secret]() }

// secret returns the secret that the key's field is.
func (k key) secret() Secret { return k.value.Interface().(Secret) }

// twin returns the name of the other key of a secret.
func (k key) twin() string {
	if k.file {
		return strings.TrimSuffix(k.name, "_file")
	}
	return k.name + "_file"
}

// wanted says what a missing key would have to be.
func (k key) wanted() string {
	if k.isSecret() {
		return fmt.Sprintf(": %s or %s is needed", k.name, k.twin())
	}
	if words := k.tag.Get("enum"); words != "" {
		return ": it must be " + either(strings.Split(words, ","))
	}
	return ""
}

// in reports whether the key exists in a scope.
func (k key) in(s scope) bool {
	return !(s.feed && k.tag.Get("feed") == "no")
}

// required reports whether the key must be there.
func (k key) required() bool { return k.tag.Get("required") == "true" && !k.file }

// find returns the key with that name.
func find(keys []key, name string) (key, bool) {
	i := slices.IndexFunc(keys, func(k key) bool { return k.name == name })
	if i < 0 {
		return key{}, false
	}
	return keys[i], true
}

// names returns the names of the keys that exist in a scope.
func names(keys []key, s scope) []string {
	var list []string
	for _, k := range keys {
		if k.in(s) {
			list = append(list, k.name)
		}
	}
	return list
}
