package liveperson

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// texts is a list of strings; what is no string is left out. Anything but a list is
// an empty one.
type texts []string

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (t *texts) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	*t = nil
	if in.PeekKind() != '[' {
		return in.SkipValue()
	}
	var values []jsontext.Value
	if err := json.UnmarshalDecode(in, &values); err != nil {
		return err
	}
	for _, v := range values {
		if text, err := jsontext.AppendUnquote(nil, v); err == nil {
			*t = append(*t, string(text))
		}
	}
	return nil
}
