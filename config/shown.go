package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxWord is how many letters a word has at the most that an error repeats. Only one
// that is like a key is repeated: a password in small letters is written as a key is.
const maxWord = 32

// maxHarmless is how long a value is at the most that is repeated whatever it is: no secret
// is so short.
const maxHarmless = 2

// unknownText stands for what isn't repeated.
const unknownText = "<unknown>"

var (
	// plainWord is how keys are written.
	plainWord = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	// unpronounceable is what no word has and a random text soon has.
	unpronounceable = regexp.MustCompile(`[^aeiouy_]{5}|[aeiou]{4}`)
)

// shown returns what an error can repeat of a key: a secret that stands where a
// key is expected looks like none, and a line such as "password:secret", whose
// space is missing, is a key as well.
func (d *decoder) shown(key string) string {
	if d.isKey(key) || d.likeKey(key) {
		return key
	}
	begin := strings.IndexFunc(key, func(r rune) bool { return r > 'z' || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz_0123456789", r) })
	if begin > 0 && d.isKey(key[:begin]) {
		return key[:begin] + "…"
	}
	return unknownText
}

// shownWord returns what an error can repeat of a value that is none of the allowed words: a
// secret that stands in its place looks like none of them.
func shownWord(text string, allowed []string) string {
	like := func(word string) bool { return edits(folded(text), folded(word)) <= max(1, len(text)/4) }
	if len(text) <= maxHarmless || len(text) <= maxWord && slices.ContainsFunc(allowed, like) {
		return strconv.Quote(text)
	}
	return unknownText
}

// isKey reports whether a word is a key, or one but for capitals and separators.
func (d *decoder) isKey(word string) bool {
	if d.words == nil {
		d.words = knownWords(d.vendors)
	}
	return d.words[folded(word)]
}

// likeKey reports whether a word is written as keys are and differs from a key by a quarter of its letters at most, or ends with a key, as scrape_interval does.
func (d *decoder) likeKey(word string) bool {
	if len(word) > maxWord || !plainWord.MatchString(word) || unpronounceable.MatchString(word) {
		return false
	}
	if d.isKey(word[strings.LastIndexByte(word, '_')+1:]) {
		return true
	}
	bare := folded(word)
	for key := range d.words {
		if edits(bare, key) <= len(bare)/4 {
			return true
		}
	}
	return false
}

// folded returns a word in small letters without separators.
func folded(word string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(word))
}

// knownWords returns the keys of every part of the file.
func knownWords(vendors []Vendor) map[string]bool {
	words := map[string]bool{}
	addWords(words, &Config{OTLP: &OTLP{}}, &Source{}, &onOff{})
	for _, v := range vendors {
		a := v.newAccount()
		addWords(words, &a)
		for _, s := range v.Sources {
			words[folded(s.Name)] = true
			if options := s.options(); options != nil {
				addWords(words, options)
			}
		}
	}
	return words
}

func addWords(words map[string]bool, structs ...any) {
	for _, s := range structs {
		for _, e := range entriesOf("", keysOf(valueOf(s))) {
			words[folded(e.name)] = true
			if e.isSecret() {
				words[folded(e.name+"_file")] = true
			}
			for word := range strings.SplitSeq(e.tag.Get("keys"), ",") {
				words[folded(word)] = true
			}
		}
	}
	delete(words, "")
}
