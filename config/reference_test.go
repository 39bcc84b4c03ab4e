package config

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

func TestTheReferenceIsThatOfTheCode(t *testing.T) {
	var out bytes.Buffer
	if err := WriteReference(&out, testVendors()); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/reference.md", out.String())
}

func TestEveryKeyIsDescribed(t *testing.T) {
	for _, e := range entriesOf("", keysOf(reflect.ValueOf(Config{}), reflect.ValueOf(Account{}), reflect.ValueOf(OTLP{}), reflect.ValueOf(onOff{}), reflect.ValueOf(Source{}))) {
		if doc := e.tag.Get("doc"); !strings.HasSuffix(doc, ".") {
			t.Errorf("%s: %q is no sentence", e.path, doc)
		}
	}
}

func TestEveryDefaultIsWithinItsRange(t *testing.T) {
	for _, v := range testVendors() {
		for _, e := range entriesOf("", keysOf(reflect.ValueOf(v.newAccount()), reflect.ValueOf(*defaultOTLP()))) {
			if e.tag.Get("required") == "" {
				if err := checkTags(e.value, e.tag); err != nil {
					t.Errorf("%s of %s: %v", e.path, v.Name, err)
				}
			}
		}
	}
}
