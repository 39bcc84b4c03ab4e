package config

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// validator checks a value against the part of JSON schema that Schema uses.
type validator struct {
	t    *testing.T
	defs object
}

func (v validator) valid(schema object, x any) bool {
	for word, want := range schema {
		if !v.word(word, want, schema, x) {
			return false
		}
	}
	return true
}

func (v validator) word(word string, want any, schema object, x any) bool {
	number, isNumber := x.(float64)
	text, isText := x.(string)
	switch word {
	case "$ref":
		return v.valid(v.defs[strings.TrimPrefix(want.(string), "#/$defs/")].(object), x)
	case "type":
		return slices.ContainsFunc(list(want), func(name any) bool { return isType(name.(string), x) })
	case "const":
		return reflect.DeepEqual(want, x)
	case "enum":
		return slices.ContainsFunc(list(want), func(one any) bool { return reflect.DeepEqual(one, x) })
	case "pattern":
		return !isText || regexp.MustCompile(want.(string)).MatchString(text)
	case "minLength":
		return !isText || len(text) >= int(want.(float64))
	case "minimum":
		return !isNumber || number >= want.(float64)
	case "exclusiveMinimum":
		return !isNumber || number > want.(float64)
	case "maximum":
		return !isNumber || number <= want.(float64)
	case "anyOf", "oneOf", "allOf", "not":
		return v.combination(word, want, x)
	case "items", "minItems":
		return v.items(word, want, x)
	case "properties", "additionalProperties", "required":
		return v.properties(word, want, schema, x)
	case "$schema", "$defs", "title", "description":
		return true
	}
	v.t.Errorf("the schema has the unknown word %s", word)
	return false
}

func (v validator) combination(word string, want, x any) bool {
	if word == "not" {
		return !v.valid(want.(object), x)
	}
	good := 0
	for _, schema := range list(want) {
		if v.valid(schema.(object), x) {
			good++
		}
	}
	return map[string]bool{"anyOf": good > 0, "oneOf": good == 1, "allOf": good == len(list(want))}[word]
}

func (v validator) items(word string, want, x any) bool {
	items, ok := x.([]any)
	if !ok {
		return true
	}
	if word == "minItems" {
		return len(items) >= int(want.(float64))
	}
	return !slices.ContainsFunc(items, func(item any) bool { return !v.valid(want.(object), item) })
}

func (v validator) properties(word string, want any, schema object, x any) bool {
	mapping, ok := x.(object)
	if !ok {
		return true
	}
	if word == "required" {
		return !slices.ContainsFunc(list(want), func(name any) bool { _, there := mapping[name.(string)]; return !there })
	}
	for name, value := range mapping {
		property, known := schema["properties"].(object)[name].(object)
		if !known || word == "properties" && !v.valid(property, value) {
			return false
		}
	}
	return true
}

// list returns x as a list, of one where it is no list.
func list(x any) []any {
	if items, ok := x.([]any); ok {
		return items
	}
	return []any{x}
}

func isType(name string, x any) bool {
	switch x := x.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case float64:
		return name == "number" || name == "integer" && x == float64(int64(x))
	case string:
		return name == "string"
	case []any:
		return name == "array"
	}
	return name == "object"
}

// schemaOf returns the schema of the test's sources, and what checks it.
func schemaOf(t *testing.T) (object, validator) {
	t.Helper()
	var out bytes.Buffer
	if err := WriteSchema(&out, testVendors()); err != nil {
		t.Fatal(err)
	}
	var schema object
	if err := json.Unmarshal(out.Bytes(), &schema); err != nil {
		t.Fatal(err)
	}
	return schema, validator{t, schema["$defs"].(object)}
}

// asJSON reads a YAML file as an editor would.
func asJSON(t *testing.T, file string) any {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var x any
	if err := yaml.Unmarshal(data, &x); err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(written, &x); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestTheSchemaAcceptsGoodFiles(t *testing.T) {
	schema, v := schemaOf(t)
	for _, file := range testFiles(t, "good") {
		if !v.valid(schema, asJSON(t, file)) {
			t.Errorf("%s is refused", file)
		}
	}
}

func TestTheSchemaRefusesWhatOneKeyTells(t *testing.T) {
	schema, v := schemaOf(t)
	for _, name := range strings.Fields(`
		account_id_form account_id_missing accounts_empty accounts_mapping accounts_text allowed_hosts_text auth_empty
		auth_missing_liveperson auth_missing_livevox auth_of_the_other_vendor auth_text auth_two base_url_at_liveperson boolean_text
		discovery_url_at_livevox domain_list domain_unknown feed_interval identity_unknown interval_forms interval_nothing key_without_space limits
		limits_text limits_types max_series_zero name_empty name_form name_missing no_accounts oauth1_incomplete oauth2_incomplete
		option_enum option_enum_text option_in_disabled_source option_range otlp_text request_source_form root_list
		root_text secret_and_file secret_boolean secret_list source_key_unknown source_of_the_other_vendor source_true
		source_unknown source_without_options sources_list timezone_at_liveperson unknown_account_key unknown_far_key unknown_nested_key
		unknown_root_key vendor_missing vendor_other`) {
		if file := filepath.Join("testdata", "bad", name+".yml"); v.valid(schema, asJSON(t, file)) {
			t.Errorf("%s is accepted", file)
		}
	}
}
