package api

import (
	"errors"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Records reads the objects of a text one by one and keeps none: those of one array, or
// one behind another, as in a file with an object on each line. What is no object, or has
// a form that makes it useless, is skipped and counted. It ends with the error of each,
// or fails as Decode does; the objects before the error have been handed to each.
func Records[T any](d *Decoder, r io.Reader, each func(*T) error) (skipped int, err error) {
	in := d.reset(r)
	values := d.values
	values.Reset(boundedText{in}, d.options)
	array := values.PeekKind() == '['
	if array {
		if _, err := values.ReadToken(); err != nil {
			return 0, decodeError(err)
		}
	}
	for {
		switch values.PeekKind() {
		case '{':
			good, err := readRecord(values, each)
			if err != nil {
				return skipped, err
			}
			if !good {
				skipped++
			}
		case jsontext.KindInvalid, ']':
			return skipped, endOfRecords(values, array)
		default:
			if err := values.SkipValue(); err != nil {
				return skipped, decodeError(err)
			}
			skipped++
		}
	}
}

// readRecord hands one object to each and reports whether it was usable.
func readRecord[T any](values *jsontext.Decoder, each func(*T) error) (good bool, err error) {
	var v T
	depth := values.StackDepth()
	err = json.UnmarshalDecode(values, &v)
	switch {
	case err == nil:
		return true, each(&v)
	case isForm(err):
		err = leave(values, depth)
	}
	if err != nil {
		err = decodeError(err)
	}
	return false, err
}

// endOfRecords returns nil where the text ends as it should.
func endOfRecords(values *jsontext.Decoder, array bool) error {
	if array {
		_, err := values.ReadToken()
		if errors.Is(err, io.EOF) {
			return errTruncated
		}
		if err != nil {
			return decodeError(err)
		}
	}
	return endOfText(values)
}
