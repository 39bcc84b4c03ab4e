package api

import (
	"bytes"
	"encoding/json"
	"errors"
)

// FieldReader is a record that reads itself by Fields, which takes a third of the
// time that reflection does.
type FieldReader interface {
	// ReadField takes one field. The name is in lower case. It ignores what it
	// doesn't know.
	ReadField(name, value []byte) error
}

// ReadRecord reads an object that is known to be JSON.
func ReadRecord(b []byte, into any) error {
	r, ok := into.(FieldReader)
	if !ok || len(b) == 0 || b[0] != '{' {
		return json.Unmarshal(b, into)
	}
	var failed error
	var name [64]byte
	elements(b, func(field []byte) {
		key, value, ok := cut(field)
		if !ok {
			failed = errEscaped
			return
		}
		if len(key) > len(name) {
			return // no field has such a name
		}
		if err := r.ReadField(lower(name[:0], key), value); err != nil && failed == nil {
			failed = err
		}
	})
	if errors.Is(failed, errEscaped) {
		return json.Unmarshal(b, into)
	}
	return failed
}

// errEscaped is the error of an object whose names need more than a look.
var errEscaped = errors.New("a name is escaped")

// cut parts a field of an object into its name and its value.
func cut(field []byte) (name, value []byte, ok bool) {
	if len(field) == 0 || field[0] != '"' {
		return nil, nil, false
	}
	end := bytes.IndexByte(field[1:], '"') + 1
	if end <= 0 || bytes.IndexByte(field[:end], '\\') >= 0 {
		return nil, nil, false
	}
	value = trim(field[end+1:])
	if len(value) == 0 || value[0] != ':' {
		return nil, nil, false
	}
	return field[1:end], trim(value[1:]), true
}

// lower appends a name in lower case; letters that are not ASCII stay.
func lower(b, name []byte) []byte {
	for _, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

// elements calls do with each element of an array, or each field of an object. It
// is known to be JSON, as everything that encoding/json hands to an Unmarshaler;
// it is split here because a list of raw messages reads each byte four times.
func elements(b []byte, do func(element []byte)) {
	depth, from := 0, 1
	inText := false
	for i := 1; i < len(b); i++ {
		c := b[i]
		switch {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			depth++
		case depth == 0 && (c == ',' || c == ']' || c == '}'):
			if element := trim(b[from:i]); len(element) > 0 {
				do(element)
			}
			from = i + 1
		case c == '}' || c == ']':
			depth--
		}
	}
}

// trim removes the white space of JSON around a value.
func trim(b []byte) []byte {
	white := func(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
	for len(b) > 0 && white(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && white(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}
