package livevox

import (
	"bytes"
	"io"
	"net/http"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// maxMended is the longest answer that is mended: the vendor's own pages show
// nothing longer.
const maxMended = 1 << 20

// read decodes an answer into v and closes it.
func (c *Client) read(call api.Call, resp *http.Response, v any) (api.Answer, error) {
	defer resp.Body.Close()
	a := api.AnswerOf(resp)
	c.clock.Heard(a.Date)
	malformed, err := decode(resp.Body, v)
	a.Malformed = malformed
	if err != nil {
		return a, wrap(call.Endpoint, err)
	}
	return a, nil
}

// decode reads the one value of body into v. What is not JSON only because of the
// slips that the vendor's own pages show is mended and read again.
func decode(body io.Reader, v any) (malformed []string, err error) {
	var d api.Decoder
	var head firstBytes
	if err = d.Decode(io.TeeReader(body, &head), v); api.ClassOf(err) != api.Schema {
		return d.Malformed(), err
	}
	if _, rest := head.ReadFrom(io.LimitReader(body, maxMended)); rest != nil || head.Len() >= maxMended {
		return d.Malformed(), err
	}
	if d.Decode(bytes.NewReader(mend(head.Bytes())), v) == nil {
		err = nil
	}
	return d.Malformed(), err
}

// firstBytes keeps the first maxMended bytes that are written to it.
type firstBytes struct{ bytes.Buffer }

// Write implements io.Writer. It takes everything.
func (f *firstBytes) Write(p []byte) (int, error) {
	_, _ = f.Buffer.Write(p[:min(len(p), maxMended-min(f.Len(), maxMended))])
	return len(p), nil
}
