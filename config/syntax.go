package config

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// parserError is how the YAML library writes its errors.
var parserError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// syntaxError returns an error of the YAML library with the position of its
// cause and without anything of the file's content.
func syntaxError(name string, data []byte, err error) error {
	line, message := position(err)
	line, column, text := blame(data, line, message)
	switch {
	case bytes.ContainsRune(text[:len(text)-len(bytes.TrimLeft(text, " \t"))], '\t'):
		message = "is indented with a tab: use spaces"
	case strings.Contains(message, "anchor"):
		message = "unknown alias: a text that begins with * needs quotes"
	default:
		message += hint(message)
	}
	return fmt.Errorf("%s:%d:%d: %s", name, line, column, message)
}

// hint says what usually causes an error of the YAML library.
func hint(message string) string {
	for _, h := range [][2]string{
		{"mapping values are not allowed", "a text that contains a colon and a space needs quotes, or the line is indented too far"},
		{"did not find expected key", "the line is indented differently from those above it, or a quote or bracket above it is not closed"},
		{"did not find expected '-' indicator", "the items of a list need the same indentation"},
		{"block sequence entries are not allowed", "a list begins in the line after its key"},
		{"could not find expected ':'", "a key needs a colon and a space after it"},
		{"did not find expected ','", "a comma or a closing bracket is missing"},
		{"did not find expected node content", "a value is missing between commas or brackets"},
		{"found unexpected end of stream", "a quote is not closed"},
		{"found character that cannot start any token", "a text that begins with @, % or ` needs quotes"},
		{"found unknown escape character", "in single quotes a backslash is a plain character"},
		{"control characters are not allowed", "remove the character, or write it as an escape in double quotes"},
	} {
		if strings.Contains(message, h[0]) {
			return ": " + h[1]
		}
	}
	return ""
}

// position returns the line that an error of the YAML library names, at least
// 1, and its message.
func position(err error) (int, string) {
	parts := parserError.FindStringSubmatch(err.Error())
	if parts == nil {
		return 1, "is not YAML"
	}
	line, _ := strconv.Atoi(parts[1])
	return max(line, 1), parts[2]
}

// maxReparsed is how many bytes are parsed again to find the cause of an error, so
// that it takes no time to notice.
const maxReparsed = 4 << 20

// blame returns the line that makes the parser fail, its number and the column, both
// counted from 1. The library names where the surrounding block begins; the place
// sought is the end of the shortest text, of whole lines and then of characters, with
// which the same error appears from that block on.
func blame(data []byte, line int, message string) (number, column int, text []byte) {
	const attempts = 200
	lines := append(bytes.SplitAfter(data, []byte("\n")), nil)
	budget := maxReparsed
	fails := func(part []byte) bool {
		budget -= len(part)
		err := yaml.Unmarshal(part, new(yaml.Node))
		if err == nil {
			return false
		}
		_, m := position(err)
		return m == message
	}
	number = min(line, len(lines))
	for n := max(line-1, 1); n < min(line+attempts, len(lines)-1) && budget > 0; n++ {
		if fails(bytes.Join(lines[:n], nil)) {
			number = n
			break
		}
	}
	before, text := bytes.Join(lines[:number-1], nil), bytes.TrimRight(lines[number-1], "\r\n")
	for end := 1; end <= len(text) && budget > 0; end++ {
		if fails(slices.Concat(before, text[:end])) {
			return number, utf8.RuneCount(text[:end]), text
		}
	}
	return number, len(text) - len(bytes.TrimLeft(text, " \t")) + 1, text
}
