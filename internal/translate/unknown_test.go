package translate

import "testing"

func TestOnlyWordsOfAnEnumerationAreNamed(t *testing.T) {
	for value, want := range map[string]string{
		"COFFEE": "f=COFFEE", "ON_BREAK": "f=ON_BREAK", "17": "f=17",
		"": "f", "Maria Mustermann": "f", "maria@example.org": "f", "MJONES17": "f", "MARIA MUSTERMANN": "f", "+4930123456": "f", "4711": "f",
	} {
		if got := Unknown("f", value); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}
