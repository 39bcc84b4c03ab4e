package config

import (
	"strings"
	"testing"
)

// secretsAsKeys are secrets of the kinds that vendors and people make.
func secretsAsKeys() []string {
	return []string{
		"SECRET", "hunter2", "swordfis", "dragon", "monkey", "secret_s", "letmein", "abc", "S3cr3t-Passw0rd!", "pa55word", "Tr0ub4dor&3", "xkqzjvbw", "kzptqwvm",
		"3f2504e0-4f89-11d3-9a0c-0305e82c3301", "9f86d081884c7d659a2feaa0c55ad015", "dGhpcyBpcyBhIHNlY3JldA==",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "AKIAIOSFODNN7EXAMPLE", "lv_live_8f3aQ", "correct horse battery staple",
		"correcthorsebatterystapleandmoreofit", "Bearer abc123", "pässwörd", "0123456789", "p@ss", "日本語の秘密", "hunter2…password",
		"correcthorsebattery", "correct_horse_battery", "sunshineandrain", "letmeinplease", "open_sesame_now", "interval_of_my_love",
	}
}

// A secret stands in the place of a word as well, such as that of the vendor.
func TestASecretInThePlaceOfAWordIsNotRepeated(t *testing.T) {
	for _, text := range []string{"vendor: KEY", "vendor: livevox, identity: KEY", "vendor: livevox, state_sets: KEY"} {
		for _, secret := range append(secretsAsKeys(), "Pa55w0rdSekret77xx", "hunter2") {
			_, err := Parse("f.yml", []byte("accounts:\n- {name: a, "+strings.ReplaceAll(text, "KEY", "'"+secret+"'")+"}\n"), testVendors())
			if err == nil || strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), "not <unknown>") {
				t.Errorf("%s: %q: %v", text, secret, err)
			}
		}
	}
	_, err := Parse("f.yml", []byte("accounts:\n- {name: a, vendor: livevx}\n"), testVendors())
	if err == nil || !strings.Contains(err.Error(), `not "livevx"`) {
		t.Errorf("a slip of the pen: %v", err)
	}
}

// A secret stands in the place of a key where a line break or a space is wrong:
// no error repeats it, wherever that is.
func TestASecretInThePlaceOfAKeyIsNotRepeated(t *testing.T) {
	for place, text := range map[string]string{
		"at the top":            "KEY: 1\naccounts: []\n",
		"in an account":         "accounts:\n- {name: a, vendor: livevox, KEY: 1}\n",
		"in an unknown vendor":  "accounts:\n- {name: a, vendor: none, KEY: 1}\n",
		"in auth":               "accounts:\n- {name: a, vendor: livevox, auth: {client_name: c, username: u, access_token: t, KEY: }}\n",
		"in the secret itself":  "accounts:\n- {name: a, vendor: livevox, auth: {client_name: c, username: u, access_token: t, password: {KEY: 1}}}\n",
		"as a source":           "accounts:\n- {name: a, vendor: livevox, sources: {KEY: {}}}\n",
		"as a source's key":     "accounts:\n- {name: a, vendor: livevox, sources: {service_stats: {KEY: 1}}}\n",
		"as a domain":           "accounts:\n- {name: a, vendor: liveperson, domains: {KEY: https://x}}\n",
		"in otlp":               "accounts: []\notlp: {KEY: 1}\n",
		"twice":                 "accounts:\n- {name: a, vendor: livevox, KEY: 1, KEY: 2}\n",
		"above a failed value":  "accounts:\n- {name: a, vendor: livevox, KEY: {x: '${env:NOT_SET_ANYWHERE}'}}\n",
		"as a complex key":      "accounts:\n- {name: a, vendor: livevox, ? [KEY] : 1}\n",
		"as a source's setting": "accounts:\n- {name: a, vendor: livevox, sources: {service_stats: {interval: {KEY: 1}}}}\n",
	} {
		for _, secret := range secretsAsKeys() {
			_, err := Parse("f.yml", []byte(strings.ReplaceAll(text, "KEY", "'"+secret+"'")), testVendors())
			if err == nil {
				t.Errorf("%s: %q is taken", place, secret)
				continue
			}
			if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "hunter") {
				t.Errorf("%s: the error repeats %q:\n%v", place, secret, err)
			}
		}
	}
}

func TestKeysThatAreRepeated(t *testing.T) {
	d := newDecoder("f.yml", testVendors())
	for key, want := range map[string]string{
		"timeout": "timeout", "bogus": "<unknown>", "tmeout": "tmeout", "naem": "naem", "scrape_interval": "scrape_interval", "clientId": "clientId", "ACCOUNT_ID": "ACCOUNT_ID", "max-age": "max-age",
		"intervall": "intervall", "servce_stats": "servce_stats", "requests_per_secnd": "requests_per_secnd", "client_secert": "client_secert",
		"oauth2": "oauth2", "msgHist": "msgHist", "password:secret": "password…", "client_secret=x": "client_secret…", "nothing:secret": "<unknown>", "": "<unknown>",
	} {
		if got := d.shown(key); got != want {
			t.Errorf("%q is shown as %q, want %q", key, got, want)
		}
	}
	for word := range knownWords(d.vendors) {
		if d.shown(word) != word {
			t.Errorf("the key %s is shown as %s", word, d.shown(word))
		}
	}
}
