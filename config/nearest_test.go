package config

import "testing"

func TestEditsCountInsertionsRemovalsReplacementsAndExchanges(t *testing.T) {
	for words, want := range map[[2]string]int{
		{"", ""}: 0, {"a", ""}: 1, {"", "abc"}: 3, {"burst", "bust"}: 1, {"timeout", "timuot"}: 2, {"interval", "intervla"}: 1, {"abc", "xyz"}: 3, {"ab", "ba"}: 1,
	} {
		if got := edits(words[0], words[1]); got != want {
			t.Errorf("%q to %q: %d, want %d", words[0], words[1], got, want)
		}
		if got := edits(words[1], words[0]); got != want {
			t.Errorf("%q to %q: %d, want %d", words[1], words[0], got, want)
		}
	}
}

func TestOnlyWhatIsLikeAWordIsSuggested(t *testing.T) {
	known := []string{"burst", "timeout", "max_concurrent", "id"}
	for word, want := range map[string]string{
		"bust":           "did you mean burst?",
		"TIMEOUT":        "did you mean timeout?",
		"max_concurent":  "did you mean max_concurrent?",
		"colour":         "known: burst, timeout, max_concurrent, id",
		"xy":             "known: burst, timeout, max_concurrent, id",
		"max_concurrent": "did you mean max_concurrent?",
	} {
		if got := suggestion(word, known); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
	if got := suggestion("x", nil); got != "there are none" {
		t.Error(got)
	}
}
