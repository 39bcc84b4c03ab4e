package api

import (
	"bufio"
	"bytes"
	"errors"
	"hash/maphash"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Decoder reads JSON into structs with tags, by the rules that every answer of a
// vendor needs: names match in any case and with or without underscores, the last
// of two fields with one name counts, invalid UTF-8 is replaced, a scalar never
// fails, and one bad record of a List costs only itself. The zero value is ready
// for use, by one goroutine at a time.
type Decoder struct {
	input     *bufio.Reader
	values    *jsontext.Decoder
	options   json.Options // made once, because it holds a cache
	malformed []string
	budget    budget // of the answer

	// Texts that came lately, by hash: of most fields the values are few.
	texts [256]string
	seed  maphash.Seed
}

// bufferSize is how much is read at once.
const bufferSize = 32 << 10

// maxText bounds a single string or number of an answer.
const maxText = 1 << 20

// maxMalformed bounds how many malformed values of an answer are listed.
const maxMalformed = 10_000

var (
	// ErrNotJSON is in the chain of the error of an answer that is not JSON.
	ErrNotJSON = Schema.Errorf("the answer is not JSON")

	errHTML      = Schema.Errorf("the answer is an HTML page, not JSON")
	errEmpty     = Schema.Errorf("the answer is empty")
	errTwoValues = Schema.Errorf("the answer is more than one JSON value")
	errTruncated = Truncated.Errorf("the answer ends before it is complete")
	errLongText  = TooLarge.Errorf("a text of the answer is longer than %d bytes", maxText)
)

// Decode reads the one value that r holds into the struct that v points to. It
// fails with an *Error, which cites nothing of the answer, or with the reader's
// error.
func (d *Decoder) Decode(r io.Reader, v any) error {
	in := d.reset(r)
	if mark, _ := in.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = in.Discard(len(byteOrderMark))
	}
	if first, _ := in.Peek(1); string(first) == "<" {
		return errHTML
	}
	values := d.values
	values.Reset(boundedText{in}, d.options)
	switch values.PeekKind() {
	case 'n':
		return errEmpty
	case jsontext.KindInvalid:
		if _, err := values.ReadToken(); errors.Is(err, io.EOF) {
			return errEmpty
		}
	}
	err := json.UnmarshalDecode(values, v)
	if isForm(err) {
		if _, rest := io.Copy(io.Discard, struct{ io.Reader }{boundedText{in}}); rest != nil {
			err = rest // of another form, and too long or cut as well
		}
	}
	if err != nil {
		return decodeError(err)
	}
	return endOfText(values)
}

// endOfText returns nil where nothing follows.
func endOfText(values *jsontext.Decoder) error {
	switch _, err := values.ReadToken(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return decodeError(err)
	}
	return errTwoValues
}

const byteOrderMark = "\xef\xbb\xbf"

// Malformed returns the names of the fields whose values the newest Decode could
// not read: text for a number, an object for an id. They are absent. It lists a
// name once per value.
func (d *Decoder) Malformed() []string { return d.malformed }

// reset begins with r.
func (d *Decoder) reset(r io.Reader) *bufio.Reader {
	d.malformed, d.budget = nil, newBudget()
	if d.input != nil {
		d.input.Reset(r)
		return d.input
	}
	d.input, d.values, d.seed = bufio.NewReaderSize(r, bufferSize), new(jsontext.Decoder), maphash.MakeSeed()
	d.options = json.JoinOptions(
		json.MatchCaseInsensitiveNames(true),
		jsontext.AllowDuplicateNames(true),
		jsontext.AllowInvalidUTF8(true),
		json.WithUnmarshalers(json.JoinUnmarshalers(
			scalar(d, (*Text).parse),
			scalar(d, (*ID).parse),
			scalar(d, (*Number).parse),
			scalar(d, (*Bool).parse),
			scalar(d, (*Time).parse),
			json.UnmarshalFromFunc(func(_ *jsontext.Decoder, l interface{ use(*budget) }) error {
				l.use(&d.budget)
				return errors.ErrUnsupported // the list reads itself
			}),
		)),
	)
	return d.input
}

// scalar reads a string, number or boolean by parse, which reports whether the
// value is one. null and the text "null" are "". Nothing fails: what can't be read
// is absent and noted.
func scalar[T any](d *Decoder, parse func(to *T, text string, kind jsontext.Kind) bool) *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(in *jsontext.Decoder, to *T) error {
		text, kind, err := d.readScalar(in)
		if err != nil {
			return err
		}
		if !parse(to, text, kind) && len(d.malformed) < maxMalformed {
			d.malformed = append(d.malformed, in.StackPointer().LastToken())
		}
		return d.budget.take(len(text))
	})
}

// readScalar returns the text of the next value; an object or array is passed
// over.
func (d *Decoder) readScalar(in *jsontext.Decoder) (text string, kind jsontext.Kind, err error) {
	kind = in.PeekKind()
	if kind == '{' || kind == '[' {
		return "", kind, in.SkipValue()
	}
	value, err := in.ReadValue()
	if err != nil || kind == 'n' {
		return "", 'n', err
	}
	if kind == '"' {
		value = unquoted(value)
	}
	if text = d.textOf(value); isNull(text) {
		return "", 'n', nil
	}
	return text, kind, nil
}

// unquoted returns the text of a string. Invalid UTF-8 in it is replaced.
func unquoted(quoted jsontext.Value) []byte {
	if text := quoted[1 : len(quoted)-1]; bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text) {
		return text
	}
	text, _ := jsontext.AppendUnquote(nil, quoted)
	return text
}

// textOf returns a text, the one that came before if it is the same.
func (d *Decoder) textOf(b []byte) string {
	if len(b) > 32 {
		return string(b)
	}
	before := &d.texts[maphash.Bytes(d.seed, b)%uint64(len(d.texts))]
	if string(b) != *before {
		*before = string(b)
	}
	return *before
}

// decodeError removes from an error of the decoder what it cites of the answer.
func decodeError(err error) error {
	var own *Error
	var syntax *jsontext.SyntacticError
	var form *json.SemanticError
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errTruncated
	case errors.As(err, &syntax):
		return ErrNotJSON
	case errors.As(err, &form):
		return Schema.Errorf("the answer has another form than documented at byte %d", form.ByteOffset)
	}
	if cause := errors.Unwrap(err); cause != nil && strings.HasPrefix(err.Error(), "jsontext: ") {
		err = cause // the reader's
	}
	return withoutURL(err)
}

// isForm reports whether an error is about the form of a value only, so that the
// decoder can read on behind it.
func isForm(err error) bool {
	var own *Error
	var form *json.SemanticError
	return errors.As(err, &form) && !errors.As(err, &own)
}

// boundedText fails at a text that is too long. The decoder keeps a text as a whole and
// doubles its buffer for it, so that the space that it offers shows the length.
type boundedText struct{ *bufio.Reader }

// Read implements io.Reader.
func (b boundedText) Read(p []byte) (int, error) {
	if len(p) > maxText+maxText/2 {
		return 0, errLongText
	}
	if _, err := b.Peek(1); err != nil {
		return 0, err // io.ErrNoProgress, too
	}
	return b.Reader.Read(p)
}
