package liveperson

import (
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
	if _, err := in.ReadToken(); err != nil {
		return err
	}
	for in.PeekKind() != ']' {
		if in.PeekKind() != '"' {
			if err := in.SkipValue(); err != nil {
				return err
			}
			continue
		}
		token, err := in.ReadToken()
		if err != nil {
			return err
		}
		*t = append(*t, token.String())
	}
	_, err := in.ReadToken()
	return err
}
