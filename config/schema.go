package config

import (
	"encoding/json"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// object is a JSON object of the schema.
type object = map[string]any

// WriteSchema writes the JSON schema of the file (draft 2020-12), for editors.
// What depends on several keys, on other files or on the order of two durations is
// checked by Parse alone.
func WriteSchema(w io.Writer, vendors []Vendor) error {
	root := structSchema(scope{}, valueOf(&Config{OTLP: defaultOTLP()}))
	properties := root["properties"].(object)
	var kinds []any
	for _, v := range vendors {
		kinds = append(kinds, ref(v.Name))
	}
	properties["accounts"] = object{"type": "array", "minItems": 1, "items": object{"oneOf": kinds}}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "contactcenter_exporter"
	definitions := object{
		"expansion": object{"type": "string", "pattern": `\$\{(env|file):[^{}]*\}`},
		"duration": object{"anyOf": []any{
			object{"const": 0},
			object{"type": "string", "minLength": 1, "pattern": `^(0|([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$`},
		}},
		"size": object{"anyOf": []any{object{"type": "integer", "minimum": 0}, object{"type": "string", "pattern": sizeForm.String()}}},
	}
	for _, v := range vendors {
		definitions[v.Name] = accountSchema(&v)
	}
	root["$defs"] = definitions
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(root)
}

// ref refers to a definition.
func ref(name string) object { return object{"$ref": "#/$defs/" + name} }

// accountSchema describes an account of one vendor.
func accountSchema(v *Vendor) object {
	a := v.newAccount()
	s := structSchema(scope{}, valueOf(&a))
	properties := s["properties"].(object)
	properties["vendor"] = object{"const": v.Name}
	sources := object{}
	for _, spec := range v.Sources {
		sources[spec.Name] = sourceSchema(spec, a)
	}
	properties["sources"] = object{"type": []string{"object", "null"}, "properties": sources, "additionalProperties": false}
	return s
}

// sourceSchema describes what can be said of a source.
func sourceSchema(spec Spec, a Account) object {
	structs := []reflect.Value{reflect.ValueOf(onOff{Enabled: true}), reflect.ValueOf(spec.Source(a))}
	if options := spec.options(); options != nil {
		structs = append(structs, valueOf(options))
	}
	s := structSchema(scope{feed: spec.Feed}, structs...)
	s["type"] = []string{"object", "null"}
	describe(s, spec.Help)
	return s
}

// structSchema describes the keys of structs that exist in a scope.
func structSchema(s scope, structs ...reflect.Value) object {
	properties := object{}
	var required, all, one []any
	for _, k := range keysOf(structs...) {
		if !k.in(s) {
			continue
		}
		properties[k.name] = k.schema(s)
		switch {
		case k.tag.Get("choice") != "":
			one = append(one, object{"required": []string{k.name}})
		case k.file:
			all = append(all, twins(k.twin(), k.tag.Get("required") == "true"))
		case !k.isSecret() && (k.tag.Get("required") == "true" || demands(properties[k.name])):
			required = append(required, k.name)
		}
	}
	out := object{"type": "object", "properties": properties, "additionalProperties": false}
	for name, list := range map[string][]any{"required": required, "allOf": all, "oneOf": one} {
		if list != nil {
			out[name] = list
		}
	}
	return out
}

// demands reports whether a mapping has keys that must be there, and so must be
// there itself.
func demands(schema any) bool {
	s, ok := schema.(object)
	return ok && s["type"] == "object" && (s["required"] != nil || s["oneOf"] != nil)
}

// twins says that a secret and its file exclude each other, and that one of
// them must be there if the secret is required.
func twins(name string, required bool) object {
	mine, file := object{"required": []string{name}}, object{"required": []string{name + "_file"}}
	if required {
		return object{"oneOf": []any{mine, file}}
	}
	return object{"not": object{"required": []string{name, name + "_file"}}}
}

// schema describes the value of a key.
func (k key) schema(s scope) object {
	out := k.typeSchema(s)
	text := k.tag.Get("doc")
	if k.file {
		text = "File with the content of " + k.twin() + "."
	}
	if words := k.allowed(); words != "" && !k.file {
		text += " Allowed: " + words + "."
	}
	describe(out, text)
	return out
}

// describe adds a description, if there is one.
func describe(s object, text string) {
	if text = strings.TrimSpace(text); text != "" {
		s["description"] = text
	}
}

func (k key) typeSchema(s scope) object {
	if inner := k.inner(); inner.IsValid() {
		nested := structSchema(s, inner)
		if k.value.Kind() == reflect.Pointer || !demands(nested) {
			nested["type"] = []string{"object", "null"}
		}
		return nested
	}
	switch k.value.Kind() {
	case reflect.Pointer:
		return k.elem().typeSchema(s)
	case reflect.Slice:
		items := k.elem().typeSchema(s)
		if item := k.item(); item.IsValid() {
			items = structSchema(s, item)
		}
		return object{"type": []string{"array", "null"}, "items": items}
	case reflect.Map:
		properties := object{}
		for name := range strings.SplitSeq(k.tag.Get("keys"), ",") {
			properties[name] = object{"type": "string"}
		}
		return object{"type": []string{"object", "null"}, "properties": properties, "additionalProperties": false}
	}
	return k.scalarSchema()
}

// scalarSchema describes a single value. Each may be an expansion instead.
func (k key) scalarSchema() object {
	low, high, above := limits(k.tag)
	number := func(kind string) object {
		s := object{"type": kind}
		if above {
			s["exclusiveMinimum"] = json.Number(low)
		} else if low != "" {
			s["minimum"] = json.Number(low)
		}
		if high != "" {
			s["maximum"] = json.Number(high)
		}
		return object{"anyOf": []any{s, ref("expansion")}}
	}
	switch k.kind() {
	case "duration":
		return object{"anyOf": []any{ref("duration"), ref("expansion")}}
	case "size":
		return object{"anyOf": []any{ref("size"), ref("expansion")}}
	case "true or false":
		return object{"anyOf": []any{object{"type": "boolean"}, ref("expansion")}}
	case "number":
		return number("number")
	case "whole number":
		if words := k.tag.Get("enum"); words != "" {
			return object{"enum": enumValues(words, true)}
		}
		return number("integer")
	}
	return k.textSchema()
}

// textSchema describes a text, which may be written as a number.
func (k key) textSchema() object {
	if words := k.tag.Get("enum"); words != "" {
		return object{"anyOf": []any{object{"enum": enumValues(words, false)}, ref("expansion")}}
	}
	if pattern := k.tag.Get("pattern"); pattern != "" {
		return object{"anyOf": []any{object{"type": "string", "pattern": pattern}, object{"type": "number"}, ref("expansion")}}
	}
	return object{"type": []string{"string", "number"}}
}

// enumValues returns the words of an enum, as numbers where they are.
func enumValues(words string, numbers bool) []any {
	var values []any
	for word := range strings.SplitSeq(words, ",") {
		if n, err := strconv.Atoi(word); err == nil && numbers {
			values = append(values, n)
			continue
		}
		values = append(values, word)
	}
	return values
}
