package config

import (
	"errors"
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// reference is a place in a text that stands for something else.
var reference = regexp.MustCompile(`\$\{(env|file):([^{}]*)\}`)

// expand replaces ${env:NAME} and ${file:PATH} in every text below n. It works
// on the parsed file, so that what is put in stays a text whatever it contains.
func (d *decoder) expand(n *yaml.Node, path string) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			d.expand(n.Content[i+1], join(path, d.shown(n.Content[i].Value)))
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			d.expand(item, fmt.Sprintf("%s[%d]", path, i))
		}
	case yaml.ScalarNode:
		d.expandText(n, path)
	}
}

func (d *decoder) expandText(n *yaml.Node, path string) {
	d.warnOfText(n, path)
	if !reference.MatchString(n.Value) {
		return
	}
	original := n.Value
	n.Value = reference.ReplaceAllStringFunc(n.Value, func(text string) string {
		part := reference.FindStringSubmatch(text)
		value, err := d.resolve(part[1], part[2])
		if err != nil {
			d.failAt(n, path, "%s: %v", text, err)
			d.failed[n] = true
		}
		return value
	})
	n.Tag = "!!str"
	d.originals[n] = original
}

// resolve returns the environment variable or the content of the file, less its
// line end.
func (d *decoder) resolve(kind, name string) (string, error) {
	if kind == "env" {
		value, ok := environment(name)
		if !ok {
			return "", errors.New("the environment variable is not set")
		}
		return value, nil
	}
	data, err := readFile(d.inFolder(name), maxSecret)
	return trimSecret(data), err
}

// join returns the path of a key.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
