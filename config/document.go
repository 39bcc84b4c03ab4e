package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"

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
