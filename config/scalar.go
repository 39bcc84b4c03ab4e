package config

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// value fills v from n.
func (d *decoder) value(n *yaml.Node, path string, v reflect.Value, tag reflect.StructTag) {
	if _, own := v.Addr().Interface().(yaml.Unmarshaler); own || isScalar(v) {
		d.scalar(n, path, v, tag)
		return
	}
	switch target := v.Addr().Interface().(type) {
	case *[]Account:
		*target = d.accounts(n)
		return
	case **OTLP:
		*target = d.otlp(n)
		return
	case *map[string]Source:
		return // read by account, when their defaults are known
	}
	switch v.Kind() {
	case reflect.Struct:
		d.mapping(n, path, v)
	case reflect.Pointer:
		if isNull(n) {
			return
		}
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.value(n, path, v.Elem(), tag)
	case reflect.Slice:
		d.list(n, path, v, tag)
	case reflect.Map:
		d.table(n, path, v, tag)
	default:
		d.fail(path, "can't be configured")
	}
}

// isScalar reports whether v is written as a single value.
func isScalar(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct, reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return false
	}
	return true
}

// scalar fills v from a single value and checks its bounds.
func (d *decoder) scalar(n *yaml.Node, path string, v reflect.Value, tag reflect.StructTag) {
	if d.failed[n] {
		return
	}
	err := d.parse(n, v)
	if err == nil {
		err = checkTags(v, tag)
	}
	if err != nil {
		d.fail(path, "%v", err)
	}
}

// parse sets v from the text of n.
func (d *decoder) parse(n *yaml.Node, v reflect.Value) error {
	if target, own := v.Addr().Interface().(yaml.Unmarshaler); own {
		return target.UnmarshalYAML(n)
	}
	switch {
	case v.Kind() == reflect.String:
		text, err := textOf(n)
		v.SetString(text)
		return err
	case v.Kind() == reflect.Bool:
		return d.parseBool(n, v)
	case v.CanFloat():
		return d.parseFloat(n, v)
	case v.CanInt():
		return d.parseInt(n, v)
	}
	return fmt.Errorf("can't be configured")
}

// typed reports whether n is of one of the types of YAML; a text that was
// expanded may be any.
func (d *decoder) typed(n *yaml.Node, tags ...string) bool {
	_, expanded := d.originals[n]
	return n.Kind == yaml.ScalarNode && (expanded || slices.Contains(tags, n.ShortTag()))
}

func (d *decoder) parseBool(n *yaml.Node, v reflect.Value) error {
	b, err := strconv.ParseBool(strings.ToLower(n.Value))
	if !d.typed(n, "!!bool") || err != nil {
		return fmt.Errorf("must be true or false, not %s", given(n))
	}
	v.SetBool(b)
	return nil
}

func (d *decoder) parseInt(n *yaml.Node, v reflect.Value) error {
	i, err := strconv.ParseInt(n.Value, 10, 64)
	if !d.typed(n, "!!int") || err != nil || v.OverflowInt(i) {
		return fmt.Errorf("must be a whole number, not %s", given(n))
	}
	v.SetInt(i)
	return nil
}

func (d *decoder) parseFloat(n *yaml.Node, v reflect.Value) error {
	f, err := strconv.ParseFloat(n.Value, 64)
	if !d.typed(n, "!!int", "!!float") || err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return fmt.Errorf("must be a number, not %s", given(n))
	}
	v.SetFloat(f)
	return nil
}

// list fills a slice; each item has the bounds of the tag.
func (d *decoder) list(n *yaml.Node, path string, v reflect.Value, tag reflect.StructTag) {
	if isNull(n) {
		return
	}
	if n.Kind != yaml.SequenceNode {
		form := "such as [a, b]"
		if v.Type().Elem().Kind() == reflect.Struct {
			form = "of mappings, each of which begins with -"
		}
		d.fail(path, "must be a list %s, not %s", form, given(n))
		return
	}
	v.SetZero()
	if len(n.Content) == 0 {
		return
	}
	items := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		d.places[at] = item
		setDefaults(items.Index(i))
		d.value(resolved(item), at, items.Index(i), tag)
	}
	v.Set(items)
}

// setDefaults fills a new item of a list with what it is where the file doesn't say.
func setDefaults(item reflect.Value) {
	if s, ok := item.Addr().Interface().(interface{ setDefaults() }); ok {
		s.setDefaults()
	}
}

// table fills a map of texts whose keys the tag lists.
func (d *decoder) table(n *yaml.Node, path string, v reflect.Value, tag reflect.StructTag) {
	allowed := strings.Split(tag.Get("keys"), ",")
	items := reflect.MakeMap(v.Type())
	for _, p := range d.pairs(n, path) {
		at := join(path, d.shown(p.key.Value))
		d.places[at] = p.key
		if !slices.Contains(allowed, p.key.Value) {
			d.fail(at, "unknown key; %s", suggestion(p.key.Value, allowed))
			continue
		}
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(p.value, at, item, "")
		items.SetMapIndex(reflect.ValueOf(p.key.Value), item)
	}
	if items.Len() > 0 {
		v.Set(items)
	}
}
