package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxNodes is how many values a file may have once its aliases are resolved.
const maxNodes = 100_000

// document parses a file of one YAML document, whose root is a mapping.
func document(name string, data []byte) (*yaml.Node, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: is larger than %s", name, Size(maxFile))
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	switch err := decoder.Decode(&first); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s:1:1: is empty: at least one account is needed", name)
	case err != nil:
		return nil, syntaxError(name, data, err)
	}
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return nil, syntaxError(name, data, err)
	default:
		return nil, fmt.Errorf("%s:%d:%d: a second document begins here: one file is one document", name, second.Line, second.Column)
	}
	if weigh(&first, map[*yaml.Node]int{}) > maxNodes {
		return nil, fmt.Errorf("%s:1:1: has more than %d values, or aliases within themselves", name, maxNodes)
	}
	return first.Content[0], nil
}

// weigh returns how many values a node has with its aliases resolved, bounded
// by little more than maxNodes. An alias within itself is beyond the bound.
func weigh(n *yaml.Node, known map[*yaml.Node]int) int {
	if w, ok := known[n]; ok {
		return w
	}
	known[n] = maxNodes + 1
	w := 1
	for _, child := range n.Content {
		w = min(w+weigh(child, known), maxNodes+1)
	}
	if n.Alias != nil {
		w = min(w+weigh(n.Alias, known), maxNodes+1)
	}
	known[n] = w
	return w
}

// parserError is how the YAML library writes its errors.
var parserError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// syntaxError returns an error of the YAML library with the position of its
// cause and without anything of the file's content.
func syntaxError(name string, data []byte, err error) error {
	line, message := position(err)
	line = blame(data, line, message)
	switch {
	case tabIndents(data, line):
		message = "is indented with a tab: use spaces"
	case strings.Contains(message, "anchor"):
		message = "unknown alias: a text that begins with * needs quotes"
	}
	return fmt.Errorf("%s:%d: %s", name, line, message)
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

// blame returns the line that makes the parser fail. The library names where
// the surrounding block begins; the line sought is the first after it with
// which the same error appears.
func blame(data []byte, line int, message string) int {
	const attempts, most = 200, 4 << 20 // bytes to parse, so that it takes no time to notice
	lines := bytes.SplitAfter(data, []byte("\n"))
	parsed := 0
	for n := max(line-1, 1); n < min(line+attempts, len(lines)); n++ {
		var node yaml.Node
		part := bytes.Join(lines[:n], nil)
		if parsed += len(part); parsed > most {
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
