package config

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
)

const (
	// hidden is what a secret prints as.
	hidden = "<secret>"
	// maxSecret is how large a secret file may be, in bytes.
	maxSecret = 64 << 10
)

// Secret is a text that must not be seen: it prints as <secret> by every way of
// printing. The zero value is a secret that is not set. Copies share
// what was read last; reflect.DeepEqual compares what was there when the
// configuration was read.
type Secret struct {
	// loaded is a pointer because fmt reaches unexported fields without asking
	// their methods: of a pointer it shows an address only.
	loaded *loaded
	// newest has length 0 and capacity 1: what changes lies beyond its length,
	// where neither reflect.DeepEqual nor fmt look, so that a comparison neither
	// depends on it nor races with Read.
	newest []atomic.Pointer[string]
}

type loaded struct {
	value, file string
	// lines is true where the content may be of more than one line.
	lines bool
}

// NewSecret returns the secret whose content is value.
func NewSecret(value string) Secret { return Secret{loaded: &loaded{value: value}} }

// SecretFile returns the secret that the file at path holds, of one line.
func SecretFile(path string) (Secret, error) { return secretFile(path, false) }

// secretFile returns the secret that the file at path holds, of one line unless
// lines allows more.
func secretFile(path string, lines bool) (Secret, error) {
	l := &loaded{file: path, lines: lines}
	value, err := l.read()
	if err != nil {
		return Secret{}, err
	}
	l.value = value
	newest := make([]atomic.Pointer[string], 1)
	newest[0].Store(&value)
	return Secret{loaded: l, newest: newest[:0]}, nil
}

// read reads the secret's file: at most 64 KiB, less a byte order mark and one
// line end.
func (l *loaded) read() (string, error) {
	data, err := readFile(l.file, maxSecret)
	if err != nil {
		return "", err
	}
	value := trimSecret(data)
	if value == "" {
		return "", fmt.Errorf("%s: is empty", l.file)
	}
	if !l.lines && !isLine(value) {
		return "", fmt.Errorf("%s: holds more than one line", l.file)
	}
	return value, nil
}

// isLine reports whether a text is one line: more would break the header that
// carries it.
func isLine(text string) bool { return !strings.ContainsAny(text, "\r\n\x00") }

// trimSecret removes what editors add to a text: a byte order mark and one line
// end.
func trimSecret(data []byte) string {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	data, cut := bytes.CutSuffix(data, []byte("\n"))
	if cut {
		data = bytes.TrimSuffix(data, []byte("\r"))
	}
	return string(data)
}

// Read returns the content. One that came from a file is read again, so that a
// rotated secret is used by the next login without a reload; while the file
// can't be read, is empty or of several lines, the content stays as it was. Read
// never waits and may be called by several goroutines.
func (s Secret) Read() string {
	if s.loaded == nil {
		return ""
	}
	if s.loaded.file == "" {
		return s.loaded.value
	}
	newest := &s.newest[:1][0]
	if value, err := s.loaded.read(); err == nil {
		newest.Store(&value)
		return value
	}
	return *newest.Load()
}

// Set reports whether there is a content.
func (s Secret) Set() bool { return s.loaded != nil && s.loaded.value != "" }

// File returns the path of the file that the secret came from; "" where it
// stands in the configuration itself.
func (s Secret) File() string {
	if s.loaded == nil {
		return ""
	}
	return s.loaded.file
}

// Format hides the content from every verb of fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// String hides the content.
func (s Secret) String() string { return hidden }

// MarshalText hides the content from encoders of text, JSON and YAML and from the loggers of
// go-kit and slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
