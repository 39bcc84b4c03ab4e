package config

import (
	"strings"
	"testing"
)

// An optional secret may be written as an empty text; one that a variable empties is
// probably a mistake.
func TestASecretThatAVariableEmptiesIsAnError(t *testing.T) {
	t.Setenv("CONTACTCENTER_TEST_PROXY", "")
	file := "proxy_url: %s\naccounts: [{name: shop, vendor: liveperson, account_id: '1', auth: {bearer_token: hunter2-hunter2}}]\n"
	for written, want := range map[string]string{
		`""`:                                "",
		`"${env:CONTACTCENTER_TEST_PROXY}"`: "proxy_url: is empty",
	} {
		_, err := Parse("file", []byte(strings.Replace(file, "%s", written, 1)), testVendors())
		if err == nil != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", written, err, want)
		}
	}
}
