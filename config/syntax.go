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
	line = blame(data, line, message)
	column := blameColumn(data, line, message)
	switch {
	case tabIndents(data, line):
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

// blame returns the line that makes the parser fail. The library names where
// the surrounding block begins; the line sought is the first after it with
// which the same error appears.
func blame(data []byte, line int, message string) int {
	const attempts = 200
	lines := bytes.SplitAfter(data, []byte("\n"))
	parsed := 0
	for n := max(line-1, 1); n < min(line+attempts, len(lines)); n++ {
		var node yaml.Node
		part := bytes.Join(lines[:n], nil)
		if parsed += len(part); parsed > maxReparsed {
			break
		}
		err := yaml.Unmarshal(part, &node)
		if err == nil {
			continue
		}
		if _, m := position(err); m == message {
			return n
		}
	}
	return line
}

// blameColumn returns the column in the line, counted from 1, from which on the
// parser fails with the message; else that of the line's first character.
func blameColumn(data []byte, line int, message string) int {
	lines := bytes.SplitAfter(data, []byte("\n"))
	if line > len(lines) {
		return 1
	}
	before, text := bytes.Join(lines[:line-1], nil), bytes.TrimRight(lines[line-1], "\r\n")
	parsed := 0
	for end := 1; end <= len(text) && parsed < maxReparsed; end++ {
		parsed += len(before) + end
		var node yaml.Node
		err := yaml.Unmarshal(slices.Concat(before, text[:end]), &node)
		if err == nil {
			continue
		}
		if _, m := position(err); m == message {
			return utf8.RuneCount(text[:end])
		}
	}
	indented := len(text) - len(bytes.TrimLeft(text, " \t"))
	return indented + 1
}

// tabIndents reports whether there is a tab in the indentation of a line,
// counted from 1.
func tabIndents(data []byte, line int) bool {
	lines := bytes.Split(data, []byte("\n"))
	if line > len(lines) {
		return false
	}
	text := lines[line-1]
	return bytes.ContainsRune(text[:len(text)-len(bytes.TrimLeft(text, " \t"))], '\t')
}
